from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.bids.models import LotOffer
from commissioning.evaluation.states import AwardState
from commissioning.kernel.models import at_has_by
from commissioning.kernel.references import new_reference
from commissioning.tenders.models import Criterion, Lot, Tender

HIGHEST_MARK = 5


def award_reference() -> str:
    return new_reference("AW")


class InterestDeclaration(models.Model):
    """An evaluator's word on conflicts of interest, before any mark."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="interest_declarations")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    details = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "declared_by"], name="interest_declared_once")]

    def __str__(self) -> str:
        return f"{self.declared_by} on {self.tender}"


class Mark(models.Model):
    """One evaluator's mark of one answer, given blind, with its reason."""

    offer = models.ForeignKey(LotOffer, models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    reason = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "criterion", "given_by"], name="mark_once"),
            models.CheckConstraint(condition=Q(value__lte=HIGHEST_MARK), name="mark_on_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.criterion}"


class ModeratedMark(models.Model):
    """The mark that the panel agreed for one answer, and why."""

    offer = models.ForeignKey(LotOffer, models.PROTECT, related_name="moderated_marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    reason = models.TextField()
    outside_reason = models.TextField(blank=True)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "criterion"], name="moderated_mark_once"),
            models.CheckConstraint(condition=Q(value__lte=HIGHEST_MARK), name="moderated_mark_on_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.criterion}"


class Award(models.Model):
    """The award of one lot: proposed by one officer, approved by another."""

    reference = models.CharField(max_length=20, unique=True, default=award_reference)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="award")
    offer = models.ForeignKey(LotOffer, models.PROTECT, null=True, blank=True, related_name="awards")
    no_award_because = models.TextField(blank=True)
    score = models.DecimalField(max_digits=12, decimal_places=8, null=True, blank=True)
    ranking = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=AwardState.choices, default=AwardState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            at_has_by("approved_at", "award_approved_at_has_by"),
            models.CheckConstraint(condition=~Q(approved_by=models.F("proposed_by")), name="award_two_people"),
            models.CheckConstraint(condition=Q(offer__isnull=False) | ~Q(no_award_because=""), name="award_or_reason"),
        ]

    def __str__(self) -> str:
        return f"Award of {self.lot}"

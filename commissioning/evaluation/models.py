"""Marks, moderation and awards. The database shows a mark to its evaluator alone until moderation begins (0005)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.bids.models import LotOffer
from commissioning.evaluation.states import AwardState
from commissioning.kernel.models import Versioned, at_has_by
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from commissioning.tenders.models import Criterion, Lot, Tender

HIGHEST_MARK = 5


def award_reference() -> str:
    return new_reference("AW")


class InterestDeclaration(models.Model):
    """An evaluator's word on conflicts of interest, before anything of a bid is seen."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="interest_declarations")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    details = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "declared_by"], name="interest_declared_once"),
            models.CheckConstraint(condition=Q(has_interest=False) | ~Q(details=""), name="interest_has_details"),
        ]

    def __str__(self) -> str:
        return f"{self.declared_by} on {self.tender}"


class MarkSheet(Versioned):
    """One evaluator's marks of one offer: written in as many sittings as it takes, then given as a whole."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="mark_sheets")
    offer = models.ForeignKey(LotOffer, models.PROTECT, related_name="mark_sheets")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="mark_sheets")
    evaluator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "evaluator"], name="mark_sheet_once"),
            at_has_by("given_at", "mark_sheet_given_at_has_by"),
            models.CheckConstraint(condition=Q(given_by=None) | Q(given_by=F("evaluator")), name="mark_sheet_given_by_its_evaluator"),
        ]

    def __str__(self) -> str:
        return f"Marks of {self.evaluator}"


class Mark(models.Model):
    """One evaluator's mark of one answer, given blind, with its reason."""

    sheet = models.ForeignKey(MarkSheet, models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["sheet", "criterion__number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__lte=HIGHEST_MARK), name="mark_on_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.criterion}"


class MarkChange(models.Model):
    """A mark that its evaluator changed after giving it: what it was, and why it changed. Never changed or deleted itself."""

    mark = models.ForeignKey(Mark, models.PROTECT, related_name="changes")
    value_before = models.PositiveSmallIntegerField()
    reason_before = models.TextField()
    because = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["mark", "id"]

    def __str__(self) -> str:
        return f"Change of {self.mark}"


class LotModeration(models.Model):
    """The moderation of one lot: from here on its marks stand still and the panel and the commissioner see them."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="moderations")
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="moderation")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    without_because = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Moderation of {self.lot}"


class ModeratedMark(Versioned):
    """The mark that the panel agreed for one answer, and why."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="+")
    offer = models.ForeignKey(LotOffer, models.PROTECT, related_name="moderated_marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    reason = models.TextField()
    outside_reason = models.TextField(blank=True)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["offer", "criterion__number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "criterion"], name="moderated_mark_once"),
            models.CheckConstraint(condition=Q(value__lte=HIGHEST_MARK), name="moderated_mark_on_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.criterion}"


class RecordConfirmation(models.Model):
    """A panel member's word that the moderation record of a lot is right, bound to the hash of that record."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="record_confirmations")
    record_hash = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "confirmed_by", "record_hash"], name="record_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.confirmed_by} confirms {self.lot}"


class Award(models.Model):
    """The award of one lot: proposed by one officer, approved by another."""

    reference = models.CharField(max_length=20, unique=True, default=award_reference)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="award")
    offer = models.ForeignKey(LotOffer, models.PROTECT, null=True, blank=True, related_name="awards")
    provider = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="awards")
    reason = models.TextField(blank=True)
    no_award_because = models.TextField(blank=True)
    score = models.DecimalField(max_digits=12, decimal_places=8, null=True, blank=True)
    ranking = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=AwardState.choices, default=AwardState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_because = models.TextField(blank=True)

    class Meta:
        ordering = ["lot"]
        constraints = [
            at_has_by("approved_at", "award_approved_at_has_by"),
            models.CheckConstraint(condition=~Q(approved_by=F("proposed_by")), name="award_two_people"),
            models.CheckConstraint(
                condition=Q(offer__isnull=False, provider__isnull=False, score__isnull=False, no_award_because="")
                | (Q(offer=None, provider=None, score=None) & ~Q(no_award_because="")),
                name="award_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=AwardState.APPROVED, approved_at__isnull=False)
                | (~Q(state=AwardState.APPROVED) & Q(approved_at__isnull=True)),
                name="award_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Award of {self.lot}"

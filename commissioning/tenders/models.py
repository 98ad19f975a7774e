from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.areas.models import ContractArea
from commissioning.kernel.clock import DatabaseClock
from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from commissioning.tenders.states import PUBLIC, TenderState


def tender_reference() -> str:
    return new_reference("T")


# Published ones; one that was abandoned as a draft was never public.
IS_PUBLIC = models.Q(state__in=PUBLIC, published_at__isnull=False)


class TenderQuerySet(models.QuerySet["Tender"]):
    def public(self) -> "TenderQuerySet":
        return self.filter(IS_PUBLIC)

    def overdue(self) -> "TenderQuerySet":
        """Open for bids although their deadline has passed, by the database's clock."""
        return self.filter(state=TenderState.PUBLISHED, deadline__lte=DatabaseClock())


class Tender(Versioned):
    """An invitation to bid for lots, judged on quality and not on price."""

    reference = models.CharField(max_length=20, unique=True, default=tender_reference)
    title = models.CharField(max_length=160)
    description = models.TextField()
    conflicts_assessment = models.TextField(blank=True)
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="tenders")
    fund_code = models.SlugField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=TenderState.choices, default=TenderState.DRAFT)
    term_months = models.PositiveSmallIntegerField(default=60)
    option_months = models.PositiveSmallIntegerField(default=48)
    contract_starts_on = models.DateField()
    deadline = models.DateTimeField()
    deadline_moves = models.JSONField(default=list, blank=True)  # each: before, after, reason, at
    illustrative = models.BooleanField(default=False)
    receipt_hashes = models.JSONField(default=list, blank=True)  # in the order of receipt; for the bidders, from the opening on
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    abandoned_at = models.DateTimeField(null=True, blank=True)
    abandoned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    abandoned_because = models.TextField(blank=True)

    objects = TenderQuerySet.as_manager()

    class Meta:
        ordering = ["-deadline"]
        constraints = [
            at_has_by("published_at", "tender_published_at_has_by"),
            at_has_by("opened_at", "tender_opened_at_has_by"),
            at_has_by("abandoned_at", "tender_abandoned_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.title


class Lot(models.Model):
    """One lot for one contract area."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="lots")
    number = models.PositiveSmallIntegerField()
    area = models.ForeignKey(ContractArea, models.PROTECT, related_name="lots")
    annual_amount = money_field()

    class Meta:
        ordering = ["tender", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="lot_number_once"),
            models.UniqueConstraint(fields=["tender", "area"], name="lot_area_once"),
            models.CheckConstraint(condition=Q(annual_amount__gt=Decimal(0)), name="lot_amount_above_zero"),
        ]

    def __str__(self) -> str:
        return f"Lot {self.number}: {self.area}"


class Criterion(models.Model):
    """A question with its weight. The weights of a tender sum to exactly 100.00."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    question = models.TextField()
    weight_percent = models.DecimalField(max_digits=5, decimal_places=2)
    word_limit = models.PositiveSmallIntegerField(default=500)
    minimum_mark = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["tender", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="criterion_number_once"),
            models.CheckConstraint(condition=Q(weight_percent__gt=0, weight_percent__lte=100), name="criterion_weight_within_100"),
            models.CheckConstraint(condition=Q(minimum_mark__lte=5), name="criterion_minimum_on_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class SeatKind(models.TextChoices):
    OPENER = "opener", "Opens the bids"
    EVALUATOR = "evaluator", "Marks the bids"


class TenderSeat(models.Model):
    """A named person of a partner with a part in one tender: opening officer or evaluator."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=SeatKind.choices)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "person", "kind"], name="tender_seat_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"

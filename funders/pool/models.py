from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.organisations.models import Organisation, Sector
from funders.pool.states import FundState


class Base(models.TextChoices):
    """What the proportionate cost model divides. The 2012 report says the total and divides the gap."""

    GAP = "gap", "the gap that is left after money already pooled"
    TOTAL = "total", "the total that is required"


class LegalBasis(models.TextChoices):
    """On what law or paper money comes into a fund. Each is a pot of its own: one fund to report on, several to account for."""

    SECTION_75 = "s75", "Section 75 agreement"
    CRIME_GRANT = "crime_grant", "Crime and disorder grant"
    GRANT = "grant", "Grant agreement"
    PARTNERSHIP = "partnership", "Partnership agreement"
    CHARITABLE = "charitable", "Restricted charitable grant"


class PooledFundQuerySet(models.QuerySet["PooledFund"]):
    def open(self) -> "PooledFundQuerySet":
        """Without drafts: what partners see, and what may pay for a tender."""
        return self.filter(state=FundState.OPEN)

    def running_in(self, year: int) -> "PooledFundQuerySet":
        """Open funds that cover the financial year which begins in April of `year`."""
        return self.open().filter(first_year__lte=year, last_year__gte=year)


class Choices(models.Model):
    """What a host chooses beside the parts: what is divided, whether gifts count, what the split leaves out (£ million a year), and
    how many days after its day agreed money that has not come stops counting as secured.
    """

    base = models.CharField(max_length=5, choices=Base.choices, default=Base.GAP)
    credit_existing = models.BooleanField(default=False)
    elsewhere_cost = models.PositiveIntegerField(default=0)
    elsewhere = models.CharField(max_length=120, blank=True)
    doubtful_days = models.PositiveSmallIntegerField(default=90)

    class Meta:
        abstract = True


class PooledFund(Choices, Versioned):
    """Money that partners pool over named financial years, held by a host partner. `in_force` is the version that counts, except in the
    years before it: `earlier_versions` has theirs, by year, as the keys of cost models.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    first_year = models.PositiveSmallIntegerField(help_text="The calendar year in which the first financial year begins.")
    last_year = models.PositiveSmallIntegerField(help_text="The calendar year in which the last financial year begins.")
    board_limit_amount = money_field(default=Decimal("100000.00"), help_text="Above it the board decides what money is set aside for.")
    approval_limit_amount = money_field(default=Decimal("50000.00"), help_text="Above it a provider's invoice takes two approvals.")
    pool_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    illustrative = models.BooleanField(default=False)
    state = models.CharField(max_length=5, choices=FundState.choices, default=FundState.OPEN)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    in_force = models.ForeignKey("CostModel", models.PROTECT, null=True, blank=True, related_name="+")
    earlier_versions = models.JSONField(default=dict, blank=True)

    objects = PooledFundQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="fund_years_in_order"),
            at_has_by("opened_at", "fund_opened_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == FundState.DRAFT

    def version_in(self, year: int) -> int | None:
        """The key of the cost model that counts for a financial year; None for what is written of a draft."""
        return self.earlier_versions.get(str(year), self.in_force_id)


class CostModel(Choices):
    """A version of what a fund requires and how it is shared. It is never changed: another version follows it."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="cost_models")
    number = models.PositiveSmallIntegerField()
    reason = models.TextField()
    valid_from = models.DateField()
    from_year = models.PositiveSmallIntegerField(default=0, help_text="The first financial year that it counts for; 0 for all.")
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="cost_model_number_once"),
            at_has_by("made_at", "cost_model_made_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class Part(models.Model):
    """A row of a version; without one it is being written and can still change."""

    cost_model = models.ForeignKey(CostModel, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class CostLine(Part):
    """A line of the requirement: quantity x unit cost, each year or once in one financial year."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="cost_lines")
    label = models.CharField(max_length=120)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit = models.CharField(max_length=40)
    unit_cost_amount = money_field()
    one_off_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The calendar year in which the one financial year begins that bears the cost."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cost_line_quantity_above_zero"),
            models.CheckConstraint(condition=Q(unit_cost_amount__gt=0), name="cost_line_cost_above_zero"),
        ]

    def __str__(self) -> str:
        return self.label


class PooledAlready(Part):
    """Money of a year that a partner already gives and would keep in the pool; zero is an answer.

    With a `condition`, the event that it waits for, it stands apart until that has happened. `sector` (that of the `giver`, if
    one is named) is whose share it is taken off where a fund credits what is given already. `origin` is the row of the first
    version that it is a copy of.
    """

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="pooled_already")
    label = models.CharField(max_length=120)
    amount = money_field()
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    giver = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    poolable = models.BooleanField(default=True)
    pot = models.CharField(max_length=12, choices=LegalBasis.choices, default=LegalBasis.PARTNERSHIP)
    condition = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    origin = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=Decimal(0)), name="pooled_already_not_negative")]

    def __str__(self) -> str:
        return self.label

    @property
    def root(self) -> int:
        """The key that it has in every version: that of its first row."""
        return self.origin_id or self.pk

    @property
    def counts(self) -> bool:
        """Whether it is in the pool, and waits for nothing."""
        return self.poolable and not self.condition and self.amount > 0


class SectorShare(Part):
    """A sector's part in the proportionate cost model, for example health 7 of 12; and its true cost in £ million."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="sector_shares")
    sector = models.CharField(max_length=20, choices=Sector.choices)
    parts = models.PositiveSmallIntegerField()
    cost_parts = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "sector"], condition=Q(cost_model=None), name="sector_share_once"),
            models.UniqueConstraint(fields=["cost_model", "sector"], name="sector_share_once_a_version"),
            models.CheckConstraint(condition=Q(parts__gt=0), name="sector_share_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sector_display()}: {self.parts}"


class MemberShare(Part):
    """A partner's part within its sector, where the parts are not equal; a partner without a row has one part."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="member_shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    parts = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "organisation"], condition=Q(cost_model=None), name="member_share_once"),
            models.UniqueConstraint(fields=["cost_model", "organisation"], name="member_share_once_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.parts}"

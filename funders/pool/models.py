from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, money_field
from commissioning.organisations.models import Organisation, Sector


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
    def running_in(self, year: int) -> "PooledFundQuerySet":
        """Funds that cover the financial year which begins in April of `year`."""
        return self.filter(first_year__lte=year, last_year__gte=year)


class PooledFund(Versioned):
    """Money that partners pool over named financial years, held by a host partner."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    first_year = models.PositiveSmallIntegerField(help_text="The calendar year in which the first financial year begins.")
    last_year = models.PositiveSmallIntegerField(help_text="The calendar year in which the last financial year begins.")
    base = models.CharField(max_length=5, choices=Base.choices, default=Base.GAP)
    board_limit_amount = money_field(default=Decimal("100000.00"), help_text="Above it the board decides what money is set aside for.")
    approval_limit_amount = money_field(default=Decimal("50000.00"), help_text="Above it a provider's invoice takes two approvals.")
    source = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    illustrative = models.BooleanField(default=False)

    objects = PooledFundQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="fund_years_in_order")]

    def __str__(self) -> str:
        return self.name


class CostLine(models.Model):
    """A line of the yearly requirement: quantity x unit cost."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="cost_lines")
    label = models.CharField(max_length=120)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit = models.CharField(max_length=40)
    unit_cost_amount = money_field()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cost_line_quantity_above_zero"),
            models.CheckConstraint(condition=Q(unit_cost_amount__gt=0), name="cost_line_cost_above_zero"),
        ]

    def __str__(self) -> str:
        return self.label


class PooledAlready(models.Model):
    """Money of a year that a partner already gives and would keep in the pool; zero is an answer.

    With a `condition`, the event that it waits for, it stands apart until that has happened.
    """

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="pooled_already")
    label = models.CharField(max_length=120)
    amount = money_field()
    poolable = models.BooleanField(default=True)
    pot = models.CharField(max_length=12, choices=LegalBasis.choices, default=LegalBasis.PARTNERSHIP)
    condition = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=Decimal(0)), name="pooled_already_not_negative")]

    def __str__(self) -> str:
        return self.label


class SectorShare(models.Model):
    """A sector's part in the proportionate cost model, for example health 7 of 12; and its true cost in £ million."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="sector_shares")
    sector = models.CharField(max_length=20, choices=Sector.choices)
    parts = models.PositiveSmallIntegerField()
    cost_parts = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "sector"], name="sector_share_once"),
            models.CheckConstraint(condition=Q(parts__gt=0), name="sector_share_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sector_display()}: {self.parts}"

from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.areas.models import ContractArea
from commissioning.contracts.models import Contract
from commissioning.kernel.models import money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.pool.models import LegalBasis, PooledFund


def allocation_reference() -> str:
    return new_reference("AL")


def commitment_reference() -> str:
    return new_reference("CM")


class Purpose(models.TextChoices):
    AREA = "area", "Services of a contract area"
    COURT = "court", "Court advisers"
    TRAINING = "training", "Training"
    CONTINGENCY = "contingency", "Contingency"
    MANAGEMENT = "management", "Management of the fund"


class BudgetLine(models.Model):
    """What money of a fund is set aside for. A line of management costs has a cap, in per cent of the year's secured money."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="budget_lines")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    area = models.ForeignKey(ContractArea, models.PROTECT, null=True, blank=True, related_name="+")
    cap_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["fund", "id"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "label"], name="budget_line_label_once"),
            models.CheckConstraint(
                condition=Q(purpose="area", area__isnull=False) | ~Q(purpose="area"), name="budget_line_of_area_names_it"
            ),
            models.CheckConstraint(
                condition=Q(cap_percent=None) | Q(cap_percent__gt=0, cap_percent__lte=100), name="budget_line_cap_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Allocation(models.Model):
    """Money of a pot set aside for a line in one year; below zero where it is taken back. Append-only."""

    reference = models.CharField(max_length=20, unique=True, default=allocation_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="allocations")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="allocations")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    pot = models.CharField(max_length=12, choices=LegalBasis.choices)
    amount = money_field()
    reason = models.CharField(max_length=500)
    decision_reference = models.CharField(max_length=120, blank=True)
    allocated_at = models.DateTimeField()
    allocated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-allocated_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_nothing")]
        indexes = [models.Index(fields=["fund", "year", "line"], name="allocation_of_year")]

    def __str__(self) -> str:
        return self.reference


class Commitment(models.Model):
    """What a signed contract will cost the fund in one year; below zero where it is released. Append-only."""

    reference = models.CharField(max_length=20, unique=True, default=commitment_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="commitments")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="commitments")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="commitments")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    amount = money_field()
    reason = models.CharField(max_length=500, blank=True)
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["contract", "year", "id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="commitment_not_nothing")]
        indexes = [models.Index(fields=["fund", "year", "line"], name="commitment_of_year")]

    def __str__(self) -> str:
        return self.reference


class ClosedYear(models.Model):
    """A financial year of a fund that is over for good: nothing is posted, set aside or committed in it. Append-only."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="closed_years")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["fund", "year"]
        constraints = [models.UniqueConstraint(fields=["fund", "year"], name="closed_year_once")]

    def __str__(self) -> str:
        return f"{self.fund} {self.year}"


class Carried(models.Model):
    """Secured money that a year end takes out of a pot's year (below zero) or brings into the next one (above). Append-only."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="carried")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    pot = models.CharField(max_length=12, choices=LegalBasis.choices)
    amount = money_field()
    contingency = models.BooleanField(default=False, help_text="Only lines of contingency may use it.")
    carried_at = models.DateTimeField()
    carried_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["fund", "year", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="carried_not_nothing"),
            models.CheckConstraint(condition=Q(contingency=False) | Q(amount__gt=0), name="carried_contingency_comes_in"),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.year} {self.get_pot_display()}"


class Moved(models.Model):
    """Secured money of a year that goes from one pot to another; what is taken back goes the other way. Append-only."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="moved")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    from_pot = models.CharField(max_length=12, choices=LegalBasis.choices)
    to_pot = models.CharField(max_length=12, choices=LegalBasis.choices)
    amount = money_field()
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["fund", "year", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="moved_above_zero"),
            models.CheckConstraint(condition=~Q(from_pot=models.F("to_pot")), name="moved_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.year} {self.get_from_pot_display()} to {self.get_to_pot_display()}"

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.references import new_reference
from commissioning.kernel.words import on, plural
from commissioning.organisations.models import Organisation
from funders.contributions.states import OVER, ContributionState
from funders.pool.models import LegalBasis, PooledFund

CONDITIONAL = "conditional"


class Progress(models.TextChoices):
    """How far agreed money has come. It is no state: what is received stays agreed, and counts once."""

    INVOICED = "invoiced", "Invoiced"
    PART = "part", "Received in part"
    RECEIVED = "received", "Received"


def waiting(prefix: str = "") -> Q:
    """Agreed money whose event has not come. :param prefix: the way to the contribution, as in "contribution__"."""
    is_open = Q(**{f"{prefix}state": ContributionState.AGREED, f"{prefix}condition_met_on": None})
    return is_open & ~Q(**{f"{prefix}condition": ""})


WAITS = waiting()
# Its state, or `conditional` for agreed money that waits for its event.
COUNTS_AS = Case(When(WAITS, then=Value(CONDITIONAL)), default=F("state"))


def pledge_reference() -> str:
    return new_reference("PL")


def contribution_reference() -> str:
    return new_reference("CB")


def evidence_reference() -> str:
    return new_reference("EV")


class Pledge(models.Model):
    """A partner's word to one fund, for one or more years, with its conditions."""

    reference = models.CharField(max_length=20, unique=True, default=pledge_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="pledges")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="pledges")
    conditions = models.TextField(blank=True)
    illustrative = models.BooleanField(default=False)
    pledged_at = models.DateTimeField()
    pledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pledged_at"]

    def __str__(self) -> str:
        return self.reference


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def standing(self) -> "ContributionQuerySet":
        return self.exclude(state__in=OVER)

    def with_money(self) -> "ContributionQuerySet":
        """What stands, without answers of £0."""
        return self.standing().exclude(state=ContributionState.NOTHING)

    def limited(self) -> "ContributionQuerySet":
        """Given for a purpose, for districts or until a day, and for nothing else."""
        return self.filter(~Q(purpose="") | ~Q(districts=[]) | Q(use_until__isnull=False))

    def secured(self) -> "ContributionQuerySet":
        """Agreed, and waiting for no event: what a fund may rely on."""
        return self.filter(state=ContributionState.AGREED).exclude(WAITS)


class Contribution(Versioned):
    """What a partner gives to a fund in one financial year. Pledged is not agreed. £0 is an answer (`nothing`), no row is none.

    With a `condition` that has no met-date, agreed money stands apart: it is not secured. Without limits (`purpose`, `districts`
    as GSS codes, `use_until`) it may pay for anything that the fund pays for.
    """

    reference = models.CharField(max_length=20, unique=True, default=contribution_reference)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="contributions")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="contributions")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="contributions")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    amount = money_field()
    pot = models.CharField(max_length=12, choices=LegalBasis.choices, default=LegalBasis.PARTNERSHIP)
    state = models.CharField(max_length=10, choices=ContributionState.choices, default=ContributionState.PLEDGED)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision_reference = models.CharField(max_length=120, blank=True)
    unconditional_because = models.TextField(blank=True, help_text="Why the conditions of the pledge do not hold the money back.")
    condition = models.CharField(max_length=300, blank=True)
    condition_due_on = models.DateField(null=True, blank=True, help_text="The day by which the condition is decided.")
    condition_met_on = models.DateField(null=True, blank=True)
    purpose = models.CharField(max_length=120, blank=True)
    districts = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    use_until = models.DateField(null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["year", "funder__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=Decimal(0)) & ~Q(state="nothing") | Q(amount=Decimal(0), state__in=["nothing", "withdrawn"]),
                name="contribution_amount_above_zero_or_answered_nothing",
            ),
            at_has_by("agreed_at", "contribution_agreed_at_has_by"),
            models.UniqueConstraint(
                fields=["fund", "funder", "year"],
                condition=~Q(state__in=["withdrawn", "lapsed"]),
                name="contribution_one_standing_a_year",
            ),
            models.CheckConstraint(
                condition=Q(condition="", condition_due_on=None, condition_met_on=None)
                | (~Q(condition="") & Q(condition_due_on__isnull=False)),
                name="contribution_condition_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.year)

    @property
    def limits(self) -> str:
        """What it may pay for, in short: "Court posts; 2 districts; until 31 March 2027"; "" for anything."""
        districts = plural(len(self.districts), "district") if self.districts else ""
        until = f"until {on(self.use_until).partition(' ')[2]}" if self.use_until else ""
        return "; ".join(said for said in (self.purpose, districts, until) if said)

    @property
    def waits(self) -> bool:
        """Whether it is agreed, and an event has to come before the fund may rely on it."""
        return self.state == ContributionState.AGREED and bool(self.condition) and self.condition_met_on is None

    @property
    def is_nothing(self) -> bool:
        """Whether the partner answered that it gives nothing for the year."""
        return self.state == ContributionState.NOTHING

    @property
    def standing(self) -> str:
        """Its state, or `conditional` while its event has not come."""
        return CONDITIONAL if self.waits else self.state

    @property
    def shown(self) -> str:
        """The word for it: how far it has come, where it was read with that (`with_progress`), else its standing."""
        return getattr(self, "progress", "") or self.standing


class Step(models.TextChoices):
    """What happened to a contribution without changing its state."""

    CHANGED = "changed", "Amount changed"
    REDUCED = "reduced", "Reduced"
    CONDITION = "condition", "Condition set"
    MET = "met", "Condition met"
    UNMET = "unmet", "Condition no longer met"
    TERMS = "terms", "Terms set"
    FIRM = "firm", "Said to be unconditional"


class ContributionEvent(models.Model):
    """One dated step of a contribution. Append-only: the database refuses change and deletion.

    `effective_on` is the day from which a condition counts as met, or no longer does. Without a person, the calendar acted.
    """

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="events")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ContributionState.choices)
    step = models.CharField(max_length=10, choices=Step.choices, blank=True)
    amount = money_field()
    reason = models.TextField(blank=True)
    effective_on = models.DateField(null=True, blank=True)
    happened_at = models.DateTimeField()
    happened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_by__isnull=False) | Q(state="lapsed"), name="contribution_event_names_who_but_for_the_calendar"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution} {self.said}"

    @property
    def said(self) -> str:
        return self.get_step_display() if self.step else self.get_state_display()


class EvidenceFile(models.Model):
    """A file that shows what was decided, a grant letter or a minute: checked for what it is and stored under a random name."""

    reference = models.CharField(max_length=20, unique=True, default=evidence_reference)
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="contributions", max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Evidence(EvidenceFile):
    """The one file of a dated step."""

    event = models.OneToOneField(ContributionEvent, models.PROTECT, related_name="evidence")

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.contributions.states import ContributionState
from funders.pool.models import LegalBasis, PooledFund


def pledge_reference() -> str:
    return new_reference("PL")


def contribution_reference() -> str:
    return new_reference("CB")


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
        return self.exclude(state=ContributionState.WITHDRAWN)


class Contribution(Versioned):
    """What a partner gives to a fund in one financial year. Pledged is not agreed."""

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

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["year", "funder__name"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="contribution_amount_above_zero"),
            at_has_by("agreed_at", "contribution_agreed_at_has_by"),
            models.UniqueConstraint(
                fields=["fund", "funder", "year"],
                condition=~Q(state="withdrawn"),
                name="contribution_one_standing_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ContributionEvent(models.Model):
    """One dated step of a contribution. Append-only: the database refuses change and deletion."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="events")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ContributionState.choices)
    amount = money_field()
    reason = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    happened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.contribution} {self.get_state_display()}"

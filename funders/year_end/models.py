from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.contributions.models import Contribution
from funders.ledger.models import LedgerTransaction
from funders.pool.models import LegalBasis, PooledFund
from funders.spending.models import ProviderInvoice
from funders.year_end.states import CloseState


def close_reference() -> str:
    return new_reference("YC")


def payout_reference() -> str:
    return new_reference("SP")


class Choice(models.TextChoices):
    """What the board does with what is left of a pot."""

    CARRY = "carry", "Carry forward"
    CONTINGENCY = "contingency", "Keep as contingency"
    RETURN = "return", "Return to the partners"


class YearClose(Versioned):
    """The close of one financial year of a fund, with its figures as they stood when it was prepared."""

    reference = models.CharField(max_length=20, unique=True, default=close_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="year_closes")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    state = models.CharField(max_length=8, choices=CloseState.choices, default=CloseState.PREPARED)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision_reference = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["fund", "year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "year"], condition=~Q(state="replaced"), name="year_close_stands_once"),
            models.CheckConstraint(
                condition=(Q(state="closed", closed_at__isnull=False) & ~Q(decision_reference=""))
                | (~Q(state="closed") & Q(closed_at=None, decision_reference="")),
                name="year_close_names_its_decision",
            ),
            models.CheckConstraint(condition=Q(closed_by=None) | ~Q(closed_by=F("prepared_by")), name="year_close_two_hands"),
            at_has_by("closed_at", "year_close_closed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class Figures(models.Model):
    """A row of a close's snapshot, with whose it is."""

    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class PotClose(Figures):
    """One pot at the end of the year: opening + received - paid + moved = closing, and secured - spent - accrued = surplus.

    Without a pot: money in suspense and of one-off calls, so that all rows together are what the host's bank holds.
    """

    close = models.ForeignKey(YearClose, models.PROTECT, related_name="pots")
    pot = models.CharField(max_length=12, choices=LegalBasis.choices, blank=True)
    opening_amount = money_field()
    received_amount = money_field()
    paid_amount = money_field()
    moved_amount = money_field(default=Decimal("0.00"), help_text="What came from other pots; below zero, what went to them.")
    closing_amount = money_field()
    secured_amount = money_field()
    spent_amount = money_field(help_text="Paid by the last day for services of the year.")
    accrued_amount = money_field(help_text="Approved for services of the year and not paid by its last day.")
    surplus_amount = money_field()
    choice = models.CharField(max_length=11, choices=Choice.choices, blank=True)

    class Meta:
        ordering = ["close", "id"]
        constraints = [
            models.UniqueConstraint(fields=["close", "pot"], name="pot_close_once"),
            models.CheckConstraint(
                condition=Q(closing_amount=F("opening_amount") + F("received_amount") - F("paid_amount") + F("moved_amount")),
                name="pot_close_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(surplus_amount=F("secured_amount") - F("spent_amount") - F("accrued_amount")), name="pot_close_surplus_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.close} {self.pot}"


class SurplusShare(Figures):
    """One partner's share of what is left of a pot, or of what is missing (below zero)."""

    pot = models.ForeignKey(PotClose, models.PROTECT, related_name="shares")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    agreed_amount = money_field()
    amount = money_field()

    class Meta:
        ordering = ["pot", "id"]
        constraints = [models.UniqueConstraint(fields=["pot", "funder"], name="surplus_share_once")]

    def __str__(self) -> str:
        return f"{self.pot} {self.funder}"


class Accrual(Figures):
    """An invoice for services of the year that was approved and not paid by its last day."""

    close = models.ForeignKey(YearClose, models.PROTECT, related_name="accruals")
    invoice = models.ForeignKey(ProviderInvoice, models.PROTECT, related_name="+")
    amount = money_field()

    class Meta:
        ordering = ["close", "id"]
        constraints = [models.UniqueConstraint(fields=["close", "invoice"], name="accrual_once")]

    def __str__(self) -> str:
        return f"{self.close} {self.invoice}"


class SharePayoutQuerySet(models.QuerySet["SharePayout"]):
    def standing(self) -> "SharePayoutQuerySet":
        return self.filter(reversed_at=None)


class SharePayout(Figures):
    """A partner's share of what was left of a pot, paid back to it. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=payout_reference)
    share = models.ForeignKey(SurplusShare, models.PROTECT, related_name="payouts")
    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="+", help_text="What the partner had given to the pot.")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = money_field()
    paid_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="share_payout")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = SharePayoutQuerySet.as_manager()

    class Meta:
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="share_payout_above_zero"),
            models.UniqueConstraint(fields=["share"], condition=Q(reversed_at=None), name="share_payout_once"),
            models.UniqueConstraint(
                fields=["fund", "bank_reference"], condition=Q(reversed_at=None), name="share_payout_bank_reference_once"
            ),
            at_has_by("reversed_at", "share_payout_reversed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference

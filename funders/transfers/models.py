from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.ledger.models import LedgerTransaction
from funders.pool.models import LegalBasis, PooledFund
from funders.transfers.states import TransferState


def transfer_reference() -> str:
    return new_reference("PT")


class PotTransferQuerySet(models.QuerySet["PotTransfer"]):
    def standing(self) -> "PotTransferQuerySet":
        """Posted and not reversed, or waiting for the second person."""
        return self.filter(state__in=[TransferState.WAITING, TransferState.POSTED])


class PotTransfer(Versioned):
    """Received money of a year that is moved from one pot of a fund to another. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=transfer_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins whose money it is.")
    from_pot = models.CharField(max_length=12, choices=LegalBasis.choices)
    to_pot = models.CharField(max_length=12, choices=LegalBasis.choices)
    amount = money_field()
    reason = models.TextField()
    decision_reference = models.CharField(max_length=120, blank=True)
    limit_amount = money_field(help_text="The limit of the board on that day.")
    above_limit = models.BooleanField(help_text="Whether the board decided, because it is above the limit at once or bit by bit.")
    state = models.CharField(max_length=8, choices=TransferState.choices)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_because = models.TextField(blank=True)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, null=True, blank=True, related_name="pot_transfer")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = PotTransferQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="pot_transfer_above_zero"),
            models.CheckConstraint(condition=~Q(from_pot=F("to_pot")), name="pot_transfer_between_two"),
            models.CheckConstraint(
                condition=(Q(state__in=["posted", "reversed"], posting__isnull=False) | Q(state__in=["waiting", "dropped"], posting=None)),
                name="pot_transfer_posted_when",
            ),
            models.CheckConstraint(
                condition=Q(above_limit=False)
                | (Q(state__in=["waiting", "dropped"]) | Q(confirmed_by__isnull=False)) & ~Q(decision_reference=""),
                name="pot_transfer_board_and_second_person",
            ),
            models.CheckConstraint(condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="pot_transfer_two_hands"),
            models.CheckConstraint(
                condition=Q(state="dropped", dropped_at__isnull=False) | (~Q(state="dropped") & Q(dropped_at=None)),
                name="pot_transfer_dropped_when",
            ),
            models.CheckConstraint(
                condition=Q(state="reversed", reversed_at__isnull=False) | (~Q(state="reversed") & Q(reversed_at=None)),
                name="pot_transfer_reversed_when",
            ),
            at_has_by("confirmed_at", "pot_transfer_confirmed_at_has_by"),
            at_has_by("dropped_at", "pot_transfer_dropped_at_has_by"),
            at_has_by("reversed_at", "pot_transfer_reversed_at_has_by"),
        ]
        indexes = [models.Index(fields=["fund", "-proposed_at", "-id"], name="pot_transfer_of_fund")]

    def __str__(self) -> str:
        return self.reference

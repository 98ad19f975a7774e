from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledAlready, PooledFund


def pooled_receipt_reference() -> str:
    return new_reference("PR")


class PooledReceiptQuerySet(models.QuerySet["PooledReceipt"]):
    def standing(self) -> "PooledReceiptQuerySet":
        return self.filter(reversed_at=None)


class PooledReceipt(models.Model):
    """Money that arrived of what is pooled already, as the host's bank says. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=pooled_receipt_reference)
    source = models.ForeignKey(PooledAlready, models.PROTECT, related_name="receipts", help_text="As it was in force on that day.")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins that the money is for.")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = money_field()
    matched_amount = money_field(help_text="What of it belongs to the source; the rest is in suspense.")
    received_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="pooled_receipt")
    assigned_from = models.ForeignKey(
        LedgerTransaction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_to_sources",
        help_text="The posting that had brought the money into suspense, if it was assigned from there.",
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = PooledReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(matched_amount__gt=Decimal(0), matched_amount__lte=F("amount")), name="pooled_receipt_matched_within_amount"
            ),
            models.UniqueConstraint(
                fields=["fund", "bank_reference"],
                condition=Q(reversed_at=None, assigned_from=None),
                name="pooled_receipt_bank_reference_once",
            ),
            at_has_by("reversed_at", "pooled_receipt_reversed_at_has_by"),
        ]
        indexes = [models.Index(fields=["fund", "-received_on", "-id"], name="pooled_receipt_of_fund")]

    def __str__(self) -> str:
        return self.reference

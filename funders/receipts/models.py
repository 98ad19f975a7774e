from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.contributions.models import Contribution, EvidenceFile
from funders.contributions.states import OVER
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledFund
from funders.receipts.states import InstalmentState


def schedule_reference() -> str:
    return new_reference("SC")


def instalment_reference() -> str:
    return new_reference("IN")


def receipt_reference() -> str:
    return new_reference("RC")


class Schedule(models.Model):
    """The host's counter-signature under an agreed contribution, with the plan of its instalments."""

    reference = models.CharField(max_length=20, unique=True, default=schedule_reference)
    contribution = models.OneToOneField(Contribution, models.PROTECT, related_name="schedule")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    countersigned_at = models.DateTimeField()
    countersigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.reference


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def standing(self) -> "InstalmentQuerySet":
        """Without those of contributions that were withdrawn, or lapsed, before anything was received."""
        return self.exclude(contribution__state__in=OVER)


class Instalment(Versioned):
    """A part of a contribution with the day on which it is due."""

    reference = models.CharField(max_length=20, unique=True, default=instalment_reference)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="instalments")
    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="instalments")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    amount = money_field()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=InstalmentState.choices, default=InstalmentState.PLANNED)
    invoice_reference = models.CharField(max_length=60, blank=True)
    invoiced_at = models.DateTimeField(null=True, blank=True)
    invoiced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "funder__name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "number"], name="instalment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="instalment_amount_above_zero"),
            at_has_by("invoiced_at", "instalment_invoiced_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def standing(self) -> "ReceiptQuerySet":
        return self.filter(reversed_at=None)


class Receipt(models.Model):
    """Money that arrived for an instalment, as the host's bank says. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=receipt_reference)
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="receipts")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = money_field()
    matched_amount = money_field(help_text="What of it belongs to the instalment; the rest is in suspense.")
    received_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="receipt")
    source = models.ForeignKey(
        LedgerTransaction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned",
        help_text="The posting that had brought the money into suspense, if it was assigned from there.",
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="receipt_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(matched_amount__gte=Decimal(0), matched_amount__lte=F("amount")), name="receipt_matched_within_amount"
            ),
            models.UniqueConstraint(
                fields=["fund", "bank_reference"], condition=Q(reversed_at=None, source=None), name="receipt_bank_reference_once"
            ),
            at_has_by("reversed_at", "receipt_reversed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class MoneyEvidence(EvidenceFile):
    """The one file of a recorded invoice, or of a receipt: the invoice as it was sent, a page of the bank statement."""

    instalment = models.OneToOneField(Instalment, models.PROTECT, null=True, blank=True, related_name="evidence")
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, blank=True, related_name="evidence")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(instalment__isnull=True) ^ Q(receipt__isnull=True), name="money_evidence_of_an_invoice_or_a_receipt"
            ),
        ]


class Reminded(models.TextChoices):
    """When a partner is reminded of an invoiced instalment."""

    BEFORE = "before", "A week before it is due"
    ON = "on", "On the day"
    AFTER = "after", "A week after the day"


class InstalmentReminder(models.Model):
    """That a reminder was sent: each kind once for an instalment."""

    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="reminders")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Reminded.choices)
    sent_on_clock = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instalment", "kind"], name="instalment_reminder_once")]

    def __str__(self) -> str:
        return f"{self.instalment} {self.get_kind_display()}"

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.calls.states import AnswerState, CallState
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledFund


def call_reference() -> str:
    return new_reference("CL")


def share_reference() -> str:
    return new_reference("CS")


def call_receipt_reference() -> str:
    return new_reference("CR")


def call_payment_reference() -> str:
    return new_reference("CP")


class Key(models.TextChoices):
    """By what a call is shared."""

    AGREED = "agreed", "The fund’s agreed key"
    ONE_TIME = "one-time", "A key for this call only"


class Call(Versioned):
    """A cost that nobody budgeted, to be shared by the partners of a fund. It is about counts and costs, never about a person."""

    reference = models.CharField(max_length=20, unique=True, default=call_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="calls")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    amount = money_field()
    purpose = models.TextField()
    answer_by = models.DateField()
    key = models.CharField(max_length=8, choices=Key.choices, default=Key.AGREED)
    key_reason = models.TextField(blank=True)
    parts = models.JSONField(default=dict, blank=True, help_text="Whole parts by the key of the partner, for a one-time key.")
    state = models.CharField(max_length=9, choices=CallState.choices, default=CallState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closing_note = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="call_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(state__in=[CallState.DRAFT, CallState.CANCELLED]) | Q(asked_at__isnull=False), name="call_asked_before_answered"
            ),
            models.CheckConstraint(condition=~Q(state=CallState.DRAFT) | Q(asked_at=None), name="call_draft_not_asked"),
            models.CheckConstraint(condition=~Q(state=CallState.CLOSED) | Q(closed_at__isnull=False), name="call_closed_when"),
            models.CheckConstraint(
                condition=Q(state=CallState.CANCELLED, cancelled_at__isnull=False) | (~Q(state=CallState.CANCELLED) & Q(cancelled_at=None)),
                name="call_cancelled_when",
            ),
            at_has_by("asked_at", "call_asked_at_has_by"),
            at_has_by("closed_at", "call_closed_at_has_by"),
            at_has_by("cancelled_at", "call_cancelled_at_has_by"),
        ]
        indexes = [models.Index(fields=["fund", "-drafted_at"], name="call_of_fund")]

    def __str__(self) -> str:
        return self.reference


class CallShare(Versioned):
    """What one partner is asked for, how that was computed, and what it answered. Zero is an answer, blank is not."""

    reference = models.CharField(max_length=20, unique=True, default=share_reference)
    call = models.ForeignKey(Call, models.PROTECT, related_name="shares")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    sector_label = models.CharField(max_length=60, blank=True, help_text="Empty for a one-time key.")
    parts = models.PositiveIntegerField()
    parts_of = models.PositiveIntegerField()
    members = models.PositiveSmallIntegerField(default=1)
    sector_amount = money_field(help_text="What the parts come to, before the members of the sector share it.")
    amount = money_field()
    state = models.CharField(max_length=8, choices=AnswerState.choices, default=AnswerState.WAITING)
    accepted_amount = money_field(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision_reference = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["call", "number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "funder"], name="call_share_partner_once"),
            models.UniqueConstraint(fields=["call", "number"], name="call_share_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="call_share_above_zero"),
            models.CheckConstraint(
                condition=Q(state=AnswerState.WAITING, accepted_amount=None, answered_at=None)
                | Q(state=AnswerState.DECLINED, accepted_amount=Decimal(0), answered_at__isnull=False)
                | Q(state=AnswerState.ACCEPTED, accepted_amount__gt=Decimal(0), answered_at__isnull=False),
                name="call_share_answer_complete",
            ),
            models.CheckConstraint(
                condition=Q(accepted_amount=None) | Q(accepted_amount__lte=F("amount")), name="call_share_accepted_within_asked"
            ),
            at_has_by("answered_at", "call_share_answered_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class CallReceiptQuerySet(models.QuerySet["CallReceipt"]):
    def standing(self) -> "CallReceiptQuerySet":
        return self.filter(reversed_at=None)


class CallReceipt(models.Model):
    """Money that a partner paid for a call, as the host's bank says. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=call_receipt_reference)
    share = models.ForeignKey(CallShare, models.PROTECT, related_name="receipts")
    call = models.ForeignKey(Call, models.PROTECT, related_name="receipts")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = money_field()
    matched_amount = money_field(help_text="What of it belongs to the share; the rest is in suspense.")
    received_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="call_receipt")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = CallReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(matched_amount__gt=Decimal(0), matched_amount__lte=F("amount")), name="call_receipt_matched_within_amount"
            ),
            models.UniqueConstraint(
                fields=["fund", "bank_reference"], condition=Q(reversed_at=None), name="call_receipt_bank_reference_once"
            ),
            at_has_by("reversed_at", "call_receipt_reversed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class CallPaymentQuerySet(models.QuerySet["CallPayment"]):
    def standing(self) -> "CallPaymentQuerySet":
        return self.filter(reversed_at=None)


class CallPayment(models.Model):
    """Money that the host paid out for the cost of a call. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=call_payment_reference)
    call = models.ForeignKey(Call, models.PROTECT, related_name="payments")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = money_field()
    paid_on = models.DateField()
    payee = models.CharField(max_length=120)
    bank_reference = models.CharField(max_length=60)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="call_payment")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = CallPaymentQuerySet.as_manager()

    class Meta:
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="call_payment_above_zero"),
            models.UniqueConstraint(
                fields=["fund", "bank_reference"], condition=Q(reversed_at=None), name="call_payment_bank_reference_once"
            ),
            at_has_by("reversed_at", "call_payment_reversed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference


class CallReminder(models.Model):
    """That a partner was reminded to answer: once for each share."""

    share = models.OneToOneField(CallShare, models.PROTECT, related_name="reminder")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    sent_on_clock = models.DateTimeField()

    def __str__(self) -> str:
        return f"Reminder of {self.share}"

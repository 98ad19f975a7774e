from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commissioning.contracts.models import Contract
from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.budget.models import BudgetLine
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledFund
from funders.spending.states import InvoiceState


def invoice_reference() -> str:
    return new_reference("PI")


def payment_reference() -> str:
    return new_reference("PY")


class ProviderInvoiceQuerySet(models.QuerySet["ProviderInvoice"]):
    def standing(self) -> "ProviderInvoiceQuerySet":
        """What is paid or may still be paid."""
        return self.exclude(state=InvoiceState.RETURNED)


class ProviderInvoice(Versioned):
    """What a provider asks for services of a contract in one financial year. Sent, approved by others, paid by yet another."""

    reference = models.CharField(max_length=20, unique=True, default=invoice_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="provider_invoices")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the financial year begins.")
    number = models.CharField(max_length=60, help_text="As the provider's own books have it.")
    amount = money_field()
    services = models.CharField(max_length=200, help_text="What it is for, for example a quarter.")
    invoiced_on = models.DateField()
    state = models.CharField(max_length=10, choices=InvoiceState.choices, default=InvoiceState.SUBMITTED)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    first_approved_at = models.DateTimeField(null=True, blank=True)
    first_approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    second_approved_at = models.DateTimeField(null=True, blank=True)
    second_approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_because = models.TextField(blank=True)

    objects = ProviderInvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-invoiced_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="provider_invoice_above_zero"),
            models.UniqueConstraint(fields=["provider", "number"], condition=~Q(state="returned"), name="provider_invoice_number_once"),
            at_has_by("first_approved_at", "provider_invoice_first_approved_at_has_by"),
            at_has_by("second_approved_at", "provider_invoice_second_approved_at_has_by"),
            at_has_by("returned_at", "provider_invoice_returned_at_has_by"),
            models.CheckConstraint(
                condition=~Q(first_approved_by=F("sent_by")) & ~Q(second_approved_by=F("sent_by")), name="provider_invoice_not_own_approver"
            ),
            models.CheckConstraint(condition=~Q(first_approved_by=F("second_approved_by")), name="provider_invoice_two_approvers"),
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentQuerySet(models.QuerySet["Payment"]):
    def standing(self) -> "PaymentQuerySet":
        return self.filter(reversed_at=None)


class Payment(models.Model):
    """Money that left the host's bank for an approved invoice. A wrong one is reversed and stays in sight."""

    reference = models.CharField(max_length=20, unique=True, default=payment_reference)
    invoice = models.ForeignKey(ProviderInvoice, models.PROTECT, related_name="payments")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = money_field()
    paid_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="payment")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_because = models.TextField(blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="payment_above_zero"),
            models.UniqueConstraint(fields=["invoice"], condition=Q(reversed_at=None), name="payment_once_an_invoice"),
            models.UniqueConstraint(fields=["fund", "bank_reference"], condition=Q(reversed_at=None), name="payment_bank_reference_once"),
            at_has_by("reversed_at", "payment_reversed_at_has_by"),
        ]

    def __str__(self) -> str:
        return self.reference

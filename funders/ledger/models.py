from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.kernel.models import money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.budget.models import BudgetLine
from funders.contributions.models import Contribution
from funders.pool.models import LegalBasis, PooledAlready, PooledFund


def ledger_reference() -> str:
    return new_reference("LT")


class Account(models.TextChoices):
    """Where money of a fund stands. What comes in is above zero at the bank and below zero in the account that it comes from."""

    BANK = "bank", "Held by the host"
    CONTRIBUTIONS = "contributions", "Received from partners"
    POOLED = "pooled", "Received of money that is pooled already"
    SUSPENSE = "suspense", "Suspense: money not matched yet"
    CALLS = "calls", "Received for one-off calls"
    SPENT = "spent", "Paid to providers"
    RETURNED = "returned", "Returned to partners"
    MOVED = "moved", "Moved between pots"


# What comes from a partner, and what goes back to it, names the contribution.
OF_A_CONTRIBUTION = [Account.CONTRIBUTIONS, Account.RETURNED]
# What names its pot and the financial year itself; what comes from a contribution is in the pot and year of that.
OF_A_POT = [Account.POOLED, Account.MOVED]


class TransactionKind(models.TextChoices):
    RECEIPT = "receipt", "Receipt"
    TRANSFER = "transfer", "Transfer"
    PAYMENT = "payment", "Payment"
    REVERSAL = "reversal", "Reversal"


class LedgerTransaction(models.Model):
    """A posting: lines that add up to nothing. The database refuses change, deletion, and lines that come later."""

    reference = models.CharField(max_length=20, unique=True, default=ledger_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="ledger_transactions")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=TransactionKind.choices)
    happened_on = models.DateField()
    text = models.CharField(max_length=200)
    bank_reference = models.CharField(max_length=60, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    database_transaction = models.BigIntegerField(
        default=0, editable=False, help_text="Set by the database: lines come with their posting."
    )

    class Meta:
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=TransactionKind.REVERSAL, reverses__isnull=False) | (~Q(kind=TransactionKind.REVERSAL) & Q(reverses=None)),
                name="ledger_reversal_names_what_it_reverses",
            ),
        ]
        indexes = [
            models.Index(fields=["fund", "-happened_on", "-id"], name="ledger_transaction_of_fund"),
            models.Index(fields=["fund", "bank_reference"], condition=~Q(bank_reference=""), name="ledger_bank_reference"),
        ]

    def __str__(self) -> str:
        return self.reference


class LedgerLine(models.Model):
    """One side of a posting, in pounds: above zero where money arrives, below zero where it comes from."""

    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="lines")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    account = models.CharField(max_length=13, choices=Account.choices)
    contribution = models.ForeignKey(Contribution, models.PROTECT, null=True, blank=True, related_name="ledger_lines")
    source = models.ForeignKey(PooledAlready, models.PROTECT, null=True, blank=True, related_name="+", help_text="Its first row.")
    amount = money_field()
    pot = models.CharField(max_length=12, choices=LegalBasis.choices, blank=True, help_text="What is paid out names its pot,")
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, blank=True, related_name="+", help_text="its line")
    budget_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="and the financial year that bears it.")

    class Meta:
        ordering = ["transaction", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(account="spent", budget_line__isnull=False, budget_year__isnull=False) & ~Q(pot=""))
                | (Q(account__in=OF_A_POT, budget_line=None, budget_year__isnull=False) & ~Q(pot=""))
                | (~Q(account__in=["spent", *OF_A_POT]) & Q(budget_line=None, budget_year=None, pot="")),
                name="ledger_line_names_what_it_pays",
            ),
            models.CheckConstraint(
                condition=Q(account=Account.POOLED, source__isnull=False) | (~Q(account=Account.POOLED) & Q(source=None)),
                name="ledger_line_names_its_source",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_not_nothing"),
            models.CheckConstraint(
                condition=Q(account__in=OF_A_CONTRIBUTION, contribution__isnull=False)
                | (~Q(account__in=OF_A_CONTRIBUTION) & Q(contribution=None)),
                name="ledger_line_names_its_contribution",
            ),
        ]
        indexes = [models.Index(fields=["fund", "account"], name="ledger_line_account")]

    def __str__(self) -> str:
        return f"{self.transaction} {self.get_account_display()}"

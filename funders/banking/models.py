from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.kernel.models import Versioned, at_has_by, money_field
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.banking.rules.rows import DATE_FORMATS, LONGEST_TEXT, MONEY_IN, RowKind
from funders.banking.states import ImportState
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledFund
from funders.receipts.models import Instalment
from funders.receipts.rules import LONGEST_REFERENCE


def import_reference() -> str:
    return new_reference("BI")


def return_reference() -> str:
    return new_reference("SR")


class BankImport(Versioned):
    """A file of the host's bank or ledger for one fund: kept as it came, with its hash."""

    reference = models.CharField(max_length=20, unique=True, default=import_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="bank", max_length=200)
    encoding = models.CharField(max_length=12)
    separator = models.CharField(max_length=1)
    notes = models.JSONField(default=list)
    heading = models.JSONField()
    heading_row = models.PositiveSmallIntegerField()
    samples = models.JSONField()
    lines = models.PositiveIntegerField(help_text="About how many rows there are, for the progress of reading.")
    columns = models.JSONField(default=dict)
    date_format = models.CharField(max_length=3, choices=list(DATE_FORMATS.items()), blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.MAPPING)
    illustrative = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    posted_on_clock = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            at_has_by("confirmed_at", "bank_import_confirmed_at_has_by"),
            models.CheckConstraint(
                condition=~Q(state__in=["posting", "posted"]) | Q(confirmed_at__isnull=False), name="bank_import_posts_when_confirmed"
            ),
        ]
        indexes = [models.Index(fields=["host", "sha256"], name="bank_import_same_file")]

    def __str__(self) -> str:
        return self.reference


class BankMapping(models.Model):
    """Which column is which in a host's files with the same heading: named once, remembered for the next file."""

    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    heading_key = models.CharField(max_length=64)
    columns = models.JSONField()
    date_format = models.CharField(max_length=3, choices=list(DATE_FORMATS.items()))
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "heading_key"], name="bank_mapping_once")]

    def __str__(self) -> str:
        return f"{self.host} {self.heading_key[:8]}"


class BankRow(Versioned):
    """A row of a bank file and what becomes of it. Once it is posted nothing of it changes."""

    bank_import = models.ForeignKey(BankImport, models.PROTECT, related_name="rows")
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+", db_index=False)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="The row of the file, the first is 1.")
    kind = models.CharField(max_length=10, choices=RowKind.choices)
    happened_on = models.DateField(null=True, blank=True)
    amount = money_field(null=True, blank=True)
    bank_reference = models.CharField(max_length=LONGEST_REFERENCE, blank=True)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    note = models.CharField(max_length=400, blank=True)
    column = models.CharField(max_length=120, blank=True)
    typed = models.CharField(max_length=60, blank=True)
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, blank=True, related_name="+")
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, null=True, blank=True, related_name="bank_row")

    class Meta:
        ordering = ["bank_import", "number"]
        constraints = [
            models.UniqueConstraint(fields=["bank_import", "number"], name="bank_row_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=[str(kind) for kind in MONEY_IN])
                | (Q(amount__gt=Decimal(0), happened_on__isnull=False) & ~Q(bank_reference="")),
                name="bank_row_money_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="matched", instalment__isnull=False) | (~Q(kind="matched") & Q(instalment=None)),
                name="bank_row_matched_names_instalment",
            ),
            models.CheckConstraint(
                condition=Q(posting=None) | Q(kind__in=[str(kind) for kind in MONEY_IN]), name="bank_row_posts_money_in"
            ),
        ]
        indexes = [models.Index(fields=["bank_import", "kind", "number"], name="bank_row_of_kind")]

    def __str__(self) -> str:
        return f"{self.bank_import} row {self.number}"


class SuspenseReturn(models.Model):
    """Money in suspense that went back to whoever had paid it."""

    reference = models.CharField(max_length=20, unique=True, default=return_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="suspense_returns")
    posting = models.OneToOneField(LedgerTransaction, models.PROTECT, related_name="suspense_return")
    amount = money_field()
    returned_on = models.DateField()
    reason = models.TextField()
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="suspense_return_above_zero")]

    def __str__(self) -> str:
        return self.reference

"""Bank files, their rows, and what an import needs to know of the fund."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from commissioning.kernel.models import Job
from commissioning.kernel.states import JobState
from commissioning.organisations.seat import Seat
from funders.banking.models import BankImport, BankMapping, BankRow
from funders.banking.permissions import hosted_funds, visible_to
from funders.banking.rules.columns import heading_key
from funders.banking.rules.matching import Payable
from funders.banking.rules.rows import MONEY_IN, RowKind
from funders.banking.states import ImportState
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.receipts.models import Instalment
from funders.receipts.queries import still_to_come, with_received
from funders.receipts.states import InstalmentState

MOST_OFFERED = 200
OPEN_STATES = (ImportState.MAPPING, ImportState.READING, ImportState.READY, ImportState.POSTING)


def imports_for(seat: Seat) -> "QuerySet[BankImport]":
    """The host's bank files, the newest first."""
    return visible_to(seat).select_related("fund", "uploaded_by").exclude(state=ImportState.DISCARDED)


def import_for(seat: Seat, reference: str) -> BankImport | None:
    found = visible_to(seat).select_related("fund__host", "uploaded_by", "confirmed_by", "changed_by")
    return found.filter(reference=reference).first()


def funds_to_import(seat: Seat) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in hosted_funds(seat)]


def fund_for(seat: Seat, code: str) -> PooledFund | None:
    return hosted_funds(seat).select_related("host").filter(code=code).first()


def remembered(host_id: int, heading: list[str]) -> BankMapping | None:
    return BankMapping.objects.filter(host=host_id, heading_key=heading_key(heading)).first()


def same_file(fund: PooledFund, sha256: str, *, but: int | None = None) -> "QuerySet[BankImport]":
    """Imports of the very same file into the fund, the first one first."""
    found = BankImport.objects.filter(host=fund.host_id, fund=fund, sha256=sha256).exclude(state=ImportState.DISCARDED)
    return found.exclude(pk=but or 0).order_by("uploaded_at", "pk")


def job_key(bank_import: BankImport) -> str:
    return f"bank:{bank_import.reference}:"


def job_of(bank_import: BankImport) -> Job | None:
    """The latest work on the file, while its state says that somebody waits for it."""
    if bank_import.state not in (ImportState.READING, ImportState.POSTING):
        return None
    return Job.objects.filter(key__startswith=job_key(bank_import)).order_by("-pk").first()


def has_stopped(job: Job | None) -> bool:
    return job is not None and job.state == JobState.FAILED


@dataclass(frozen=True)
class KindSum:
    """How many rows of a kind there are, and their money."""

    rows: int = 0
    amount: Decimal = NOTHING
    posted: int = 0


def sums_of(bank_import: BankImport) -> Mapping[RowKind, KindSum]:
    """Rows, pounds and what is posted of them, for each kind."""
    grouped = BankRow.objects.filter(bank_import=bank_import).order_by().values_list("kind")
    found = {
        RowKind(kind): KindSum(rows, amount or NOTHING, posted)
        for kind, rows, amount, posted in grouped.annotate(rows=Count("pk"), sum=Sum("amount"), posted=Count("posting"))
    }
    return {kind: found.get(kind, KindSum()) for kind in RowKind}


def rows_of(bank_import: BankImport, *, kind: str = "", search: str = "") -> "QuerySet[BankRow]":
    """The rows in the order of the file, with the instalment that each pays."""
    found = BankRow.objects.filter(bank_import=bank_import).select_related("instalment__funder", "posting").order_by("number")
    for word in search.split():
        found = found.filter(Q(text__icontains=word) | Q(bank_reference__icontains=word))
    return found.filter(kind=kind) if kind else found


def row_for(bank_import: BankImport, number: int) -> BankRow | None:
    """A row whose match may still be changed."""
    found = rows_of(bank_import).select_related("changed_by").filter(posting=None, kind__in=MONEY_IN)
    return found.filter(number=number).first()


def waiting_rows(bank_import: BankImport) -> "QuerySet[BankRow]":
    """Rows that are still to be posted."""
    return BankRow.objects.filter(bank_import=bank_import, kind__in=MONEY_IN, posting=None).order_by("number")


def payables_of(fund: PooledFund) -> list[Payable]:
    """Every instalment of the fund that stands, for matching."""
    return [
        Payable(
            pk=one.pk,
            reference=one.reference,
            contribution=one.contribution.reference,
            invoice=one.invoice_reference,
            funder=str(one.funder),
            due_on=one.due_on,
            left=still_to_come(one),
            is_invoiced=one.state != InstalmentState.PLANNED,
        )
        for one in with_received(Instalment.objects.standing().filter(fund=fund))
    ]


def open_instalments(fund: PooledFund, amount: Decimal | None = None) -> list[Instalment]:
    """Invoiced instalments that money is still to come for, each with `received`; those for exactly this amount first, then by day."""
    found = with_received(Instalment.objects.standing().filter(fund=fund, state=InstalmentState.INVOICED))[:MOST_OFFERED]
    return sorted(found, key=lambda one: still_to_come(one) != amount)

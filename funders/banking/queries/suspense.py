"""Money that arrived and belongs to nothing yet: unmatched rows, and what was more than was asked."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from commissioning.organisations.seat import Seat
from funders.banking.models import BankRow, SuspenseReturn
from funders.banking.permissions import hosted_funds
from funders.banking.rules.rows import RowKind
from funders.ledger.models import Account, LedgerLine, LedgerTransaction, TransactionKind
from funders.ledger.queries import register_invariant
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.pooled.models import PooledReceipt
from funders.receipts.models import Receipt

CAME_FROM = ("bank_row", "receipt__instalment__funder", "pooled_receipt__source")


def _sum(rows: "QuerySet[Any]", of: str, amount: str = "amount") -> Any:
    """The sum of `amount` of the rows that belong to the outer posting."""
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(own), NOTHING)


def with_left(postings: "QuerySet[LedgerTransaction]") -> "QuerySet[LedgerTransaction]":
    """Each with `put` (what it brought into suspense) and `left` (what of that is still there)."""
    return postings.annotate(
        put=NOTHING - _sum(LedgerLine.objects.filter(account=Account.SUSPENSE), "transaction"),
        assigned_sum=_sum(Receipt.objects.standing(), "source"),
        pooled_sum=_sum(PooledReceipt.objects.standing(), "assigned_from"),
        returned_sum=_sum(SuspenseReturn.objects.all(), "source"),
    ).annotate(left=F("put") - F("assigned_sum") - F("pooled_sum") - F("returned_sum"))


def in_suspense(funds: "Iterable[PooledFund] | QuerySet[PooledFund]") -> "QuerySet[LedgerTransaction]":
    """Postings of which money is still in suspense, the oldest first."""
    arrived = LedgerTransaction.objects.filter(fund__in=funds, kind=TransactionKind.RECEIPT, reversal=None)
    return with_left(arrived.filter(lines__account=Account.SUSPENSE)).filter(Q(left__gt=0)).order_by("happened_on", "pk")


def suspense_of(fund: PooledFund, search: str = "") -> "QuerySet[LedgerTransaction]":
    """What is in suspense of a fund, with the bank row or the receipt that it came from."""
    found = in_suspense([fund]).select_related(*CAME_FROM)
    for word in search.split():
        found = found.filter(Q(bank_row__text__icontains=word) | Q(bank_reference__icontains=word))
    return found


def item_for(seat: Seat, reference: str) -> LedgerTransaction | None:
    """A posting of a hosted fund of which money is still in suspense."""
    found = in_suspense(hosted_funds(seat)).select_related("fund__host", *CAME_FROM)
    return found.filter(reference=reference).first()


def left_of(posting: LedgerTransaction) -> Decimal:
    """What of a posting is in suspense now; nothing if it was reversed."""
    found = in_suspense([posting.fund]).filter(pk=posting.pk).first()
    return found.left if found else NOTHING  # type: ignore[attr-defined]


@dataclass(frozen=True)
class FundSuspense:
    """Money in suspense of one fund."""

    code: str
    name: str
    items: int
    amount: Decimal
    oldest: datetime.date


def suspense_by_fund(seat: Seat) -> list[FundSuspense]:
    """Hosted funds with money in suspense."""
    grouped = in_suspense(hosted_funds(seat)).order_by("fund__code").values_list("fund__code", "fund__name")
    return [FundSuspense(*row) for row in grouped.annotate(items=Count("pk"), amount=Sum("left"), oldest=Min("happened_on"))]


def taken_out_of(posting: LedgerTransaction) -> Decimal:
    """What was assigned or returned out of what this posting had brought into suspense."""
    assigned = Receipt.objects.standing().filter(source=posting).aggregate(sum=Sum("amount"))["sum"]
    pooled = PooledReceipt.objects.standing().filter(assigned_from=posting).aggregate(sum=Sum("amount"))["sum"]
    returned = SuspenseReturn.objects.filter(source=posting).aggregate(sum=Sum("amount"))["sum"]
    return (assigned or NOTHING) + (pooled or NOTHING) + (returned or NOTHING)


def _grouped(rows: "QuerySet[Any]", amount: str | Combinable = "amount") -> dict[int, Decimal]:
    return dict(rows.order_by().values_list("fund").annotate(sum=Sum(amount)))


_more_over_receipts: list[Callable[[], dict[int, Decimal]]] = []


def register_over_receipts(summed: Callable[[], dict[int, Decimal]]) -> None:
    """Say what else brings money into suspense. :param summed: pounds by fund (its key), of receipts that stand."""
    _more_over_receipts.append(summed)


def _over_receipts() -> dict[int, Decimal]:
    """What arrived beyond what was asked, by fund."""
    found = _grouped(Receipt.objects.standing(), F("amount") - F("matched_amount"))
    pooled = _grouped(PooledReceipt.objects.standing(), F("amount") - F("matched_amount"))
    for summed in (pooled, *(more() for more in _more_over_receipts)):
        for fund, amount in summed.items():
            found[fund] = found.get(fund, NOTHING) + amount
    return found


def _unexplained() -> list[str]:
    """Funds whose suspense is not its unmatched rows and over-receipts, less what was assigned and returned; and what gave more than it had."""
    in_ledger = _grouped(LedgerLine.objects.filter(account=Account.SUSPENSE))
    unmatched = _grouped(BankRow.objects.filter(kind=RowKind.UNMATCHED, posting__isnull=False, posting__reversal=None))
    over = _over_receipts()
    assigned = _grouped(Receipt.objects.standing().filter(source__isnull=False))
    pooled = _grouped(PooledReceipt.objects.standing().filter(assigned_from__isnull=False))
    returned = _grouped(SuspenseReturn.objects.all())
    explained = {
        fund: sum((sums.get(fund, NOTHING) for sums in (unmatched, over)), NOTHING)
        - sum((sums.get(fund, NOTHING) for sums in (assigned, pooled, returned)), NOTHING)
        for fund in {*in_ledger, *unmatched, *over}
    }
    wrong = [fund for fund, amount in explained.items() if amount != -in_ledger.get(fund, NOTHING)]
    overdrawn = with_left(LedgerTransaction.objects.filter(kind=TransactionKind.RECEIPT)).filter(Q(left__lt=0))
    codes = PooledFund.objects.filter(pk__in=wrong).values_list("code", flat=True)
    return [*codes, *overdrawn.values_list("reference", flat=True)]


register_invariant("suspense-explained", "Every pound in suspense is an unmatched row or an over-receipt not yet cleared.", _unexplained)

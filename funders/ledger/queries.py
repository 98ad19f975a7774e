"""What the ledger says: balances, received money, and whether every rule of it holds."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum, Value

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.seat import Seat
from funders.budget.models import ClosedYear
from funders.contributions.models import ContributionQuerySet
from funders.ledger.models import Account, LedgerLine, LedgerTransaction, TransactionKind
from funders.ledger.permissions import sees_bank_references
from funders.ledger.rules import Entry
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING

SourceAndYear = tuple[int | None, int | None]


def entries_of(posting: LedgerTransaction) -> list[Entry]:
    return [
        Entry(one.account, one.amount, one.contribution_id, one.pot, one.budget_line_id, one.budget_year, one.source_id)
        for one in posting.lines.order_by("id")
    ]


def is_reversed(posting: LedgerTransaction) -> bool:
    return LedgerTransaction.objects.filter(reverses=posting).exists()


def closed_until(fund: PooledFund) -> date | None:
    """The last day of the newest closed year of a fund: nothing is posted up to it any more."""
    newest = ClosedYear.objects.filter(fund=fund).order_by("-year").values_list("year", flat=True).first()
    return None if newest is None else FinancialYear(newest).last_day


def balances_of(fund: PooledFund) -> dict[Account, Decimal]:
    """What stands in each account, in pounds; together they are always nothing."""
    rows = LedgerLine.objects.filter(fund=fund).order_by().values_list("account").annotate(sum=Sum("amount"))
    found = {Account(account): amount for account, amount in rows}
    return {account: found.get(account, NOTHING) for account in Account}


def with_received(contributions: ContributionQuerySet) -> ContributionQuerySet:
    """Each with `received`: the money that the ledger holds for it."""
    arrived = Sum("ledger_lines__amount", filter=Q(ledger_lines__account=Account.CONTRIBUTIONS), default=NOTHING)
    return contributions.annotate(received=NOTHING - arrived)


def received_for(contribution: int) -> Decimal:
    """:param contribution: its primary key."""
    found = LedgerLine.objects.filter(contribution=contribution, account=Account.CONTRIBUTIONS).aggregate(sum=Sum("amount"))["sum"]
    return -(found or NOTHING)


def returned_by_contribution() -> dict[int | None, Decimal]:
    """What the ledger says went back of each contribution of which something did, by its primary key."""
    gone = LedgerLine.objects.filter(account=Account.RETURNED).order_by().values_list("contribution").annotate(sum=Sum("amount"))
    return {contribution: amount for contribution, amount in gone if amount}


def received_by_contribution() -> dict[int | None, Decimal]:
    """The money that the ledger holds for each contribution that has had some, by its primary key."""
    arrived = LedgerLine.objects.filter(account=Account.CONTRIBUTIONS).order_by().values_list("contribution").annotate(sum=Sum("amount"))
    return {contribution: -amount for contribution, amount in arrived}


def received_of_sources(fund: PooledFund) -> dict[SourceAndYear, Decimal]:
    """What the ledger holds of money that is pooled already, by the key of the source's first row and by year."""
    arrived = LedgerLine.objects.filter(fund=fund, account=Account.POOLED).order_by().values_list("source", "budget_year")
    return {(source, year): -amount for source, year, amount in arrived.annotate(sum=Sum("amount"))}


def posted_before(fund: PooledFund, bank_references: Collection[str], kind: TransactionKind = TransactionKind.RECEIPT) -> dict[str, str]:
    """Which of these bank references are in the ledger already, not reversed, with the posting that has them."""
    found = LedgerTransaction.objects.filter(fund=fund, kind=kind, bank_reference__in=bank_references, reversal=None)
    return dict(found.order_by().values_list("bank_reference", "reference"))


def lines_of(fund: PooledFund, seat: Seat, *, search: str = "", account: str = "") -> QuerySet[LedgerLine]:
    """The lines of a fund's ledger, the newest posting first, searched by words, bank reference or reference of the posting.

    `shows_bank_reference` says whether the seat may read that of the line's posting; one that it may not read is not found by it.
    """
    whose = Q(contribution__funder=seat.organisation_id or 0) | Q(source__giver=seat.organisation_id or 0)
    own = LedgerLine.objects.filter(whose, transaction=OuterRef("transaction"))
    shown = Value(True) if sees_bank_references(seat, fund.host_id) else Exists(own)
    found = LedgerLine.objects.filter(fund=fund).select_related("transaction__posted_by", "contribution__funder", "budget_line", "source")
    found = found.annotate(shows_bank_reference=ExpressionWrapper(shown, BooleanField()))
    for word in search.split():
        named = Q(transaction__text__icontains=word) | Q(transaction__bank_reference__icontains=word, shows_bank_reference=True)
        found = found.filter(
            named
            | Q(transaction__reference__iexact=word)
            | Q(contribution__funder__name__icontains=word)
            | Q(source__label__icontains=word)
        )
    if account:
        found = found.filter(account=account)
    return found.order_by("-transaction__happened_on", "-transaction_id", "id")


@dataclass(frozen=True)
class Verdict:
    """One rule of the ledger and the references of what breaks it."""

    name: str
    rule: str
    broken: tuple[str, ...]


Check = Callable[[], list[str]]
_invariants: dict[str, tuple[str, Check]] = {}


def register_invariant(name: str, rule: str, check: Check) -> None:
    """Let `verify_ledger` ask `check()` too, which answers with the references of what breaks the rule."""
    _invariants[name] = (rule, check)


def verdicts() -> list[Verdict]:
    """Every registered rule, by name, with what breaks it."""
    return [Verdict(name, rule, tuple(check())) for name, (rule, check) in sorted(_invariants.items())]


def _unbalanced() -> list[str]:
    counted = LedgerTransaction.objects.annotate(sum=Sum("lines__amount"), sides=Count("lines"))
    return list(counted.filter(~Q(sum=0) | Q(sides__lt=2)).values_list("reference", flat=True))


def _foreign_lines() -> list[str]:
    strange = LedgerLine.objects.exclude(fund=F("transaction__fund")) | LedgerLine.objects.exclude(host=F("transaction__host"))
    return list(strange.values_list("transaction__reference", flat=True).distinct())


def _half_reversed() -> list[str]:
    """Reversals that do not undo their posting account by account."""
    reversals = LedgerTransaction.objects.filter(kind=TransactionKind.REVERSAL).order_by().values_list("pk", "reverses", "reference")
    if not reversals:
        return []
    concerned = LedgerLine.objects.filter(Q(transaction__kind=TransactionKind.REVERSAL) | Q(transaction__reversal__isnull=False))
    sides: dict[int, list[tuple[object, ...]]] = {}
    for posting, amount, *names in concerned.order_by().values_list("transaction", "amount", *_SIDE):
        sides.setdefault(posting, []).append((*(name or 0 for name in names), amount))
    return [reference for pk, undone, reference in reversals if not _undoes(sides.get(pk, []), sides.get(undone or 0, []))]


_SIDE = ("account", "contribution", "source", "budget_line", "budget_year", "pot")


def _undoes(reversal: list[tuple[object, ...]], posting: list[tuple[object, ...]]) -> bool:
    return Counter(reversal) == Counter((*names, -amount) for *names, amount in posting)  # type: ignore[operator]


register_invariant("balanced", "Every posting has at least two sides, and they add up to nothing.", _unbalanced)
register_invariant("one-fund", "The lines of a posting belong to its fund and host.", _foreign_lines)
register_invariant("reversals", "A reversal undoes its posting, account by account.", _half_reversed)

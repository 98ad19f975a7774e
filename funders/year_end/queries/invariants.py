"""The rules of closed years that `verify_ledger` asks."""

from decimal import Decimal

from django.db.models import F, Max, Min, Q, QuerySet, Sum

from commissioning.kernel.quarters import FinancialYear
from funders.budget.models import Carried
from funders.budget.queries import closed_years
from funders.ledger.models import Account, LedgerLine, LedgerTransaction
from funders.ledger.queries import register_invariant, returned_by_contribution
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.spending.queries.budget import cash_by_pot
from funders.year_end.models import Choice, SharePayout, YearClose
from funders.year_end.queries.outturn import MOVED, OPENING, cash_in, closing_in
from funders.year_end.states import CloseState


def _closed() -> QuerySet[YearClose]:
    return (
        YearClose.objects.filter(state=CloseState.CLOSED).select_related("fund").prefetch_related("pots__shares").order_by("fund", "year")
    )


def _closing(close: YearClose) -> dict[str, Decimal]:
    return {one.pot: one.closing_amount for one in close.pots.all() if one.closing_amount}


def _opened_with_something_else() -> list[str]:
    """Closed years that do not open, pot by pot, with what the year before closed with."""
    closes = {(one.fund_id, one.year): one for one in _closed()}
    return [
        one.reference
        for (fund, year), one in closes.items()
        if (before := closes.get((fund, year - 1)))
        and {pot.pot: pot.opening_amount for pot in one.pots.all() if pot.opening_amount} != _closing(before)
    ]


def _shares_that_do_not_add_up() -> list[str]:
    return [
        f"{close.reference} {pot.pot}"
        for close in YearClose.objects.prefetch_related("pots__shares").order_by("pk")
        for pot in close.pots.all()
        if pot.shares.all() and sum((one.amount for one in pot.shares.all()), NOTHING) != pot.surplus_amount
    ]


def _opened_again() -> list[str]:
    """Closed years that the ledger has otherwise now, pot by pot, than when they were closed; or that nothing keeps shut."""
    found = []
    for close in _closed():
        if closing_in(close.fund, close.year) != _closing(close) or close.year not in closed_years(close.fund):
            found.append(close.reference)
    return found


register_invariant("opening-is-closing", "Each pot opens a year with what it closed the year before with.", _opened_with_something_else)
register_invariant("surplus-shares-add-up", "The shares in what is left of a pot add up to it, to the penny.", _shares_that_do_not_add_up)
register_invariant("closed-years-stay-closed", "The ledger has a closed year as it was when it was closed.", _opened_again)


def _years_of_ledgers() -> dict[PooledFund, list[int]]:
    """Every year in which a posting of a fund lies, from the first to the last."""
    days = LedgerTransaction.objects.order_by().values_list("fund").annotate(first=Min("happened_on"), last=Max("happened_on"))
    funds = PooledFund.objects.in_bulk([fund for fund, *_ in days])
    return {funds[fund]: list(range(FinancialYear.of(first).start, FinancialYear.of(last).start + 1)) for fund, first, last in days}


def _pots_that_do_not_close() -> list[str]:
    """Years of funds in which opening + received - paid + moved is not what the pots close with: each pot opens with what it closed the year
    before with, what moves adds up to nothing, all pots together are what the bank holds, and the last year closes with what each holds now.
    """
    found = []
    for fund, years in _years_of_ledgers().items():
        before: dict[str, Decimal] = {}
        for year in years:
            cash, closing = cash_in(fund, year), closing_in(fund, year)
            opening = {pot: one[OPENING] for pot, one in cash.items() if one[OPENING]}
            moved = sum((one[MOVED] for one in cash.values()), NOTHING)
            if opening != before or moved or sum(closing.values(), NOTHING) != _in_the_bank(fund, year):
                found.append(f"{fund.code} {year}")
            before = closing
        if {pot: amount for pot, amount in before.items() if pot} != {pot: held for pot, held in cash_by_pot(fund).items() if held}:
            found.append(f"{fund.code} now")
    return found


def _in_the_bank(fund: PooledFund, year: int) -> Decimal:
    lines = LedgerLine.objects.filter(fund=fund, account=Account.BANK, transaction__happened_on__lte=FinancialYear(year).last_day)
    return lines.aggregate(sum=Sum("amount"))["sum"] or NOTHING


register_invariant(
    "pots-open-to-close",
    "Opening and received, less paid, and what moved between pots is closing, for each pot and in total, and in total what the bank holds.",
    _pots_that_do_not_close,
)


def _carried_otherwise() -> list[str]:
    """Pots of years whose carried money is not what the closed years say: out of the year what was left of it, into the next what stays."""
    wanted: dict[tuple[str, int, str], Decimal] = {}
    for close in _closed():
        for one in close.pots.all():
            if one.choice and one.surplus_amount > 0:
                _add(wanted, (close.fund.code, close.year, one.pot), -one.surplus_amount)
            if one.choice in (Choice.CARRY, Choice.CONTINGENCY) and one.surplus_amount > 0:
                _add(wanted, (close.fund.code, close.year + 1, one.pot), one.surplus_amount)
    rows = Carried.objects.order_by().values_list("fund__code", "year", "pot").annotate(sum=Sum("amount"))
    found = {(code, year, pot): amount for code, year, pot, amount in rows}
    keys = sorted({*wanted, *found})
    return [
        f"{code} {year} {pot}"
        for code, year, pot in keys
        if wanted.get((code, year, pot), NOTHING) != found.get((code, year, pot), NOTHING)
    ]


def _add(sums: dict[tuple[str, int, str], Decimal], key: tuple[str, int, str], amount: Decimal) -> None:
    sums[key] = sums.get(key, NOTHING) + amount


def _payouts_not_as_posted() -> list[str]:
    """Contributions of which the ledger says that something else went back than the payments that stand."""
    rows = SharePayout.objects.standing().order_by().values_list("contribution").annotate(sum=Sum("amount"))
    told, posted = dict(rows), returned_by_contribution()
    wrong = [key for key in {*told, *posted} if told.get(key, NOTHING) != posted.get(key, NOTHING)]
    return list(SharePayout.objects.filter(contribution__in=wrong).order_by("pk").values_list("reference", flat=True)) or [
        f"contribution {key}" for key in wrong
    ]


def _payouts_beyond_shares() -> list[str]:
    """Payments of something else than the whole share, of another partner's, of what the board did not return, or by a hand of the close."""
    strange = ~Q(amount=F("share__amount")) | ~Q(funder=F("share__funder")) | ~Q(share__pot__choice=Choice.RETURN)
    strange |= ~Q(share__pot__close__state=CloseState.CLOSED) | ~Q(contribution__funder=F("funder"))
    by_the_same = Q(recorded_by=F("share__pot__close__closed_by")) | Q(recorded_by=F("contribution__agreed_by"))
    return list(SharePayout.objects.filter(strange | by_the_same).order_by("pk").values_list("reference", flat=True))


register_invariant(
    "carried-once", "What is left of a pot leaves its year once, and comes once into the next where the board chose so.", _carried_otherwise
)
register_invariant("payouts-as-posted", "What went back to partners is what the ledger says.", _payouts_not_as_posted)
register_invariant(
    "payouts-are-shares", "Only a returned share is paid, whole, to its partner, by a hand that had no part in it.", _payouts_beyond_shares
)

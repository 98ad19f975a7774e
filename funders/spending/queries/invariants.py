"""The rules of pot, line, commitment and payment that `verify_ledger` asks."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from django.db.models import F, Q

from funders.budget.models import Allocation, Commitment
from funders.budget.queries import (
    allocated_by_line,
    allocated_by_pot,
    beyond_limits,
    commitments_of,
    committed_by_line,
    needed_years,
    secured_by_pot,
)
from funders.contributions.models import Contribution
from funders.ledger.queries import register_invariant
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.spending.queries.budget import cash_of, paid_by_line
from funders.spending.queries.invoices import invoiced_beyond, not_as_posted, paid_and_not, same_hand


def _exceeding(pairs: Iterable[tuple[object, Decimal, Decimal]]) -> list[str]:
    return [str(key) for key, part, whole in pairs if part > whole or part < 0]


def _allocated_beyond_secured() -> list[str]:
    return [
        f"{fund.code} {year} {pot}"
        for fund in PooledFund.objects.filter(allocations__isnull=False).distinct().prefetch_related("pooled_already")
        for secured in [secured_by_pot(fund)]
        for (year, pot), amount in allocated_by_pot(fund).items()
        if amount < 0 or amount > secured.get((year, pot), NOTHING)
    ]


def _per_fund(check: Callable[[PooledFund], Iterable[tuple[object, Decimal, Decimal]]]) -> Callable[[], list[str]]:
    """The rule asked of each fund that has a budget."""
    return lambda: [
        f"{fund.code} {broken}"
        for fund in PooledFund.objects.filter(budget_lines__isnull=False).distinct()
        for broken in _exceeding(check(fund))
    ]


def _committed_and_allocated(fund: PooledFund) -> Iterable[tuple[object, Decimal, Decimal]]:
    allocated = allocated_by_line(fund)
    return [(key, amount, allocated.get(key, NOTHING)) for key, amount in committed_by_line(fund).items()]


def _paid_and_committed(fund: PooledFund) -> Iterable[tuple[object, Decimal, Decimal]]:
    committed = committed_by_line(fund)
    return [(key, amount, committed.get(key, NOTHING)) for key, amount in paid_by_line(fund).items()]


def _paid_and_received(fund: PooledFund) -> Iterable[tuple[object, Decimal, Decimal]]:
    return [(one.pot, one.paid, one.received) for one in cash_of(fund)]


def _commitments_that_do_not_add_up() -> list[str]:
    """Contracts whose yearly commitments are not their value in the years of the fund."""
    funds = PooledFund.objects.filter(commitments__isnull=False).distinct()
    return [
        one.contract.reference
        for fund in funds
        for one in commitments_of(fund)
        if dict(one.years) != {year: amount for year, amount in needed_years(one.contract, fund).items() if amount}
    ]


def _foreign_budget() -> list[str]:
    """Allocations and commitments that name a line of another fund."""
    rows = [model.objects.exclude(fund=F("line__fund")) for model in (Allocation, Commitment)]
    return [one.reference for found in rows for one in found]  # type: ignore[attr-defined]


register_invariant(
    "allocated-within-secured", "What is set aside of a pot in a year is at most what is secured in it.", _allocated_beyond_secured
)


def _beyond_limits() -> list[str]:
    """Pots of a year of which limited money is set aside for something that it was not given for."""
    limited = Contribution.objects.secured().filter(~Q(purpose="") | ~Q(districts=[]) | Q(use_until__isnull=False))
    wanted = set(limited.order_by().values_list("fund", "year", "pot"))
    funds = PooledFund.objects.prefetch_related("pooled_already").in_bulk({fund for fund, _, _ in wanted})
    sums = {key: secured_by_pot(fund) for key, fund in funds.items()}
    return [
        f"{funds[fund].code} {year} {pot}"
        for fund, year, pot in sorted(wanted)
        if beyond_limits(funds[fund], year, pot, secured=sums[fund].get((year, pot), NOTHING))
    ]


register_invariant(
    "limits-kept", "Limited money is set aside only for the purposes, districts and days that it was given for.", _beyond_limits
)
register_invariant(
    "committed-within-allocated",
    "What is committed of a line in a year is at most what is set aside for it.",
    _per_fund(_committed_and_allocated),
)
register_invariant(
    "paid-within-committed", "What is paid of a line in a year is at most what is committed.", _per_fund(_paid_and_committed)
)
register_invariant("pots-not-below-zero", "No pot pays out more than it received.", _per_fund(_paid_and_received))
register_invariant(
    "commitments-add-up", "The yearly commitments of a contract are its value in the years of the fund.", _commitments_that_do_not_add_up
)
register_invariant("budget-of-one-fund", "What is set aside and committed belongs to a line of its own fund.", _foreign_budget)
register_invariant("payments-as-posted", "A payment is what the ledger says.", lambda: list(not_as_posted()))
register_invariant("paid-is-paid", "An invoice is paid when one payment of it stands.", lambda: list(paid_and_not()))
register_invariant("approver-never-payer", "Who sends or approves an invoice never pays it.", lambda: list(same_hand()))
register_invariant(
    "invoiced-within-committed", "Invoices of a contract and year are at most what is committed.", lambda: list(invoiced_beyond())
)

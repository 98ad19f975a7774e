"""The rules of pot, line, commitment and payment that `verify_ledger` asks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from commissioning.contracts.models import Contract
from funders.budget.models import Allocation, Commitment
from funders.budget.queries import beyond_limits, closed_by_fund, needed_years, secured_by_pot, secured_of
from funders.contributions.models import Contribution
from funders.ledger.models import Account, LedgerLine
from funders.ledger.queries import register_invariant
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.spending.queries.invoices import invoiced_beyond, not_as_posted, paid_and_not, same_hand

Sums = Mapping[tuple[Any, ...], Decimal]


def _by(rows: "QuerySet[Any]", *names: str, sign: int = 1) -> dict[tuple[Any, ...], Decimal]:
    """What the rows add up to by these fields, of which the first is the fund."""
    return {tuple(key): sign * amount for *key, amount in rows.order_by().values_list(*names).annotate(sum=Sum("amount"))}


def _exceeding(parts: Sums, wholes: Sums) -> list[tuple[Any, ...]]:
    """Keys of parts that are more than their whole, or below zero."""
    return sorted(key for key, part in parts.items() if part > wholes.get(key, NOTHING) or part < 0)


def _named(broken: list[tuple[Any, ...]]) -> list[str]:
    """Each by the code of its fund and the rest of its key."""
    codes = dict(PooledFund.objects.filter(pk__in={fund for fund, *_ in broken}).values_list("pk", "code"))
    return [" ".join([codes[fund], *(str(part) for part in rest)]) for fund, *rest in broken]


def _allocated_beyond_secured() -> list[str]:
    allocated = _by(Allocation.objects.all(), "fund", "year", "pot")
    funds = PooledFund.objects.filter(pk__in={fund for fund, *_ in allocated}).prefetch_related("pooled_already")
    return _named(_exceeding(allocated, secured_of(funds))) if allocated else []


def _committed_beyond_allocated() -> list[str]:
    committed = _by(Commitment.objects.all(), "fund", "year", "line")
    return _named(_exceeding(committed, _by(Allocation.objects.all(), "fund", "year", "line"))) if committed else []


def _paid_beyond_committed() -> list[str]:
    paid = _by(LedgerLine.objects.filter(account=Account.SPENT), "fund", "budget_year", "budget_line")
    return _named(_exceeding(paid, _by(Commitment.objects.all(), "fund", "year", "line"))) if paid else []


def _pots_below_zero() -> list[str]:
    """Pots that have paid out and returned more than they received, or have received less than nothing."""
    paid = _by(LedgerLine.objects.filter(account=Account.SPENT), "fund", "pot")
    for key, amount in _by(LedgerLine.objects.filter(account=Account.RETURNED), "fund", "contribution__pot").items():
        paid[key] = paid.get(key, NOTHING) + amount
    received = _by(LedgerLine.objects.filter(account=Account.CONTRIBUTIONS), "fund", "contribution__pot", sign=-1)
    for key, amount in _by(LedgerLine.objects.filter(account=Account.POOLED), "fund", "pot", sign=-1).items():
        received[key] = received.get(key, NOTHING) + amount
    for key, amount in _by(LedgerLine.objects.filter(account=Account.MOVED), "fund", "pot").items():
        side = paid if amount > 0 else received
        side[key] = side.get(key, NOTHING) + abs(amount)
    return _named(_exceeding({key: paid.get(key, NOTHING) for key in {*paid, *received}}, received))


def _commitments_that_do_not_add_up() -> list[str]:
    """Contracts whose yearly commitments are not their value in the open years of the fund; a closed year holds what was asked in it."""
    closed = closed_by_fund()
    committed: dict[tuple[int, int], dict[int, Decimal]] = {}
    for (fund, contract, year), amount in _by(Commitment.objects.all(), "fund", "contract", "year").items():
        kept = committed.setdefault((fund, contract), {}) if amount else {}
        if year not in closed.get(fund, ()):
            kept[year] = amount
    funds = PooledFund.objects.in_bulk({fund for fund, _ in committed})
    contracts = Contract.objects.prefetch_related("options", "extensions").in_bulk({contract for _, contract in committed})
    return [
        contracts[contract].reference
        for (fund, contract), years in committed.items()
        for needed in [needed_years(contracts[contract], funds[fund], closed.get(fund, frozenset()))]
        if years != {year: amount for year, amount in needed.items() if amount}
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
    limited = Contribution.objects.secured().limited()
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
    _committed_beyond_allocated,
)
register_invariant("paid-within-committed", "What is paid of a line in a year is at most what is committed.", _paid_beyond_committed)
register_invariant("pots-not-below-zero", "No pot pays out more than it received.", _pots_below_zero)
register_invariant(
    "commitments-add-up",
    "The yearly commitments of a contract are its value in the open years of the fund.",
    _commitments_that_do_not_add_up,
)
register_invariant("budget-of-one-fund", "What is set aside and committed belongs to a line of its own fund.", _foreign_budget)
register_invariant("payments-as-posted", "A payment is what the ledger says.", lambda: list(not_as_posted()))
register_invariant("paid-is-paid", "An invoice is paid when one payment of it stands.", lambda: list(paid_and_not()))
register_invariant("approver-never-payer", "Who sends or approves an invoice never pays it.", lambda: list(same_hand()))
register_invariant(
    "invoiced-within-committed", "Invoices of a contract and year are at most what is committed.", lambda: list(invoiced_beyond())
)

"""Add a line, set money aside for it, commit a contract to it, release it. Every step is written down and none is rubbed out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from commissioning.areas.models import ContractArea
from commissioning.audit.actions import record
from commissioning.contracts.models import Contract
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.seat import Seat
from funders.budget.models import Allocation, BudgetLine, Carried, ClosedYear, Commitment, Moved
from funders.budget.permissions import can_allocate, can_commit_contract
from funders.budget.queries import (
    TakenBack,
    allocated_by_line,
    allocated_by_pot,
    beyond_limits,
    closed_years,
    committed_by_line,
    committed_to,
    free_of,
    line_of_contract,
    needed_years,
    pots_of_line,
    secured_by_pot,
    unallocated_for,
    undecided_of,
)
from funders.budget.rules import (
    BudgetRefused,
    CommitmentRefused,
    check_allocation,
    check_cap,
    check_commitment,
    check_label,
    check_limits,
    check_open,
    check_release,
    check_unallocated,
    check_why,
)
from funders.pool.actions import lock
from funders.pool.models import PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING


@transaction.atomic
def add_line(
    *, fund: PooledFund, label: str, purpose: str, area: ContractArea | None, cap_percent: Decimal | None, by: Seat, at: datetime
) -> BudgetLine:
    """Something that money of the fund can be set aside for.

    :raises BudgetRefused: not the host's finance officer, no label, the same label again, or services without their area.
    """
    if not can_allocate(by, fund):
        raise BudgetRefused("Only a finance officer of the host partner manages the budget of its fund.")
    lock(fund)
    label = label.strip()
    check_label(
        label, purpose=purpose, has_area=area is not None, taken=BudgetLine.objects.filter(fund=fund).values_list("label", flat=True)
    )
    made = BudgetLine.objects.create(
        fund=fund,
        host_id=fund.host_id,
        label=label,
        purpose=purpose,
        area=area if purpose == "area" else None,
        cap_percent=cap_percent if purpose == "management" else None,
        made_at=at,
        made_by=by.actor,
    )
    record(by=by, verb="added", on=made, after={"fund": fund.code, "label": label, "purpose": purpose})
    return made


@transaction.atomic
def allocate(
    *, line: BudgetLine, year: int, pot: str, amount: Decimal, reason: str, by: Seat, at: datetime, decision_reference: str = ""
) -> Allocation:
    """Set money of a pot aside for a line in one year, or take it back.

    :param amount: pounds; below zero to take back.
    :raises BudgetRefused: not the host's finance officer, more than is agreed, less than is committed, no reason, no decision.
    """
    if not can_allocate(by, line.fund):
        raise BudgetRefused("Only a finance officer of the host partner manages the budget of its fund.")
    fund = lock(line.fund)
    check_why(reason, decision_reference, amount=amount, limit=fund.board_limit_amount, undecided=undecided_of(line, year))
    check_open([year], closed_years(fund), field="year")
    _check(fund, line, year=year, pot=pot, amount=amount)
    told = {"year": year, "pot": pot, "amount": amount}
    words = {"reason": reason.strip(), "decision_reference": decision_reference.strip()}
    made = Allocation.objects.create(
        fund=fund,
        host_id=fund.host_id,
        line=line,
        allocated_at=at,
        allocated_by=by.actor,
        **{**told, **words},
    )
    record(by=by, verb="set aside" if amount > 0 else "took back", on=made, after={"line": line.label, **told}, reason=reason.strip())
    return made


def _check(fund: PooledFund, line: BudgetLine, *, year: int, pot: str, amount: Decimal) -> None:
    """:raises BudgetRefused: the pot, the line, its cap or the limits of what was given do not allow it."""
    secured = secured_by_pot(fund)
    line_total = allocated_by_line(fund).get((year, line.pk), NOTHING)
    check_allocation(
        amount=amount,
        year=year,
        fund_years=[one.start for one in years_of(fund)],
        unallocated=unallocated_for(line, year, pot, secured),
        set_aside=pots_of_line(line, year).get(pot, NOTHING),
        committed_from_line=committed_by_line(fund).get((year, line.pk), NOTHING),
        line_total=line_total,
    )
    of_year = sum((one for (start, _), one in secured.items() if start == year), NOTHING)
    check_cap(cap_percent=line.cap_percent, line_total=line_total, amount=amount, secured=of_year)
    pot_secured = secured.get((year, pot), NOTHING)
    check_limits(beyond_limits(fund, year, pot, secured=pot_secured, more={line.pk: amount}), year=year)
    if amount < 0:
        pass_gate("allocation.take_back", TakenBack(line, year, pot, -amount))


@transaction.atomic
def commit(*, contract: Contract, line: BudgetLine, by: Seat, at: datetime) -> list[Commitment]:
    """Commit a signed contract to a line: its value in each year of the fund, by whole months.

    :raises CommitmentRefused: not an officer of the host, committed already, or a year in which too little is set aside.
    """
    fund = lock(line.fund)
    if not can_commit_contract(by, fund, contract) or contract.state == "signing":
        raise CommitmentRefused("An officer of the host partner commits the contracts that the host has signed.")
    if committed_to(contract, fund):
        raise CommitmentRefused("This contract is committed already.")
    if line.area_id not in (None, contract.area_id):
        raise CommitmentRefused(f"This line is for {line.area}. Choose a line that may pay for {contract.area}.", field="line")
    needed = needed_years(contract, fund, closed_years(fund))
    check_commitment(needed, free_of(line, fund))
    made = _write(contract, line, needed, by=by, at=at)
    record(by=by, verb="committed", on=contract, after={"line": line.label, **{str(year): one for year, one in needed.items()}})
    return made


@transaction.atomic
def release(*, contract: Contract, fund: PooledFund, reason: str, by: Seat, at: datetime) -> list[Commitment]:
    """Take a commitment back whole, because it was wrong: both stay in sight.

    :raises CommitmentRefused: not an officer of the host, nothing committed, or no reason.
    :raises GateShut: invoices of the provider stand against it.
    """
    fund = lock(fund)
    if not can_commit_contract(by, fund, contract):
        raise CommitmentRefused("An officer of the host partner releases what it has committed.")
    years, line = committed_to(contract, fund), line_of_contract(contract)
    check_release(reason, committed=sum(years.values(), NOTHING))
    pass_gate("commitment.release", contract)
    if line is None:
        raise CommitmentRefused("Nothing is committed to this contract.")
    made = _write(contract, line, {year: -amount for year, amount in years.items()}, by=by, at=at, reason=reason.strip())
    record(by=by, verb="released", on=contract, before={str(year): one for year, one in years.items()}, reason=reason.strip())
    return made


def _write(
    contract: Contract, line: BudgetLine, years: Mapping[int, Decimal], *, by: Seat, at: datetime, reason: str = ""
) -> list[Commitment]:
    told = {"fund": line.fund, "host_id": line.host_id, "contract": contract, "line": line, "reason": reason}
    return Commitment.objects.bulk_create(
        Commitment(year=year, amount=amount, committed_at=at, committed_by=by.actor, **told)
        for year, amount in sorted(years.items())
        if amount
    )


@transaction.atomic
def move_secured(*, fund: PooledFund, year: int, from_pot: str, to_pot: str, amount: Decimal, by: Seat, at: datetime) -> Moved:
    """Let secured money of a year count in another pot, as its cash does: nothing is set aside that nobody could pay.

    :raises BudgetRefused: not the host's finance officer, a closed year, or more than is set aside for nothing.
    """
    fund = lock(fund)
    if not can_allocate(by, fund):
        raise BudgetRefused("Only a finance officer of the host partner moves money between the pots of its fund.")
    check_open([year], closed_years(fund), field="year")
    key = (year, from_pot)
    check_unallocated(amount, secured_by_pot(fund).get(key, NOTHING) - allocated_by_pot(fund).get(key, NOTHING))
    pots = {"from_pot": from_pot, "to_pot": to_pot}
    return Moved.objects.create(fund=fund, host_id=fund.host_id, year=year, amount=amount, moved_at=at, moved_by=by.actor, **pots)


@dataclass(frozen=True)
class CarriedOver:
    """Secured money that leaves a pot's year (below zero) or comes into it (above)."""

    year: int
    pot: str
    amount: Decimal
    contingency: bool = False


@transaction.atomic
def close_year(
    *,
    fund: PooledFund,
    year: int,
    kept: Mapping[tuple[int, str], Decimal],
    asked: Mapping[int, Decimal],
    carried: Iterable[CarriedOver],
    by: Seat,
    at: datetime,
) -> ClosedYear:
    """Leave in a year what it used, and shut it for good: the rest is set aside for nothing and committed to nothing.

    :param kept: pounds that stay set aside, by key of line and pot. :param asked: pounds that stay committed, by key of contract.
    :raises BudgetRefused: not of the host, or closed already.
    """
    fund = lock(fund)
    if not by.is_of(fund.host_id):
        raise BudgetRefused("Only the host partner closes a year of its fund.")
    check_open([year], closed_years(fund))
    why, stamp = f"Not used by the end of {FinancialYear(year)}", {"fund": fund, "host_id": fund.host_id, "year": year}
    rows = Allocation.objects.filter(fund=fund, year=year).order_by().values_list("line", "pot").annotate(sum=Sum("amount"))
    unused = {(line, pot): amount - kept.get((line, pot), NOTHING) for line, pot, amount in rows}
    Allocation.objects.bulk_create(
        Allocation(line_id=line, pot=pot, amount=-amount, reason=why, allocated_at=at, allocated_by=by.actor, **stamp)
        for (line, pot), amount in unused.items()
        if amount
    )
    bound = Commitment.objects.filter(fund=fund, year=year).order_by().values_list("contract", "line").annotate(sum=Sum("amount"))
    Commitment.objects.bulk_create(
        Commitment(contract_id=contract, line_id=line, amount=left, reason=why, committed_at=at, committed_by=by.actor, **stamp)
        for contract, line, amount in bound
        if (left := asked.get(contract, NOTHING) - amount) and amount
    )
    Carried.objects.bulk_create(
        Carried(fund=fund, host_id=fund.host_id, carried_at=at, carried_by=by.actor, **vars(one)) for one in carried if one.amount
    )
    return ClosedYear.objects.create(closed_at=at, closed_by=by.actor, **stamp)

"""Add a line, set money aside for it, commit a contract to it, release it. Every step is written down and none is rubbed out."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from commissioning.areas.models import ContractArea
from commissioning.audit.actions import record
from commissioning.contracts.models import Contract
from commissioning.kernel.gates import pass_gate
from commissioning.organisations.seat import Seat
from funders.budget.models import Allocation, BudgetLine, Commitment
from funders.budget.permissions import can_allocate, can_commit_contract
from funders.budget.queries import (
    TakenBack,
    allocated_by_line,
    allocated_by_pot,
    beyond_limits,
    committed_by_line,
    committed_to,
    free_of,
    line_of_contract,
    needed_years,
    pots_of_line,
    secured_by_pot,
)
from funders.budget.rules import (
    BudgetRefused,
    CommitmentRefused,
    check_allocation,
    check_cap,
    check_commitment,
    check_label,
    check_limits,
    check_release,
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
    check_why(reason, decision_reference, amount=amount, limit=fund.board_limit_amount)
    _check(fund, line, year=year, pot=pot, amount=amount)
    told = {"year": year, "pot": pot, "amount": amount}
    made = Allocation.objects.create(
        fund=fund,
        host_id=fund.host_id,
        line=line,
        reason=reason.strip(),
        decision_reference=decision_reference.strip(),
        allocated_at=at,
        allocated_by=by.actor,
        **told,
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
        unallocated=secured.get((year, pot), NOTHING) - allocated_by_pot(fund).get((year, pot), NOTHING),
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
    needed = needed_years(contract, fund)
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

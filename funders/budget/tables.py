"""Allocations and commitments as tables."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.contracts.models import Contract
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table
from commissioning.kernel.words import on
from funders.budget.models import Allocation
from funders.budget.queries import ContractCommitment
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING

ALLOCATION_COLUMNS = (
    Column("allocated_at", "When", "moment"),
    Column("line", "Line"),
    Column("year", "Year"),
    Column("pot", "Pot"),
    Column("amount", "Amount", "money"),
    Column("reason", "What for"),
    Column("decision", "Decision"),
    Column("by", "By"),
)
Row = dict[str, Any]


def allocations_table(rows: Iterable[Allocation]) -> Table:
    listed = [
        {
            "allocated_at": one.allocated_at,
            "line": one.line.label,
            "year": str(FinancialYear(one.year)),
            "pot": one.get_pot_display(),
            "amount": one.amount,
            "reason": one.reason,
            "decision": one.decision_reference,
            "by": str(one.allocated_by),
        }
        for one in rows
    ]
    return Table(ALLOCATION_COLUMNS, listed, "What was set aside and taken back")


def commitments_table(rows: Iterable[ContractCommitment], fund: PooledFund) -> Table:
    """One row a contract, with its years beside one another."""
    listed = list(rows)
    years = sorted({year for one in listed for year in one.years})
    columns = (
        Column("contract", "Contract", "link"),
        Column("line", "Line"),
        *(Column(str(year), str(FinancialYear(year)), "money") for year in years),
        Column("total", "In all", "money"),
    )
    shown = [
        {
            "contract": Link(f"{one.contract.area}, {one.contract.provider}", _commit_url(fund, one.contract)),
            "line": one.line.label,
            **{str(year): one.years.get(year, NOTHING) for year in years},
            "total": one.total,
        }
        for one in listed
    ]
    return Table(columns, shown, "Contracts to which money is committed")


def to_commit_table(contracts: Iterable[Contract], fund: PooledFund) -> Table:
    columns = (
        Column("contract", "Contract", "link"),
        Column("starts_on", "From", "day"),
        Column("ends_on", "To", "day"),
        Column("amount", "A year", "money"),
    )
    rows = [
        {
            "contract": Link(f"Commit {one.area}, {one.provider}", _commit_url(fund, one)),
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "amount": one.annual_amount,
        }
        for one in contracts
    ]
    return Table(columns, rows, "Signed contracts that are not committed yet")


def _commit_url(fund: PooledFund, contract: Contract) -> str:
    return reverse("budget:commit", args=[fund.code, contract.reference])


def contract_rows(contract: Contract) -> list[Row]:
    return [
        {
            "key": "Contract",
            "value": contract.title,
            "action_url": reverse("contracts:contract", args=[contract.reference]),
            "action_label": "Read",
        },
        {"key": "Provider", "value": str(contract.provider)},
        {"key": "Contract area", "value": str(contract.area)},
        {"key": "Term", "value": f"{on(contract.starts_on)} to {on(contract.ends_on)}"},
        {"key": "A year", "value": as_pounds(contract.annual_amount)},
    ]


def needed_table(needed: Mapping[int, Decimal]) -> Table:
    """What the contract costs each year."""
    rows = [{"year": str(FinancialYear(year)), "needed": amount} for year, amount in sorted(needed.items())]
    total = {"year": "In all", "needed": sum(needed.values(), NOTHING)}
    note = "Options that are not exercised are no commitment. Years after the fund’s last are another fund’s."
    columns = (Column("year", "Year"), Column("needed", "The contract costs", "money"))
    return Table(columns, rows, "What it costs the fund", total=total, notes=[note])

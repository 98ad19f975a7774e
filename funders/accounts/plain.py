"""The statement of a fund as plain values, for scripts: pounds as text with two places, years as "2026/27"."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from commissioning.kernel.quarters import FinancialYear
from funders.accounts.queries import Grounds, Statement
from funders.accounts.rules import NAMES, Sums
from funders.pool.models import CostLine, PooledAlready
from funders.pool.queries import amount_of
from funders.pool.rules import NOTHING, SectorLine, YearPosition
from funders.scenarios.rules import CutLine

SHORTFALL = ("required", "secured", "missing", "missing_with_conditional", "missing_with_pledges")


def as_data(statement: Statement, grounds: Grounds) -> dict[str, Any]:
    return {
        "fund": statement.fund.code,
        "name": statement.fund.name,
        "host": statement.fund.host.code,
        "requirement": _requirement(grounds),
        "shortfall": [{"year": str(FinancialYear(one.year)), **_shortfall([one])} for one in grounds.positions],
        "shortfall_total": _shortfall(grounds.positions),
        "years": [{"year": str(FinancialYear(year)), **_sums(sums)} for year, sums in statement.years.items()],
        "total": _sums(statement.total),
        "givers": [
            {
                "code": one.giver.code,
                "name": one.giver.name,
                "years": [
                    {"year": str(FinancialYear(year)), "answer": one.answer_for(year), **_sums(sums)} for year, sums in one.years.items()
                ],
                "total": _sums(one.total),
            }
            for one in statement.givers
        ],
        "ledger": {account: str(amount) for account, amount in statement.accounts.items()},
        "scenarios": [
            {
                "reference": scenario.reference,
                "name": scenario.name,
                "cut": str(worst.cut),
                "left": str(worst.left),
                "lines": [_cut(line) for line in worst.lines],
            }
            for scenario, worst in grounds.scenarios
        ],
    }


def _requirement(grounds: Grounds) -> dict[str, Any]:
    one = grounds.requirement
    return {
        "lines": [_line(line) for line in one.lines],
        "required": str(one.required),
        "sources": [_source(source) for source in one.sources],
        "all_sources": str(one.all_sources),
        "pooled": str(one.pooled),
        "conditional": str(one.conditional),
        "gap": str(one.gap),
        "divided": {"base": grounds.split.base, "amount": str(grounds.base_amount), "credit_existing": grounds.split.credit_existing},
        "shares": [_share(share) for share in grounds.shares],
    }


def _line(line: CostLine) -> dict[str, Any]:
    once = None if line.one_off_year is None else str(FinancialYear(line.one_off_year))
    told = {"quantity": f"{line.quantity.normalize():f}", "unit": line.unit, "unit_cost": str(line.unit_cost_amount)}
    return {"label": line.label, **told, "once_in": once, "amount": str(amount_of(line))}


def _source(source: PooledAlready) -> dict[str, Any]:
    return {"label": source.label, "amount": str(source.amount), "in_the_pool": source.poolable, "condition": source.condition}


def _share(share: SectorLine) -> dict[str, Any]:
    return {"sector": share.sector, "parts": share.parts, "amount": str(share.amount), "at_true_costs": str(share.true_amount)}


def _cut(line: CutLine) -> dict[str, str]:
    return {"label": line.line.label, "left": str(line.left), "quantity": f"{line.quantity.normalize():f}", "unit": line.line.unit}


def _shortfall(positions: Iterable[YearPosition]) -> dict[str, str]:
    listed = list(positions)
    return {name: str(sum((getattr(one, name) for one in listed), Decimal(NOTHING))) for name in SHORTFALL}


def _sums(sums: Sums) -> dict[str, str]:
    return {name: str(getattr(sums, name)) for name in NAMES}

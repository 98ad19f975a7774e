"""A fund's requirement as lines that can be cut. Reads only: a scenario never touches the ledger."""

from funders.pool.models import PooledFund
from funders.pool.queries import amount_of, requirement_of
from funders.scenarios.rules import Line


def lines_of(fund: PooledFund) -> list[Line]:
    """In the order of the requirement."""
    return [Line(one.label, one.quantity, one.unit, one.unit_cost_amount, amount_of(one)) for one in requirement_of(fund).lines]

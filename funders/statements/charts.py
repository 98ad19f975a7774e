from collections.abc import Sequence

from commissioning.kernel.charts import Chart, Level, stacked_chart
from commissioning.kernel.quarters import FinancialYear
from funders.pool.rules import YearPosition
from funders.statements.rules import YearCertainty, certainty

# Four layers can be told apart: where something is conditional, what is sure is one layer.
SURE = {"Pooled already": "pooled", "Agreed": "agreed"}
SURE_AND_CONDITIONAL = {"Pooled or agreed": "secured", "Conditional": "conditional"}
CARRIED = "Carried over"
UNUSUAL = (CARRIED, "Conditional", "Indicative")
OPEN = {"Pledged, not agreed": "pledged", "Missing": "missing_with_pledges"}


def certainty_chart(years: Sequence[YearCertainty]) -> Chart:
    """Each year as a stack from what has arrived to what is a mere figure, with a line at what contracts take: committed, or signed and not yet committed."""
    positions = [one.position for one in years]
    layers = {
        "Received": [one.arrived for one in years],
        "Agreed or pooled, not received": [one.agreed_open for one in years],
        CARRIED: [one.position.carried_in for one in years],
        "Conditional": [one.conditional for one in positions],
        "Pledged, not agreed": [one.pledged for one in positions],
        "Indicative": [one.indicative for one in positions],
    }
    layers = {name: amounts for name, amounts in layers.items() if any(amounts) or name not in UNUSUAL}
    return stacked_chart(
        title="How sure each year’s money is, and what contracts take of it",
        finding=certainty(years),
        labels=[str(FinancialYear(one.year)) for one in positions],
        series={name: [float(amount) for amount in amounts] for name, amounts in layers.items()},
        unit="£",
        identity="certainty",
        level=Level(
            "Committed or signed by contracts" if any(one.signed for one in years) else "Committed by contracts",
            [float(one.committed + one.signed) for one in years],
            [float(one.beyond) for one in years],
            "Beyond what is agreed",
        ),
    )


def year_series(positions: list[YearPosition]) -> dict[str, tuple[float, ...]]:
    """Layers from the bottom up, in pounds; what is missing is what even conditions and pledges would leave open."""
    layers = {**(SURE_AND_CONDITIONAL if any(one.conditional or one.carried for one in positions) else SURE), **OPEN}
    layers = {name: key for name, key in layers.items() if key != "conditional" or any(one.conditional for one in positions)}
    return {name: tuple(float(getattr(one, key)) for one in positions) for name, key in layers.items()}


def target_of(positions: list[YearPosition]) -> float | None:
    """What each year requires, in pounds, where it is the same for all."""
    required = {one.required for one in positions}
    return float(required.pop()) if len(required) == 1 else None

from commissioning.kernel.charts import Chart, stacked_chart
from commissioning.kernel.quarters import FinancialYear
from funders.pool.rules import YearPosition
from funders.statements.rules import coverage

# Four layers can be told apart: where something is conditional, what is sure is one layer.
SURE = {"Pooled already": "pooled", "Agreed": "agreed"}
SURE_AND_CONDITIONAL = {"Pooled or agreed": "secured", "Conditional": "conditional"}
OPEN = {"Pledged, not agreed": "pledged", "Missing": "missing_with_pledges"}


def years_chart(positions: list[YearPosition]) -> Chart:
    """Each year as a stack up to what it requires: what is sure at the bottom, what is missing on top."""
    series = year_series(positions)
    return stacked_chart(
        title="How far each year is covered",
        finding=coverage(positions),
        labels=[str(FinancialYear(one.year)) for one in positions],
        series=series,
        unit="£",
        target=target_of(positions),
        identity="years",
    )


def year_series(positions: list[YearPosition]) -> dict[str, tuple[float, ...]]:
    """Layers from the bottom up, in pounds; what is missing is what even conditions and pledges would leave open."""
    layers = {**(SURE_AND_CONDITIONAL if any(one.conditional for one in positions) else SURE), **OPEN}
    return {name: tuple(float(getattr(one, key)) for one in positions) for name, key in layers.items()}


def target_of(positions: list[YearPosition]) -> float | None:
    """What each year requires, in pounds, where it is the same for all."""
    required = {one.required for one in positions}
    return float(required.pop()) if len(required) == 1 else None

from commissioning.kernel.charts import Chart, stacked_chart
from commissioning.kernel.quarters import FinancialYear
from funders.pool.rules import YearPosition
from funders.statements.rules import coverage

LAYERS = ("Pooled already", "Agreed", "Pledged, not agreed", "Missing")


def years_chart(positions: list[YearPosition]) -> Chart:
    """Each year as a stack up to what it requires: what is sure at the bottom, what is missing on top."""
    series = year_series(positions)
    required = float(positions[0].required) if positions else None
    return stacked_chart(
        title="How far each year is covered",
        finding=coverage(positions),
        labels=[str(FinancialYear(one.year)) for one in positions],
        series=series,
        unit="£",
        target=required,
        identity="years",
    )


def year_series(positions: list[YearPosition]) -> dict[str, tuple[float, ...]]:
    """Layers from the bottom up, in pounds; what is missing is what even the pledges would leave open."""
    rows = [(one.pooled, one.agreed, one.pledged, one.missing_with_pledges) for one in positions]
    return {name: tuple(float(row[place]) for row in rows) for place, name in enumerate(LAYERS)}

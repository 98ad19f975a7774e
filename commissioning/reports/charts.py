"""Draws a section's chart data with the kernel's charts."""

from typing import Any

from commissioning.kernel.charts import Chart, bar_chart, line_chart, stacked_chart

KINDS = {"bar": bar_chart, "stacked": stacked_chart, "line": line_chart}


def drawn(chart: dict[str, Any], identity: str = "chart") -> Chart:
    """The chart of a snapshot; `identity` keeps the ids of one page apart."""
    return KINDS[chart["kind"]](
        title=chart["title"],
        finding=chart["finding"],
        labels=chart["labels"],
        series=dict(chart["series"]),
        unit=chart["unit"],
        target=chart["target"],
        identity=identity,
    )

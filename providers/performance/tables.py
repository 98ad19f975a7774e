"""Performance as tables, exact for those who may see it."""

from collections.abc import Iterable, Iterator
from typing import Any

from commissioning.kernel.tables import Column, Table, Tag
from commissioning.kernel.words import percent
from providers.performance.queries import Kpi, Performance
from providers.performance.rules import RAG, Rating

COLOURS = {Rating.GOOD: "green", Rating.APPROACHING: "amber", Rating.IMPROVE: "orange", Rating.INADEQUATE: "red"}


def kpi_table(found: Iterable[Performance], caption: str) -> Table:
    """A row for each contract and rate: value, the numbers behind it, interval, target, rating, the quarter before."""
    columns = [
        Column("area", "Contract area"),
        Column("provider", "Provider"),
        Column("measure", "Measure"),
        Column("value", "Rate", "percent"),
        Column("behind", "Of"),
        Column("interval", "95% interval"),
        Column("target", "Target", "percent"),
        Column("rating", "Rating", "tag"),
        Column("before", "Quarter before", "percent"),
    ]
    rows = [row for one in found for row in _rows(one)]
    notes = ["Rates are not rated while fewer than 8 people stand behind them, or before the return is accepted."]
    return Table(columns=columns, rows=rows, caption=caption, notes=notes)


def _rows(one: Performance) -> Iterator[dict[str, Any]]:
    for kpi in one.kpis:
        rating = kpi.rating if one.is_settled else Rating.OTHER
        yield {
            "area": one.contract.area.name,
            "provider": one.contract.provider.name,
            "measure": kpi.measure.name.removesuffix(", percent"),
            "value": kpi.percent,
            "behind": str(kpi.ratio) if kpi.ratio else "Not received" if not one.version else "",
            "interval": str(kpi.interval or ""),
            "target": kpi.target.target if kpi.target else None,
            "rating": Tag(f"{rating.label} ({RAG[rating]})", COLOURS.get(rating, "grey")),
            "before": _before(kpi),
        }


def _before(kpi: Kpi) -> str:
    return percent(kpi.before.percent, 1) if kpi.before and kpi.before.percent is not None else ""


def supported_table(found: Iterable[Performance]) -> Table:
    columns = [
        Column("area", "Contract area"),
        Column("IDVA_HR", "Community IDVA", "count"),
        Column("OUT", "Outreach", "count"),
        Column("REF", "Refuge", "count"),
        Column("all", "All core services", "count"),
    ]
    rows = [
        {"area": one.contract.area.name, "all": one.supported(), **{name: one.supported(name) for name in one.contract.services}}
        if one.version
        else {"area": one.contract.area.name, "all": "Not received"}
        for one in found
    ]
    notes = ["Walk-ins at One Stop Shops, brief advice, resettlement and MARAC support are not counted here."]
    return Table(columns=columns, rows=rows, caption="Victims supported", notes=notes)

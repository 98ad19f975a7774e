"""A statement on paper: a tagged PDF (PDF/UA-1) set by Typst."""

from collections.abc import Sequence
from pathlib import Path

from commissioning.kernel.charts import Chart
from commissioning.kernel.paper import on_paper
from commissioning.kernel.tables import Table

TEMPLATE = Path(__file__).parent / "typst" / "statement.typ"


def pdf_of(
    *,
    heading: str,
    caption: str,
    finding: str,
    choices: Sequence[str],
    tables: Sequence[Table],
    made: str,
    illustrative: bool,
    chart: Chart | None = None,
) -> bytes:
    """:param choices: what the fund chose, in sentences. :param made: when, in words."""
    data = {
        "title": f"{heading}, {caption}",
        "heading": heading,
        "caption": caption,
        "finding": finding,
        "choices": list(choices),
        "tables": [_table(one) for one in tables],
        "made": made,
        "illustrative": illustrative,
        "charts": [{"title": chart.title, "finding": chart.finding, "svg": chart.svg}] if chart else [],
    }
    return on_paper(TEMPLATE, data)


def _table(table: Table) -> dict[str, object]:
    return {
        "caption": table.caption,
        "head": [one.label for one in table.columns],
        "numeric": [one.is_numeric for one in table.columns],
        "rows": [[cell.text for cell in row] for row in table.cells()],
        "total": [cell.text for cell in table.total_cells()],
        "notes": list(table.notes),
    }

"""A saved scenario as a decision paper: one A4 page, a tagged PDF (PDF/UA-1) set by Typst from what was kept."""

from pathlib import Path
from typing import Any

from commissioning.kernel.paper import on_paper
from commissioning.kernel.tables import Table
from commissioning.kernel.words import at
from funders.scenarios.charts import lines_chart
from funders.scenarios.models import Scenario
from funders.scenarios.rules import outcome_from
from funders.scenarios.sentences import assumptions, finding, shortfall_words
from funders.scenarios.tables import areas_table, districts_table, lines_table, targets_table, years_table

TEMPLATE = Path(__file__).parent / "typst" / "paper.typ"


def paper_of(scenario: Scenario) -> bytes:
    """The PDF. Words go in as data, so that nothing in them is read as markup."""
    return on_paper(TEMPLATE, paper_data(scenario))


def paper_data(scenario: Scenario) -> dict[str, Any]:
    """Everything that the paper says, from the kept answer alone."""
    outcome = outcome_from(scenario.outcome)
    chart = lines_chart(outcome)
    return {
        "title": scenario.name,
        "fund": outcome.fund,
        "asked": scenario.asked,
        "finding": finding(outcome),
        "shortfall": shortfall_words(outcome),
        "assumptions": assumptions(outcome),
        "source": f"Lines and their costs: {outcome.source}" if outcome.source else "",
        "saved": f"Saved by {scenario.saved_by}, {scenario.organisation}, {at(scenario.saved_at)}",
        "state": scenario.get_state_display(),
        "reference": scenario.reference,
        "illustrative": outcome.illustrative,
        "chart": {"title": chart.title, "svg": chart.svg, "alt": f"{chart.title}. {chart.finding}", "table": printed(chart.table)},
        "lines": printed(lines_table(outcome)),
        "years": printed(years_table(outcome)),
        "areas": printed(areas_table(outcome)),
        "districts": printed(districts_table(outcome, with_areas=False)),
        "targets": printed(targets_table(outcome)),
    }


def printed(table: Table) -> dict[str, Any]:
    """The table as text, with its total last."""
    rows = [[cell.text for cell in row] for row in table.cells()]
    total = [[cell.text for cell in table.total_cells()]] if table.total is not None and rows else []
    return {
        "caption": table.caption,
        "head": [column.label for column in table.columns],
        "numeric": [column.is_numeric for column in table.columns],
        "rows": rows + total,
        "has_total": bool(total),
    }

"""The report on paper: a tagged PDF (PDF/UA-1) set by Typst from the frozen snapshot."""

from pathlib import Path
from typing import Any

from commissioning.kernel.paper import on_paper
from commissioning.reports.charts import drawn

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
READING = (
    "[c] a number kept back because it is small; [x] not received; [z] does not apply.",
    "Ratings: Good, Approaching target, Requires improvement, Inadequate, Other (cannot be rated).",
    "Money pledged is not money agreed, and money agreed is not money received.",
)


def pdf_of(snapshot: dict[str, Any], *, partnership: str, state: str, days: str, sha256: str) -> bytes:
    """The PDF of a snapshot. Words go in as data, so that nothing in them is read as markup."""
    sections = [{**section, "charts": [_chart(chart) for chart in section["charts"]]} for section in snapshot["sections"]]
    data = {
        "title": f"Performance report, {snapshot['period']['name']}",
        "headline": f"Performance report: {snapshot['period']['name']}",
        "partnership": partnership,
        "days": days,
        "state": state,
        "sha256": sha256,
        "illustrative": any(section["illustrative"] for section in sections),
        "reading": READING,
        "sections": sections,
    }
    return on_paper(TEMPLATE, data)


def _chart(chart: dict[str, Any]) -> dict[str, str]:
    return {"title": chart["title"], "finding": chart["finding"], "svg": drawn(chart).svg}

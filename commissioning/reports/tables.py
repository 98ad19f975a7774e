"""The report's tables for page and workbook."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.urls import reverse

from commissioning.kernel.tables import Column, Link, Table, Tag, harmless
from commissioning.periods.models import ReportingPeriod
from commissioning.reports.charts import drawn
from commissioning.reports.states import ReportState

COLOURS = {ReportState.PROVISIONAL: "amber", ReportState.FROZEN: "blue", ReportState.PUBLISHED: "green"}


def list_table(periods: Iterable[ReportingPeriod]) -> Table:
    """The reports by period with the state of each."""
    columns = [
        Column("period", "Period", "link"),
        Column("first_day", "From", "day"),
        Column("last_day", "To", "day"),
        Column("state", "Report", "tag"),
    ]
    return Table(columns=columns, rows=[_row(period) for period in periods], caption="Reports by period")


def _row(period: ReportingPeriod) -> dict[str, Any]:
    report = getattr(period, "report", None)
    state = ReportState(report.state) if report else ReportState.PLANNED
    return {
        "period": Link(period.name, reverse("reports:page", args=[period.code])),
        "first_day": period.first_day,
        "last_day": period.last_day,
        "state": Tag(str(state.label), COLOURS.get(state, "grey")),
    }


def drawn_sections(snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    """The snapshot's sections with tables and charts ready for the page."""
    return [
        {
            **section,
            "tables": [shown(one) for one in section["tables"]],
            "charts": [drawn(one, f"{section['key']}-chart-{number}") for number, one in enumerate(section["charts"], start=1)],
        }
        for section in snapshot.get("sections", [])
    ]


def shown(table: dict[str, Any]) -> Table:
    """A snapshot's table as the page draws it; every cell is text already."""
    columns = [
        Column(key=str(place), label=label, kind=kind)
        for place, (label, kind) in enumerate(zip(table["head"], table["kinds"], strict=True))
    ]
    rows = [{str(place): cell for place, cell in enumerate(row)} for row in table["rows"]]
    return Table(columns=columns, rows=rows, caption=table["caption"], notes=[table["note"]] if table["note"] else [])


def write_workbook(snapshot: dict[str, Any], sha256: str) -> bytes:
    """Every table of the report, a sheet each, with a first sheet that says what they are. No cell can run as a formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties({"title": f"Performance report, {snapshot['period']['name']}"})
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        contents = book.add_worksheet("Contents")
        contents.set_column(0, 0, 90)
        contents.write_string(0, 0, f"Performance report, {snapshot['period']['name']}", bold)
        contents.write_string(1, 0, f"SHA-256 of the snapshot: {sha256}")
        tables = [(section, table) for section in snapshot["sections"] for table in section["tables"]]
        for number, (section, table) in enumerate(tables, start=1):
            illustrative = " (illustrative)" if section["illustrative"] else ""
            contents.write_string(number + 2, 0, harmless(f"{number}. {section['title']}: {table['caption']}{illustrative}"))
            _write_sheet(book.add_worksheet(f"Table {number}"), table, bold)
    return file.getvalue()


def _write_sheet(sheet: Any, table: dict[str, Any], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, len(table["head"]), 18)
    for column, label in enumerate(table["head"]):
        sheet.write_string(0, column, harmless(label), bold)
    for row, cells in enumerate(table["rows"], start=1):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, harmless(cell))

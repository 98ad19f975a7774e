"""A statement on paper: a tagged PDF (PDF/UA-1) set by Typst."""

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from commissioning.kernel.tables import Table
from commissioning.reports.pdf import FONTS, STANDARD

TEMPLATE = Path(__file__).parent / "typst" / "statement.typ"


def pdf_of(
    *, heading: str, caption: str, finding: str, choices: Sequence[str], tables: Sequence[Table], made: str, illustrative: bool
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
    }
    return typst.compile(str(TEMPLATE), sys_inputs={"data": json.dumps(data)}, font_paths=[str(FONTS)], pdf_standards=STANDARD)


def _table(table: Table) -> dict[str, object]:
    return {
        "caption": table.caption,
        "head": [one.label for one in table.columns],
        "rows": [[cell.text for cell in row] for row in table.cells()],
        "total": [cell.text for cell in table.total_cells()],
        "notes": list(table.notes),
    }

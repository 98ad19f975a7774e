"""Accessible paper: a tagged PDF (PDF/UA-1) that Typst sets from a template and data."""

import json
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"


def on_paper(template: Path, data: Any) -> bytes:
    """The PDF. Words go in as data, so that nothing in them is read as markup."""
    return typst.compile(str(template), sys_inputs={"data": json.dumps(data)}, font_paths=[str(FONTS)], pdf_standards="ua-1")

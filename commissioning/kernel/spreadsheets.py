"""Reading what people upload as CSV or XLSX: limits first, then the parser, and every repair said aloud.

All cells come back as text, cleaned of the accidents of pasting: a day as "2026-12-04", a number as "1300" or "45.5",
an empty cell as "". The caller's own rules read them, the same rules for both formats.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import python_calamine

from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import count, join
from commissioning.kernel.workbooks import checked_workbook

LARGEST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 500
LONGEST_CELL = 32_767
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SAMPLE = 100_000
_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ReadRefused(Refusal):
    """The file cannot be read, in a sentence that says what to do."""


@dataclass(frozen=True)
class Sheet:
    """One table as it was read: rows of text, all of the same width, and notes on what was tidied up."""

    name: str
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)

    @property
    def heading(self) -> list[str]:
        return self.rows[0] if self.rows else []


def read_spreadsheet(content: bytes, *, sheet: str | None = None) -> Sheet:
    """Read the first visible sheet of a workbook (or the one called `sheet`), or a CSV file. What it is, its content says.

    :raises ReadRefused: it is too large, unsafe, protected, damaged or not a table.
    """
    if not content.strip():
        raise ReadRefused("The file is empty.")
    if len(content) > LARGEST_BYTES:
        raise ReadRefused(f"The file is larger than {LARGEST_BYTES // 2**20} MB. Send fewer rows, or remove pictures from it.")
    if content.startswith(OLD_EXCEL):
        raise ReadRefused(
            "This is an old Excel file, or one with a password. Open it, save it as an Excel workbook (.xlsx) without a password, and "
            "send that."
        )
    found = _workbook(content, sheet) if content.startswith(b"PK") else _csv(content)
    return _tidied(found)


# -- workbooks --------------------------------------------------------------------------------------------------------


def _workbook(content: bytes, wanted: str | None) -> Sheet:
    checked_workbook(content, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS, refuse=ReadRefused)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [one.name for one in book.sheets_metadata if one.visible == python_calamine.SheetVisibleEnum.Visible]
        name = _chosen(visible, wanted)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise ReadRefused("The workbook is damaged. Open it, save it again as an Excel workbook (.xlsx), and send that.") from error
    return Sheet(name, [[_as_text(value) for value in row] for row in rows], _unread(name, visible))


def _unread(name: str, visible: Sequence[str]) -> list[str]:
    others = [f"“{other}”" for other in visible if other != name]
    if not others:
        return []
    return [f"The sheet “{name}” was read; {join(others)} {'was' if len(others) == 1 else 'were'} not."]


def _chosen(visible: Sequence[str], wanted: str | None) -> str:
    if not visible:
        raise ReadRefused("The workbook has no visible sheet.")
    if wanted is None:
        return visible[0]
    for name in visible:
        if name.strip().casefold() == wanted.strip().casefold():
            return name
    raise ReadRefused(f"The workbook has no sheet called “{wanted}”. It has {join(f'“{name}”' for name in visible)}.")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"  # the fifteen figures that a spreadsheet shows
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


# -- CSV --------------------------------------------------------------------------------------------------------------


def _csv(content: bytes) -> Sheet:
    text, notes = _decoded(content)
    stated = re.match(r"sep=(.)\r?\n", text)
    separator = stated[1] if stated else _separator_of(text)
    if stated:
        text = text[stated.end() :]
    if separator != ",":
        notes.append(f"The columns are parted by {_SEPARATORS.get(separator, separator)}.")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            _within_limits(len(rows), row)
    except csv.Error as error:
        raise ReadRefused(f"Row {count(len(rows) + 1)} cannot be read: a quotation mark is opened and not closed.") from error
    return Sheet("", rows, notes)


def _within_limits(number: int, row: list[str]) -> None:
    if number > MOST_ROWS:
        raise ReadRefused(f"The file has more than {count(MOST_ROWS)} rows.")
    if len(row) > MOST_COLUMNS:
        raise ReadRefused(f"Row {count(number)} has more than {MOST_COLUMNS} columns.")
    if any(len(cell) > LONGEST_CELL for cell in row):
        raise ReadRefused(f"Row {count(number)} has a cell that is too long. Is a quotation mark opened there and not closed?")


@dataclass(frozen=True)
class CsvShape:
    """How a CSV file is written, so that it can be read row by row later; `notes` say what was found out about it."""

    encoding: str
    separator: str
    notes: list[str]


def csv_shape(content: bytes) -> CsvShape:
    """What letters and which separator the file uses.

    :raises ReadRefused: the content is no table of text.
    """
    text, notes = _decoded(content)
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "")
    encoding = marked or ("cp1252" if notes else "utf-8")
    stated = re.match(r"sep=(.)\r?\n", text)
    separator = stated[1] if stated else _separator_of(text[:SAMPLE])
    if separator != ",":
        notes.append(f"The columns are parted by {_SEPARATORS.get(separator, separator)}.")
    return CsvShape(encoding, separator, notes)


def stream_csv(file: IO[bytes], shape: CsvShape) -> Iterator[list[str]]:
    """The rows as they stand, cells cleaned, one in memory at a time; an empty line is an empty row.

    :raises ReadRefused: a quotation mark that is not closed, or a cell or row beyond the limits; it names the row.
    """
    text = io.TextIOWrapper(file, encoding=shape.encoding, errors="replace", newline="")
    number = 0
    try:
        for number, row in enumerate(csv.reader(text, delimiter=shape.separator, strict=True), start=1):
            if len(row) > MOST_COLUMNS:
                raise ReadRefused(f"Row {count(number)} has more than {MOST_COLUMNS} columns.")
            yield [_clean(cell) for cell in row]
    except csv.Error as error:
        raise ReadRefused(
            f"Row {count(number + 1)} cannot be read: a quotation mark is opened and not closed, or stands inside a cell. "
            "Mend that row in the file and upload it again."
        ) from error
    finally:
        text.detach()


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text, whatever program saved it: UTF-8, UTF-16 with its mark, or Windows' Western European letters."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return _as_table(content.decode(encoding)), []
            except UnicodeDecodeError as error:
                raise ReadRefused("The file is damaged: it is cut off, or not a table.") from error
    try:
        return _as_table(content.decode("utf-8")), []
    except UnicodeDecodeError:
        text = _as_table(content.decode("cp1252", "replace"))
        return text, ["The file was read as Windows text. Check letters with accents and the pound sign."]


def check_text(content: bytes) -> None:
    """:raises ReadRefused: the content is no table of text, whatever its columns."""
    _decoded(content)


def _as_table(text: str) -> str:
    """:raises ReadRefused: what was decoded is no table of text."""
    if "\0" in text or len(_CONTROL.findall(text[:4096])) > 8:
        raise ReadRefused("This is not a CSV file or an Excel workbook. Send one of these.")
    if re.match(r"\s*(<!doctype|<html|<\?xml|<script|<svg|%pdf|\{\\rtf)", text, re.IGNORECASE):
        raise ReadRefused("This is a page or a document, not a table. Send a CSV file or an Excel workbook.")
    return text


def _separator_of(text: str) -> str:
    """The separator that parts the first lines into the most columns, equally often on each of them."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, most = ",", (0, 0)
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        except csv.Error:
            continue
        usual = max(widths, key=widths.count, default=1)
        score = (widths.count(usual) if usual > 1 else 0, usual)
        if score > most:
            best, most = separator, score
    return best


# -- both -------------------------------------------------------------------------------------------------------------


def _tidied(sheet: Sheet) -> Sheet:
    """Cells cleaned, empty rows and columns at the end dropped, all rows of one width."""
    notes, cleaned = list(sheet.notes), [[_clean(cell) for cell in row] for row in sheet.rows]
    if any(_INVISIBLE.search(cell) or _CONTROL.search(cell) for row in sheet.rows for cell in row):
        notes.append("Characters that nobody can see were removed.")
    while cleaned and not any(cleaned[-1]):
        cleaned.pop()
    width = max((_filled(row) for row in cleaned), default=0)
    if not width:
        raise ReadRefused("The file has no filled cell.")
    return Sheet(sheet.name, [(row + [""] * width)[:width] for row in cleaned], notes)


def _clean(cell: str) -> str:
    return _SPACES.sub(" ", _CONTROL.sub("", _INVISIBLE.sub("", cell))).strip()


def _filled(row: list[str]) -> int:
    return max((position for position, cell in enumerate(row, start=1) if cell), default=0)

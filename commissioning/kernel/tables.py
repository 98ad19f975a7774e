"""Tables as data: the same columns and rows become a page, a CSV file and a workbook that cannot run formulas."""

import csv
import datetime
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, Literal, cast

import xlsxwriter
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from commissioning.kernel import words
from commissioning.kernel.money import as_pounds
from commissioning.kernel.small_numbers import Shown

Kind = Literal["text", "money", "count", "percent", "day", "moment", "tag", "link"]
NUMERIC: frozenset[Kind] = frozenset({"money", "count", "percent"})
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY = 1024 * 1024
LONGEST_CELL = 32_767
_NOUGHTS = {"0", "£0.00", "£0", "0%"}
_REFERENCE = re.compile(r"[A-Z]{1,4}-[0-9A-Z]{6,12}")
_DANGEROUS = frozenset("=+-@\t\r\n\0＝＋－＠\u2212")
_WORKBOOK_FORMATS: dict[str, str] = {
    "money": "£#,##0.00;[Red]-£#,##0.00",
    "count": "#,##0",
    "percent": '0.##"%"',
    "day": "d mmmm yyyy",
    "moment": "d mmmm yyyy hh:mm",
}


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    url: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Tag:
    """A cell drawn as a coloured tag; the words carry the meaning, the colour only helps."""

    label: str
    colour: str = "grey"

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Column:
    """What stands under one heading. `key` is the name of a row's field."""

    key: str
    label: str
    kind: Kind = "text"

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Cell:
    """One cell as a page draws it."""

    text: str
    column: Column
    url: str = ""
    colour: str = ""

    @property
    def classes(self) -> str:
        """Figures to the right, a nought in grey, a reference in one piece."""
        if self.column.is_numeric:
            return "govuk-table__cell--numeric" + (" govuk-table__cell--nought" if self.text in _NOUGHTS else "")
        return "reference" if _REFERENCE.fullmatch(self.text) else ""


@dataclass(frozen=True)
class Table:
    """Columns and rows (mappings or objects with the columns' keys). `total` is a last row, drawn apart."""

    columns: Sequence[Column]
    rows: Iterable[Any]
    caption: str = ""
    total: Any = None
    notes: Sequence[str] = field(default=())

    @property
    def is_wide(self) -> bool:
        """Too wide for a phone, where each row becomes a card."""
        return len(self.columns) > 2

    def cells(self) -> Iterator[list[Cell]]:
        """The rows as a page draws them, without the total."""
        return (self._drawn(row) for row in self.rows)

    def total_cells(self) -> list[Cell]:
        return self._drawn(self.total) if self.total is not None else []

    def values(self) -> Iterator[list[Any]]:
        """Bare values of all rows, the total last, for files."""
        yield from ([value_of(row, column) for column in self.columns] for row in self.rows)
        if self.total is not None:
            yield [value_of(self.total, column) for column in self.columns]

    def _drawn(self, row: Any) -> list[Cell]:
        return [drawn_cell(value_of(row, column), column) for column in self.columns]


def value_of(row: Any, column: Column) -> Any:
    return row.get(column.key) if isinstance(row, Mapping) else getattr(row, column.key, None)


def drawn_cell(value: Any, column: Column) -> Cell:
    url = value.url if isinstance(value, Link) else ""
    colour = value.colour if isinstance(value, Tag) else ""
    return Cell(_in_words(value, column.kind), column, url, colour)


def _in_words(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, Shown):
        return f"{value}%" if kind == "percent" and value.value is not None else str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.datetime):
        return words.at(value) if kind == "moment" else words.short(value)
    if isinstance(value, datetime.date):
        return words.short(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number_in_words(value, kind)
    return str(value)


def _number_in_words(value: int | Decimal, kind: Kind) -> str:
    if kind == "money":
        return as_pounds(value)
    if kind == "percent":
        return f"{Decimal(value).normalize():f}%".replace("-", "−")
    return f"{value:,}" if kind == "count" else str(value)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous first character.

    Spaces, byte order marks and characters without a shape are looked through; control characters are dropped.
    """
    clean = "".join(char for char in text if char in "\t\r\n\0" or unicodedata.category(char) not in {"Cc", "Cs"})
    first = next((char for char in clean if char in _DANGEROUS or not _is_blank(char)), "")
    clean = clean.replace("\0", "")
    return f"'{clean}" if first in _DANGEROUS else clean


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cf", "Zs"}


def _for_csv(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, datetime.datetime):
        return words.in_london(plain).strftime("%Y-%m-%d %H:%M:%S")
    return plain.isoformat() if isinstance(plain, datetime.date) else plain


def _plain(value: Any) -> Any:
    """A number, a day, a moment, or harmless text."""
    if isinstance(value, Shown):
        return value.value if value.value is not None else value.marker
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, int | Decimal | float | datetime.date):
        return value
    return harmless(str(value))


def write_csv(table: Table, file: IO[bytes]) -> None:
    """Write the table as UTF-8 with a byte order mark (which spreadsheet programs need), row by row."""
    file.write("\ufeff".encode())
    writer = csv.writer(_Utf8(file), quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(column.label) for column in table.columns])
    for row in table.values():
        writer.writerow([_for_csv(value) for value in row])


class _Utf8:
    """What csv.writer needs of a file, over a binary one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Write the table as a workbook with one sheet; only one row is held in memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": table.caption})
        sheet = book.add_worksheet("Table")
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _WORKBOOK_FORMATS.items()}
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(table.columns):
            sheet.set_column(position, position, 18 if column.is_numeric else 28)
            sheet.write_string(0, position, harmless(column.label), heading)
        for number, row in enumerate(table.values(), start=1):
            for position, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                _write_cell(sheet, number, position, _plain(value), formats.get(column.kind))


def _write_cell(sheet: Any, row: int, position: int, value: Any, shape: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, position, value[:LONGEST_CELL])
    elif isinstance(value, datetime.datetime):
        sheet.write_datetime(row, position, words.in_london(value).replace(tzinfo=None), shape)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, position, value, shape)
    else:
        sheet.write_number(row, position, value, shape)


def table_response(table: Table, format_: str, filename: str) -> HttpResponseBase:
    """The table as a file to keep: `format_` is "csv" or "xlsx", `filename` comes without its ending.

    The file is finished before the response leaves, because rows may be read only inside the request's own database
    transaction; what does not fit in a little memory waits on disk.

    :raises ValueError: another format.
    """
    if format_ not in FORMATS:
        raise ValueError(f"{format_!r} is not a format of a table")
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed by the response)
    (write_csv if format_ == "csv" else write_xlsx)(table, cast(IO[bytes], file))
    size = file.tell()
    file.seek(0)
    if size <= IN_MEMORY:
        response: HttpResponseBase = HttpResponse(file.read(), content_type=FORMATS[format_])
        file.close()
    else:
        response = FileResponse(file, content_type=FORMATS[format_])
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, f"{filename}.{format_}") or "attachment"
    return response

import csv
import datetime
import io
from dataclasses import dataclass
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.small_numbers import HIDDEN, Shown
from commissioning.kernel.tables import Column, Link, Table, Tag, harmless, table_response
from commissioning.kernel.words import LONDON

COLUMNS = [
    Column("name", "Partner", "link"),
    Column("state", "State", "tag"),
    Column("amount", "Amount", "money"),
    Column("people", "People", "count"),
    Column("share", "Share", "percent"),
    Column("due_on", "Due", "day"),
    Column("sent_at", "Sent", "moment"),
    Column("note", "Note"),
]
ROW = {
    "name": Link("Kent County Council", "/people/kcc/"),
    "state": Tag("Agreed", "green"),
    "amount": Decimal("321416.67"),
    "people": 1300,
    "share": Decimal("58.30"),
    "due_on": datetime.date(2026, 12, 4),
    "sent_at": datetime.datetime(2026, 7, 20, 12, tzinfo=LONDON),
    "note": "=HYPERLINK(1)",
}
DANGEROUS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\0=1", "\ufeff=1", "  =1", "\u00a0=1", "＝1", "＋1",
             "＠x", "\u200b=1", "\u202e=1", "\x01=1"]  # fmt: skip


@dataclass
class Pledge:
    name: str
    amount: Decimal


def read_csv(response):
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def read_xlsx(response):
    content = response.content if hasattr(response, "content") else b"".join(response.streaming_content)
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_cells_are_drawn_in_words():
    (cells,) = Table(COLUMNS, [ROW]).cells()
    assert [cell.text for cell in cells] == [
        "Kent County Council", "Agreed", "£321,416.67", "1,300", "58.3%", "4 December 2026",
        "Monday 20 July 2026 at 12:00", "=HYPERLINK(1)",
    ]  # fmt: skip
    assert (cells[0].url, cells[1].colour) == ("/people/kcc/", "green")
    assert [column.key for column in COLUMNS if column.is_numeric] == ["amount", "people", "share"]


def test_objects_hidden_and_missing_values_are_drawn_too():
    columns = [Column("name", "Name"), Column("amount", "Amount", "money"), Column("people", "People", "count")]
    (cells,) = Table(columns, [Pledge("Police", Decimal(30_000))]).cells()
    assert [cell.text for cell in cells] == ["Police", "£30,000.00", ""]
    shares = [{"people": HIDDEN}, {"people": Shown(63)}]
    assert [cell.text for (cell,) in Table([Column("people", "Share", "percent")], shares).cells()] == ["[c]", "63%"]


def test_csv_holds_bare_numbers_and_days():
    rows = read_csv(table_response(Table(COLUMNS, [ROW], total={"amount": Decimal("-1.50")}), "csv", "partners"))
    assert rows[0] == [column.label for column in COLUMNS]
    assert rows[1] == [
        "Kent County Council", "Agreed", "321416.67", "1300", "58.30", "2026-12-04", "2026-07-20 12:00:00",
        "'=HYPERLINK(1)",
    ]  # fmt: skip
    assert rows[2] == ["", "", "-1.50", "", "", "", "", ""]


def test_workbook_holds_numbers_days_and_no_formula():
    head, row = read_xlsx(table_response(Table(COLUMNS, [ROW]), "xlsx", "partners"))
    assert head == [column.label for column in COLUMNS]
    assert row == [
        "Kent County Council", "Agreed", 321416.67, 1300, 58.3, datetime.datetime(2026, 12, 4),
        datetime.datetime(2026, 7, 20, 12), "'=HYPERLINK(1)",
    ]  # fmt: skip


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_made_harmless(text):
    assert harmless(text).startswith("'")
    assert "\0" not in harmless(text)
    (_, [value]) = read_csv(table_response(Table([Column("note", text)], [{"note": text}]), "csv", "x"))
    assert value == harmless(text)


@pytest.mark.parametrize("text", ["Dover", "", "1-2", "a=b", "'quoted", "£30", "(3)", "…"])
def test_ordinary_text_stays_as_it_is(text):
    assert harmless(text) == text


@given(st.text())
def test_no_text_can_start_a_formula_or_break_a_workbook(text):
    safe = harmless(text)
    assert safe.lstrip()[:1] not in {"=", "+", "-", "@"}
    assert not any(ord(char) < 32 and char not in "\t\r\n" for char in safe)


def test_file_is_sent_as_an_attachment_under_its_own_name():
    response = table_response(Table(COLUMNS, []), "csv", 'contributions "2026/27"\r\nX: y')
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in response["Content-Disposition"]


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_long_table_is_streamed_from_disk(format_):
    rows = ({"note": f"A note of the returned line {number} " * 8, "people": number} for number in range(8_000))
    response = table_response(Table([COLUMNS[7], COLUMNS[3]], rows), format_, "long")
    body = response.getvalue()
    response.close()
    assert len(body) == int(response["Content-Length"])
    if format_ == "csv":
        assert response.streaming
        assert body.count(b"\n") == 8_001


def test_other_formats_are_refused():
    with pytest.raises(ValueError, match="not a format"):
        table_response(Table(COLUMNS, []), "pdf", "x")

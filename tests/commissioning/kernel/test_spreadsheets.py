import datetime
import itertools
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.spreadsheets import ReadRefused, read_spreadsheet
from tests.commissioning.kernel.workbook_maker import by_hand, by_library, packed, sheet_xml

HEADING = ["Measure", "Count"]


def rows_of(content, **options):
    return read_spreadsheet(content, **options).rows


@pytest.mark.parametrize(
    "text",
    ["Measure,Count\r\nStarted,1300\r\n", "Measure;Count\nStarted;1300\n", "Measure\tCount\rStarted\t1300", "Measure|Count\nStarted|1300",
     "sep=;\nMeasure;Count\nStarted;1300", ' Measure ,"Count"\nStarted\u00a0,\u20091300\u200b\n\n,\n', '"Measure","Count"\n"Started","1300"'],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_make_is_read(text, encoding):
    assert rows_of(text.encode(encoding)) == [HEADING, ["Started", "1300"]]


def test_notes_say_what_was_repaired():
    sheet = read_spreadsheet("Measure;Count\nCafé £;1\u200b\n".encode("cp1252", "xmlcharrefreplace"))
    assert sheet.rows[1][0] == "Café £"
    assert sheet.notes == [
        "The file was read as Windows text. Check letters with accents and the pound sign.",
        "The columns are parted by semicolons.",
    ]
    assert read_spreadsheet(b"a,b\n1,\xe2\x80\x8b2").notes == ["Characters that nobody can see were removed."]
    assert sheet.heading == HEADING


def test_rows_get_one_width_and_keep_their_numbers():
    assert rows_of(b"a,b,c,,\n\n1\n1,2,3\n,,\n") == [["a", "b", "c"], ["", "", ""], ["1", "", ""], ["1", "2", "3"]]


def test_a_cell_may_hold_lines_and_quotation_marks():
    assert rows_of(b'a,b\n"one\ntwo","say ""so"""') == [["a", "b"], ["one two", 'say "so"']]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"\xef\xbb\xbf,,\n", "no filled cell"),
        (b"a,b\0c\n", "not a CSV file"),
        (bytes(range(32)) * 40, "not a CSV file"),
        (b"<!DOCTYPE html><p>", "page or a document"),
        (b"%PDF-1.7", "page or a document"),
        (b'{\\rtf1', "page or a document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Excel file"),
        (b"\xff\xfea", "cut off"),
        (b"x" * (10 * 2**20 + 1), "larger than 10 MB"),
        (b"a,b\n" * 20_001, "more than 20,000 rows"),
        (b"a" + b"," * 500, "more than 500 columns"),
        (b'a,"' + b"b," * 20_000, "quotation mark"),
        (b'a,"' + b"b" * 200_000, "quotation mark"),
        (b"PK\x03\x04rest", "damaged"),
        (packed({"a.txt": "b"}), "not an Excel workbook"),
        (packed({"word/document.xml": "<w/>", "[Content_Types].xml": "<T/>"}), "not an Excel workbook"),
        (by_hand(**{"xl/vbaProject.bin": "x"}), "holds macros"),
        (by_hand(**{"[Content_Types].xml": "<T>application/vnd.ms-excel.sheet.macroEnabled.main+xml</T>"}), "holds macros"),
        (by_hand(**{"xl/embeddings/a.bin": packed({"a": "b"})}), "another packed file"),
        (by_hand(**{f"xl/media/{number}.png": "x" for number in range(200)}), "200 parts"),
        (by_hand('<row r="1"><c r="A1">'), "damaged"),
        (by_hand('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "20,000 rows"),
        (by_hand('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "column XFD"),
        (by_hand('<row r="1"><c r="SA1"/></row><row r="20000"><c r="A20000"/></row>'), "far apart"),
        (by_hand('<row r="1">' + "<c/>" * 400_001 + "</row>"), "400,000 cells"),
        (by_hand(**{"xl/workbook.xml": "<workbook/>"}), "visible sheet"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(content, words):
    with pytest.raises(ReadRefused, match=words) as refusal:
        read_spreadsheet(content)
    assert str(refusal.value).endswith((".", "?"))


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a '" + "ha" * 50 + "'>" + "".join(
    f"<!ENTITY {name} '{'&' + before + ';' * 1}{('&' + before + ';') * 9}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
LONG_TEXT = "x" * 32_000
WICKED = {
    "external entity in a sheet": by_hand(**{"xl/worksheets/sheet1.xml": ENTITY + sheet_xml("<row><c><v>&e;</v></c></row>")}),
    "external entity in the texts": by_hand(**{"xl/sharedStrings.xml": ENTITY + "<sst><si><t>&e;</t></si></sst>"}),
    "external entity in the links": by_hand(**{"xl/_rels/workbook.xml.rels": ENTITY + "<Relationships/>"}),
    "billion laughs": by_hand(**{"xl/sharedStrings.xml": LAUGHS + "<sst><si><t>&i;</t></si></sst>"}),
    "bomb in a sheet": by_hand("<row>" + " " * (60 * 2**20) + "</row>"),
    "bomb in a picture": by_hand(**{"xl/media/a.png": bytes(60 * 2**20)}),
    "one long text a thousand times": by_hand(
        '<row r="1">' + '<c t="s"><v>0</v></c>' * 1_000 + "</row>", **{"xl/sharedStrings.xml": f"<sst><si><t>{LONG_TEXT}</t></si></sst>"}
    ),
    "a sheet under another name": by_hand(
        **{
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="media/a.png"/>'
            "</Relationships>",
            "xl/media/a.png": sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        }
    ),
    "ten thousand parts": packed({f"xl/{number}": "" for number in range(10_000)}, zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("name", WICKED)
def test_wicked_workbooks_are_turned_away_quickly_and_without_memory(name):
    tracemalloc.start()
    begun = time.monotonic()
    with pytest.raises(ReadRefused):
        read_spreadsheet(WICKED[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - begun < 10
    assert peak < 150 * 2**20


def test_workbook_cells_come_as_text():
    rows = [
        ["a", "b", "c", "d", "e", "f"],
        [1300, 45.5, datetime.date(2026, 12, 4), True, " x\u00a0y ", 0.1 + 0.2],
        [-3, 1e15, datetime.datetime(2026, 12, 4, 12, 30), False, "", 1e-7],
    ]
    sheet = read_spreadsheet(by_library(("Data", rows)))
    assert sheet.rows[1:] == [
        ["1300", "45.5", "2026-12-04", "yes", "x y", "0.3"],
        ["-3", "1000000000000000", "2026-12-04 12:30:00", "no", "", "0.0000001"],
    ]
    assert (sheet.name, sheet.notes) == ("Data", [])


def test_workbook_rows_keep_their_numbers():
    assert rows_of(by_library(("Data", [[], ["", "b"], [], ["", "1"]]))) == [["", ""], ["", "b"], ["", ""], ["", "1"]]


def test_the_first_visible_sheet_or_the_one_asked_for_is_read():
    content = by_library(("Lists", [["hidden"]]), ("Data", [["seen"]]), ("More", [["other"]]), hidden=("Lists",))
    sheet = read_spreadsheet(content)
    assert (sheet.rows, sheet.notes) == ([["seen"]], ["The sheet “Data” was read; “More” was not."])
    assert rows_of(content, sheet=" more ") == [["other"]]
    with pytest.raises(ReadRefused, match=r"no sheet called “Figures”\. It has “Data” and “More”"):
        read_spreadsheet(content, sheet="Figures")


@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_give_anything_but_rows_or_a_refusal(content):
    try:
        sheet = read_spreadsheet(content)
    except ReadRefused:
        return
    assert len({len(row) for row in sheet.rows}) == 1


@given(st.binary(max_size=300), st.integers(0, 3000))
def test_no_damage_to_a_workbook_gives_anything_but_rows_or_a_refusal(junk, place):
    whole = by_hand()
    try:
        assert read_spreadsheet(whole[:place] + junk + whole[place + len(junk) :]).rows
    except ReadRefused:
        return

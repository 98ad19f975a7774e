"""Looking into a workbook (or another Office file) before any parser does: bombs, macros and entities are turned away."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import count

MOST_PARTS = 200
UNPACKED_BYTES = 50 * 1024 * 1024
MOST_CELLS = 400_000
MOST_TEXT = 30_000_000
LARGEST_AREA = 1_000_000
CHUNK = 64 * 1024
MACROS = re.compile(r"(vbaproject|vbadata|macrosheets|\.vbs$|\.js$|\.exe$|\.bin\.exe$|activex)", re.IGNORECASE)
REACHES_OUT = re.compile(
    rb"<[^>]*(?:attachedTemplate|oleObject|frame|subDocument)[^>]*TargetMode=.External|<[^>]*TargetMode=.External[^>]*"
    rb"(?:attachedTemplate|oleObject|frame|subDocument)"
)
Refuse = Callable[[str], Refusal]


class _Stop(Exception):
    """A sentence, raised inside the XML reader."""


def unpacked(content: bytes, *, refuse: Refuse) -> dict[str, bytes]:
    """The parts of a zip file, read within limits.

    :raises Refusal: (made by `refuse`) too many parts, too much when unpacked, macros, a zip inside, or damage.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_PARTS:
                raise refuse(f"The file is made of more than {MOST_PARTS} parts. Remove pictures and unused sheets from it.")
            if any(info.flag_bits & 0x1 for info in infos):
                raise refuse("The file is protected by a password. Save it without one and send that.")
            if any(MACROS.search(info.filename) for info in infos):
                raise refuse("The file holds macros (small programs). Save it without macros, as .xlsx or .docx, and send that.")
            return _read_parts(archive, infos, refuse)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise refuse("The file is damaged. Open it, save it again, and send that.") from error


def _read_parts(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], refuse: Refuse) -> dict[str, bytes]:
    """Sizes are counted while unpacking: what the file says of itself is not believed."""
    left, parts = UNPACKED_BYTES, {}
    for info in infos:
        with archive.open(info) as part:
            chunks = []
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise refuse(f"The file is larger than {UNPACKED_BYTES // 2**20} MB when it is unpacked.")
                chunks.append(chunk)
        found = b"".join(chunks)
        if found.startswith(b"PK\x03\x04"):
            raise refuse("The file holds another packed file. Remove what is embedded in it and send it again.")
        parts[info.filename] = found
    return parts


def checked_workbook(content: bytes, *, most_rows: int, most_columns: int, refuse: Refuse) -> None:
    """Let a workbook pass that a parser can hold: no entity, no far-away cell, no text repeated without end.

    :raises Refusal: (made by `refuse`) otherwise.
    """
    parts = unpacked(content, refuse=refuse)
    kinds = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in kinds:
        raise refuse("The workbook holds macros (small programs). Save it as an Excel workbook (.xlsx) without macros and send that.")
    if "xl/workbook.xml" not in parts:
        raise refuse("This is not an Excel workbook (.xlsx). Open it, save it as one, and send that.")
    check_parts(parts, most_rows=most_rows, most_columns=most_columns, refuse=refuse)


def check_parts(parts: dict[str, bytes], *, most_rows: int, most_columns: int, refuse: Refuse) -> None:
    """Let the XML inside an Office file pass if it is whole, declares no entity and reaches out for nothing.

    :raises Refusal: (made by `refuse`) otherwise.
    """
    for name, part in parts.items():
        if name.endswith(".rels") and REACHES_OUT.search(part):
            raise refuse("The file fetches a template or an object from elsewhere. Save it as a new file and send that.")
    try:
        _read_all(parts, most_rows, most_columns)
    except _Stop as stop:
        raise refuse(str(stop)) from None
    except expat.ExpatError as error:
        raise refuse("The file is damaged. Open it, save it again, and send that.") from error


def _read_all(parts: dict[str, bytes], most_rows: int, most_columns: int) -> None:
    """What a part is, its root element says, not its name: a parser follows the workbook's own links."""
    reader = _Parts(most_rows, most_columns)
    texts_first = sorted(parts.items(), key=lambda item: b"<sst" not in item[1][:2000] and b":sst" not in item[1][:2000])
    for name, part in texts_first:
        if not part.lstrip().startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            reader.read(part)
        except expat.ExpatError:
            if name.endswith((".xml", ".rels")) or reader.root in {"worksheet", "sst"}:
                raise


class _Parts:
    """Reads XML parts one after another: stops at entities, at too many or too distant cells, at text without end."""

    def __init__(self, most_rows: int, most_columns: int) -> None:
        self._most_rows, self._most_columns = most_rows, most_columns
        self._texts: list[int] = []
        self._cells = self._text = 0
        self.root = ""

    def read(self, part: bytes) -> None:
        self.root, self._shared, self._in_value, self._value = "", False, False, ""
        self._last_row = self._last_column = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.buffer_text = True
        parser.Parse(part, True)

    def _doctype(self, *_: object) -> None:
        raise _Stop("The file declares entities, which no spreadsheet needs. Save it again with your spreadsheet program.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self.root = self.root or kind
        if self.root == "sst" and kind == "si":
            self._texts.append(0)
        elif self.root == "worksheet":
            self._start_in_sheet(kind, attributes)

    def _start_in_sheet(self, kind: str, attributes: dict[str, str]) -> None:
        if kind == "c":
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise _Stop(f"The workbook has more than {count(MOST_CELLS)} cells.")
            self._shared = attributes.get("t") == "s"
            self._place(attributes.get("r", ""))
        elif kind == "row":
            self._row(attributes.get("r", "0"))
        elif kind == "v":
            self._in_value, self._value = self._shared, ""

    def _characters(self, text: str) -> None:
        if self._in_value:
            self._value += text[:12]
        elif self.root == "sst" and self._texts:
            self._texts[-1] += len(text)

    def _end(self, name: str) -> None:
        if not self._in_value or name.rpartition(" ")[2] != "v":
            return
        self._in_value, value = False, self._value.strip()
        place = int(value) if value.isascii() and value.isdigit() else -1
        self._text += self._texts[place] if 0 <= place < len(self._texts) else 0
        if self._text > MOST_TEXT:
            raise _Stop("The workbook repeats more text than can be read.")

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        column = 0
        for letter in letters[:4].upper():
            column = column * 26 + ord(letter) - 64
        if column > self._most_columns:
            raise _Stop(f"The workbook uses column {letters[:4]}; at most {self._most_columns} columns can be read.")
        self._last_column = max(self._last_column, column)
        self._row(reference[len(letters) :] or "0")

    def _row(self, number: str) -> None:
        if not number.isascii() or not number.isdigit() or len(number) > 8 or int(number) > self._most_rows:
            raise _Stop(f"The workbook has more than {count(self._most_rows)} rows, or a filled cell far below the table.")
        self._last_row = max(self._last_row, int(number))
        if self._last_row * self._last_column > LARGEST_AREA:
            raise _Stop("The workbook has filled cells far apart, with a large empty area between them. Delete what is far away.")

"""Files that people send: judged by their content, scanned, kept under a random name, given back only as attachments."""

import hashlib
import re
import secrets
import struct
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.http import content_disposition_header

from commissioning.kernel.refusals import Refusal
from commissioning.kernel.scanning import Found, ScannerDown, scan
from commissioning.kernel.spreadsheets import MOST_COLUMNS, MOST_ROWS, ReadRefused, check_text
from commissioning.kernel.words import join
from commissioning.kernel.workbooks import check_parts, unpacked

LONGEST_NAME = 120
MOST_PIXELS = 50_000_000
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia)(?![A-Za-z])")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


class UploadRefused(Refusal):
    """The file is not taken, in a sentence that says why and what to do."""


class FileKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    PNG = "png"
    JPG = "jpg"


NAMES = {
    FileKind.PDF: "a PDF",
    FileKind.DOCX: "a Word document (.docx)",
    FileKind.XLSX: "an Excel workbook (.xlsx)",
    FileKind.CSV: "a CSV file",
    FileKind.PNG: "a PNG picture",
    FileKind.JPG: "a JPG picture",
}
CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv",
    FileKind.PNG: "image/png",
    FileKind.JPG: "image/jpeg",
}
ENDINGS = {kind: (".jpg", ".jpeg") if kind is FileKind.JPG else (f".{kind}",) for kind in FileKind}


@dataclass(frozen=True)
class Upload:
    """A file that passed every check. `sha256` is the hash of its content, in hexadecimal."""

    name: str
    kind: FileKind
    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.kind]


def checked(file: UploadedFile, allowed: Collection[FileKind] = tuple(FileKind), *, most_bytes: int = 0) -> Upload:
    """Judge a file by what is in it, and have it scanned.

    :param most_bytes: where a larger file than UPLOAD_MAX_BYTES may come in.
    :raises UploadRefused: it is empty, too large, of another kind than allowed or than its name says, damaged, active,
        infected, or the scanner cannot be reached (what was not scanned is not taken).
    """
    name = clean_name(file.name or "")
    most = most_bytes or settings.UPLOAD_MAX_BYTES
    if (file.size or 0) > most:
        raise UploadRefused(f"“{name}” is larger than {most // 2**20} MB. Make it smaller and send it again.")
    file.seek(0)
    content = file.read(most + 1)
    if not content.strip():
        raise UploadRefused(f"“{name}” is empty.")
    kind = _kind(content, name, allowed)
    _scanned(content, name)
    return Upload(name, kind, content, hashlib.sha256(content).hexdigest())


def clean_name(name: str) -> str:
    """The file's name without folders, hidden characters and tricks of direction, at most LONGEST_NAME long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in last if char.isprintable() and unicodedata.category(char) not in {"Cf", "Co", "Cs"})
    tidy = re.sub(r'[<>:"|?*\s]+', " ", shown).strip(" .")
    stem, point, ending = tidy.rpartition(".")
    if not point or len(ending) > 10:
        stem, ending = tidy, ""
    stem = (stem.strip(" .") or "file")[: LONGEST_NAME - len(ending) - 1]
    return f"{stem}.{ending}" if ending else stem


def _kind(content: bytes, name: str, allowed: Collection[FileKind]) -> FileKind:
    found = _kind_of(content, name)
    wanted = join((NAMES[kind] for kind in FileKind if kind in allowed), "or")
    if found is None:
        raise UploadRefused(f"“{name}” is not a kind of file that can be sent here. Send {wanted}.")
    if found not in allowed:
        raise UploadRefused(f"“{name}” is {NAMES[found]}, which cannot be sent here. Send {wanted}.")
    if not name.lower().endswith(ENDINGS[found]):
        raise UploadRefused(f"“{name}” is {NAMES[found]} by its content, but its name says otherwise. Give it the ending .{found}.")
    return found


def _kind_of(content: bytes, name: str) -> FileKind | None:
    if content.startswith(b"%PDF-"):
        return _pdf(content, name)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content, name)
    if content.startswith(b"\xff\xd8\xff"):
        return _whole(content.rstrip(b"\0").endswith(b"\xff\xd9"), FileKind.JPG, name)
    if content.startswith(b"PK"):
        return _office(content, name)
    try:
        check_text(content)
    except ReadRefused:
        return None
    return FileKind.CSV


def _whole(is_whole: bool, kind: FileKind, name: str) -> FileKind:
    if not is_whole:
        raise UploadRefused(f"“{name}” is damaged or cut off. Save it again and send that.")
    return kind


def _pdf(content: bytes, name: str) -> FileKind:
    plain = _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), content)
    if ACTIVE_PDF.search(plain):
        raise UploadRefused(f"“{name}” holds a program or another file. Print it to a new PDF and send that.")
    return _whole(b"%%EOF" in content[-2048:], FileKind.PDF, name)


def _png(content: bytes, name: str) -> FileKind:
    whole = len(content) > 40 and content[12:16] == b"IHDR" and content[-8:-4] == b"IEND"
    if whole:
        width, height = struct.unpack(">II", content[16:24])
        if width * height > MOST_PIXELS:
            raise UploadRefused(f"“{name}” has too many pixels to be opened. Make the picture smaller and send that.")
    return _whole(whole, FileKind.PNG, name)


def _office(content: bytes, name: str) -> FileKind | None:
    def refuse(sentence: str) -> UploadRefused:
        return UploadRefused(f"“{name}”: {sentence[0].lower()}{sentence[1:]}")

    parts = unpacked(content, refuse=refuse)
    kinds = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in kinds:
        raise refuse("The file holds macros (small programs). Save it without macros, as .xlsx or .docx, and send that.")
    mains = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
    found = [kind for main, kind in mains.items() if main in parts]
    if len(found) != 1 or not kinds:
        return None
    check_parts(parts, most_rows=MOST_ROWS * 50, most_columns=MOST_COLUMNS * 32, refuse=refuse)
    return found[0]


def _scanned(content: bytes, name: str) -> None:
    try:
        scan(content)
    except Found as found:
        raise UploadRefused(f"“{name}” is infected ({found}). It was not kept. Tell your IT support.") from None
    except ScannerDown:
        raise UploadRefused(
            f"“{name}” could not be checked for viruses just now, so it was not kept. Try again in a few minutes."
        ) from None


# -- keeping and giving back ------------------------------------------------------------------------------------------


def keep(upload: Upload, folder: str) -> str:
    """Store the file outside the pages' reach, under a random name. Returns that name.

    :param folder: what the file belongs to, such as "bids".
    """
    token = secrets.token_hex(20)
    return str(default_storage.save(f"{folder}/{token[:2]}/{token}", ContentFile(upload.content)))


def sha256_of(stored: str) -> str:
    """The hash of what is stored now, to be compared with the one noted when it came."""
    with default_storage.open(stored) as file:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
    return digest.hexdigest()


def forget(stored: str) -> None:
    default_storage.delete(stored)


def download(stored: str, *, name: str, content_type: str) -> FileResponse:
    """Give a stored file back: always to be kept, never to be shown or run inside the portal's own pages."""
    response = FileResponse(default_storage.open(stored), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, clean_name(name)) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response

import socketserver
import struct
import threading
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.scanning import TEST_VIRUS
from commissioning.kernel.uploads import FileKind, Upload, UploadRefused, checked, clean_name, download, forget, keep, sha256_of
from tests.commissioning.kernel.workbook_maker import by_hand, by_library, packed

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(40) + b"\xff\xd9"
CSV = "Measure,Count\nStarted £,1\n".encode()
WORD_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
OUT = '<Relationships><Relationship Type="x/attachedTemplate" Target="https://example.org/t.dotm" TargetMode="External"/></Relationships>'
LINK = '<Relationships><Relationship Type="x/hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>'


def png(width=2, height=2):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(6))) + chunk(b"IEND", b"")


def docx(**parts):
    return packed({"[Content_Types].xml": WORD_TYPES, "word/document.xml": "<w:document xmlns:w='w'/>", **parts})


XLSX = by_library(("Data", [["a", 1]]))
TAKEN = {
    "a.pdf": PDF,
    "A.PDF": PDF,
    "a.docx": docx(),
    "linked.docx": docx(**{"word/_rels/document.xml.rels": LINK}),
    "a.xlsx": XLSX,
    "a.csv": CSV,
    "utf16.csv": CSV.decode().encode("utf-16"),
    "windows.csv": CSV.decode().encode("cp1252"),
    "a.png": png(),
    "a.jpg": JPG,
    "a.jpeg": JPG,
    "two.dots.pdf": PDF,
}
REFUSED = [
    ("a.pdf", b"", "is empty"),
    ("a.pdf", b" \n", "is empty"),
    ("a.pdf", PDF + bytes(10 * 2**20), "larger than 10 MB"),
    ("a.pdf", png(), "a PNG picture by its content"),
    ("a.png", PDF, "a PDF by its content"),
    ("a.xlsx", docx(), "a Word document"),
    ("a.docx", XLSX, "an Excel workbook"),
    ("a.xlsx", CSV, "a CSV file by its content"),
    ("a.csv", XLSX, "by its content"),
    ("a", PDF, "by its content"),
    ("a.pdf.exe", PDF, "by its content"),
    ("a.pdf", PDF[:-7], "damaged or cut off"),
    ("a.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type"), "holds a program"),
    ("a.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/J#61vaScript>>/Type"), "holds a program"),
    ("a.pdf", PDF.replace(b"/Type", b"/A<</S/Launch/F(cmd.exe)>>/Type"), "holds a program"),
    ("a.pdf", PDF.replace(b"/Type", b"/Names<</EmbeddedFiles 1 0 R/EmbeddedFile 2 0 R>>/Type"), "another file"),
    ("a.png", png()[:-12], "damaged or cut off"),
    ("a.png", png() + b"<script>", "damaged or cut off"),
    ("a.png", png(60_000, 60_000), "too many pixels"),
    ("a.jpg", JPG[:-2], "damaged or cut off"),
    ("a.jpg", JPG + b"<?php", "damaged or cut off"),
    ("a.html", b"<!doctype html><script>1</script>", "not a kind of file"),
    ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a kind of file"),
    ("a.xml", b"<?xml version='1.0'?><a/>", "not a kind of file"),
    ("a.csv", b"<script>alert(1)</script>", "not a kind of file"),
    ("a.gif", b"GIF89a\x01\0\x01\0\x80\0\0", "not a kind of file"),
    ("a.exe", b"MZ\x90\0\x03\0\0\0", "not a kind of file"),
    ("a.elf", b"\x7fELF\x02\x01\x01\0", "not a kind of file"),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "not a kind of file"),
    ("a.rtf", b"{\\rtf1 hello}", "not a kind of file"),
    ("a.zip", packed({"a.txt": "b"}), "not a kind of file"),
    ("a.jar", packed({"META-INF/MANIFEST.MF": "x"}), "not a kind of file"),
    ("both.docx", docx(**{"xl/workbook.xml": "<w/>"}), "not a kind of file"),
    ("a.docx", packed({"word/document.xml": "<w/>"}), "not a kind of file"),
    ("a.docx", docx(**{"word/vbaProject.bin": "x"}), "holds macros"),
    ("a.docx", docx(**{"[Content_Types].xml": "<T>macroEnabled</T>"}), "holds macros"),
    ("a.docx", docx(**{"word/_rels/settings.xml.rels": OUT}), "from elsewhere"),
    ("a.docx", docx(**{"word/embeddings/x.bin": packed({"a": "b"})}), "another packed file"),
    ("a.docx", docx(**{"word/media/x.png": bytes(60 * 2**20)}), "larger than 50 MB"),
    ("a.docx", docx(**{"word/document.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'}), "entities"),
    ("a.docx", docx(**{"word/document.xml": "<w"}), "damaged"),
    ("a.docx", docx()[:-30], "damaged"),
    ("a.xlsx", by_hand(**{f"xl/x{number}": "" for number in range(200)}), "200 parts"),
    ("a.csv", TEST_VIRUS, "infected (the test virus EICAR)"),
    ("a.pdf", PDF.replace(b"trailer", TEST_VIRUS + b"trailer"), "infected"),
]  # fmt: skip


def sent(name, content):
    return SimpleUploadedFile("x", content) if not name else _named(name, content)


def _named(name, content):
    file = SimpleUploadedFile("x", content)
    file._name = name  # what a browser that is not a browser may send
    return file


@pytest.mark.parametrize("name", TAKEN)
def test_a_good_file_is_taken_as_what_it_is(name):
    upload = checked(sent(name, TAKEN[name]))
    assert upload.kind.value == {"jpeg": "jpg"}.get(name.rpartition(".")[2].lower(), name.rpartition(".")[2].lower())
    assert (upload.size, len(upload.sha256)) == (len(TAKEN[name]), 64)


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[f"{number}-{case[0]}" for number, case in enumerate(REFUSED)])
def test_a_bad_file_is_refused_in_words(name, content, words):
    with pytest.raises(UploadRefused) as refusal:
        checked(sent(name, content))
    assert words in str(refusal.value)


def test_only_what_the_form_allows_is_taken():
    with pytest.raises(UploadRefused, match=r"is a PNG picture, which cannot be sent here. Send a PDF or a Word document \(\.docx\)\."):
        checked(sent("a.png", png()), {FileKind.PDF, FileKind.DOCX})


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\plan.pdf", "plan.pdf"),
        ("plan\0.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("a\r\nX: y.pdf", "aX y.pdf"),
        ('a"b<c>.pdf', "a b c.pdf"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Entwurf für Kent.pdf", "Entwurf für Kent.pdf"),
    ],
)
def test_names_are_cleaned(name, clean):
    assert clean_name(name) == clean


@given(st.text(max_size=400))
def test_no_name_keeps_a_trick(name):
    clean = clean_name(name)
    assert 1 <= len(clean) <= 120
    assert clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*')


@given(st.binary(max_size=500), st.sampled_from(["a.pdf", "a.csv", "a.docx", "a.png"]))
def test_no_bytes_give_anything_but_a_file_or_a_refusal(content, name):
    try:
        assert checked(sent(name, content)).content == content
    except UploadRefused:
        return


@pytest.fixture
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return keep(Upload("plan.pdf", FileKind.PDF, PDF, ""), "bids")


def test_a_file_is_kept_under_a_random_name_and_given_back_as_an_attachment(stored, tmp_path):
    assert stored.startswith("bids/")
    assert "plan" not in stored
    response = download(stored, name='plän "x".pdf', content_type="application/pdf")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''pl%C3%A4n%20x.pdf"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")
    assert b"".join(response.streaming_content) == PDF
    response.file_to_stream.close()


def test_a_changed_file_is_found_out_by_its_hash(stored, tmp_path):
    before = sha256_of(stored)
    (tmp_path / stored).write_bytes(PDF + b" ")
    assert sha256_of(stored) != before
    forget(stored)
    assert not default_storage.exists(stored)


class Clamd(socketserver.StreamRequestHandler):
    """Speaks as ClamAV's daemon does, and takes everything with the word `worm` for infected."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.wfile.write(b"stream: Test.Worm FOUND\0" if b"worm" in content else self.server.answer)


@pytest.fixture
def clamd(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.answer = b"stream: OK\0"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
        thread.join()


def test_the_scanner_is_asked(clamd):
    assert checked(sent("a.csv", CSV + b"," * 200_000)).kind == FileKind.CSV
    with pytest.raises(UploadRefused, match=r"infected \(Test\.Worm\)"):
        checked(sent("a.csv", b"a,worm\n"))


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b""])
def test_a_scanner_that_cannot_say_lets_nothing_in(clamd, answer):
    clamd.answer = answer
    with pytest.raises(UploadRefused, match="could not be checked"):
        checked(sent("a.csv", CSV))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_a_scanner_that_is_down_lets_nothing_in(settings, address):
    settings.CLAMD_ADDRESS = address
    with pytest.raises(UploadRefused, match="could not be checked"):
        checked(sent("a.csv", CSV))

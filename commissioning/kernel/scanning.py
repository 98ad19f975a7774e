"""The virus scanner: ClamAV's daemon where CLAMD_ADDRESS names one, else only the test virus is known."""

import socket
import struct

from django.conf import settings

# The harmless test string that every scanner knows, in two halves so that no scanner takes this file for infected.
TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TIMEOUT_SECONDS = 20
CHUNK = 64 * 1024


class Found(Exception):
    """The scanner found something; the message is its name."""


class ScannerDown(Exception):
    """The scanner did not answer, or not as it should."""


def scan(content: bytes) -> None:
    """:raises Found: the content is infected.
    :raises ScannerDown: nobody can say.
    """
    if TEST_VIRUS in content:
        raise Found("the test virus EICAR")
    address = getattr(settings, "CLAMD_ADDRESS", "")
    if address:
        _ask_clamd(address, content)


def _ask_clamd(address: str, content: bytes) -> None:
    """`address` is host:port or the path of a socket."""
    try:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerDown(str(error)) from error
    if answer.endswith("FOUND"):
        raise Found(answer.removeprefix("stream:").removesuffix("FOUND").strip())
    if answer != "stream: OK":
        raise ScannerDown(answer)


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(TIMEOUT_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), TIMEOUT_SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096:
        part = line.recv(1024)
        if not part:
            break
        said += part
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()

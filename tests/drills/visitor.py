"""A visitor without a browser: cookies, forms, and the status of each answer."""

import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4


class Visitor:
    """One person at one portal."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[int, str]:
        """Status and text, redirects followed; status 0 when nobody answers."""
        return self._ask(Request(self.address + path))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Fetch the page, then send its form with these fields and its hidden ones."""
        status, page = self.get(path)
        if status != 200:
            return status, page
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        headers = {"Referer": self.address + path}
        return self._ask(Request(self.address + path, urlencode({**hidden, **fields}).encode(), headers))

    def upload(self, path: str, file: tuple[str, str, bytes], **fields: str) -> tuple[int, str]:
        """As `post`, with a file: the name of its field, its own name, its content."""
        status, page = self.get(path)
        if status != 200:
            return status, page
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        field, name, content = file
        edge = uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in {**hidden, **fields}.items()
        ]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {"Referer": self.address + path, "Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask(Request(self.address + path, body, headers))

    def sign_in(self, account: dict[str, str]) -> bool:
        """Whether the portal said that this person is signed in."""
        status, page = self.post("/account/login/", login=account["email"], password=account["password"])
        return status == 200 and self.is_signed_in(page)

    @staticmethod
    def is_signed_in(page: str) -> bool:
        return "Sign out" in page

    def _ask(self, question: Request) -> tuple[int, str]:
        try:
            with self.opener.open(question, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

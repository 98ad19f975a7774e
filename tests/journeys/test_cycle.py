"""The commissioning cycle from the first pledge to the published report, each role at its own browser.

Given Kent's demo; when each partner does its part; then the money, the tender, the bid, the award, the contract, the return
and the report stand as the papers asked for. Every page that is opened is checked by axe on the way.
"""

import re

import psycopg
import pytest
from playwright.sync_api import Browser

from commissioning.kernel.postgres.launcher import LocalPostgres
from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
REASON = "One telephone line and one worker for each person meet the question with evidence."
TENDER = "Integrated domestic abuse services 2027 to 2032"


class Cycle:
    """The steps of the cycle, in order; each one signs somebody in, does one thing and signs out."""

    def __init__(self, portal: Portal, browser: Browser) -> None:
        self.portal = portal
        self.browser = browser
        self.seen: set[str] = set()
        self.evaluation = self.winner = self.winner_code = self.reference = ""

    def canary(self, organisation: str) -> str:
        """A word that stands in this organisation's bid and nowhere else."""
        return f"quillwort-{organisation}"

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
        approver.follow("Pledges waiting for you").sees("Agree this pledge", "£321,416.67")
        approver.fill("Reference of the decision", "Board minute 12/2026").press("Agree this pledge")
        approver.sees("The pledge is agreed. The fund may rely on it from now on.")


def a_tender_without_its_money_cannot_be_published(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto("/tenders/").follow(TENDER).follow("Check and publish")
        officer.sees("This tender cannot be published yet", "2027/28: £321,416.67 is missing.")


def a_commissioner_publishes_the_tender(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto("/tenders/").follow(TENDER)
        officer.sees("Lot 1: Dartford, Gravesham, Swale and Maidstone", "Lot 4: Dover and Thanet", "Award criteria")
        officer.follow("Check and publish").choose("I have read the tender as bidders will see it").press("Publish tender")
        officer.sees("Open for bids")


def anybody_reads_the_tender(cycle: Cycle) -> None:
    with visiting(cycle.browser, cycle.portal.address) as visitor:
        visitor.goto("/open/").follow(TENDER)
        visitor.sees("A bid received at exactly that second is late", "Dover and Thanet")
        cycle.reference = visitor.path.split("/")[2]
        cycle.seen |= visitor.checked


def the_fund_shows_the_gap_and_the_shares(cycle: Cycle) -> None:
    with cycle.as_("board_member", "nhs") as member:
        member.goto("/fund/kent-2013/").sees("£551,000.00", "£321,416.67", "£183,666.67", "£45,916.66", "£810,000", "£259,000")
        member.goto("/areas/").sees("Dartford, Gravesham, Swale and Maidstone", "Dover and Thanet", "Shepway until 31 March 2018")


def a_provider_bids(cycle: Cycle, organisation: str) -> None:
    with cycle.as_("bid_manager", organisation) as manager:
        manager.goto("/bids/")
        manager.page.locator("tr", has_text=TENDER).get_by_role("link", name="Start a bid").click()
        manager.choose(re.compile("Lot 2:")).press("Save and continue")
        while "/questions/" in manager.path:
            manager.fill("Your answer", f"{cycle.canary(organisation)} We begin with one telephone line.").press("Save and continue")
        for declaration in manager.page.get_by_role("checkbox").all():
            declaration.check()
        manager.press("Submit this bid").sees("Bid received", "RCT-", "SHA-256 of content and documents")


def nobody_else_sees_the_bid(cycle: Cycle) -> None:
    for role, organisation in (("lead_officer", "kcc"), ("auditor", "kcc"), ("evaluator", "medway"), ("bid_manager", "stour")):
        with cycle.as_(role, organisation) as somebody:
            somebody.goto("/tenders/" if role == "lead_officer" else "/")
            for path in (cycle.reference and f"/open/{cycle.reference}/", "/"):
                somebody.goto(path)
                assert cycle.canary("weald") not in somebody.page.content()
                assert "Weald Support" not in somebody.main


def the_deadline_passes(cycle: Cycle) -> None:
    """The one thing that a test cannot wait for: the owner of the database sets the deadline to a second ago."""
    found = LocalPostgres(cycle.portal.data / "postgres", volatile=True).parameters("owner")
    address = {"host": found["host"], "port": found["port"], "user": found["user"], "password": found["password"]}
    with psycopg.connect(**address, dbname="portal") as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE commissioning_tender SET deadline = clock_timestamp() - interval '1 second' WHERE title = %s", [TENDER])


def two_officers_of_two_partners_open_the_bids(cycle: Cycle) -> None:
    for organisation, says in (("kcc", "the other officer opens the bids"), ("pcc", "Minutes of the opening")):
        with cycle.as_("commissioner", organisation) as officer:
            officer.goto("/tenders/").follow(TENDER).follow("Open the bids")
            officer.choose("I open these bids together with an officer of another organisation").press("Give my word to open").sees(says)


def an_evaluator_marks_blind(cycle: Cycle, organisation: str, mark: int) -> None:
    with cycle.as_("evaluator", organisation) as evaluator:
        evaluator.goto("/evaluation/").follow(TENDER).follow("Declare your interests")
        evaluator.page.get_by_role("radio", name="No", exact=True).check()
        evaluator.press("Declare").sees("Bidder A", "Bidder B")
        while evaluator.page.get_by_text("To mark", exact=True).count():
            evaluator.page.locator("li", has_text="To mark").get_by_role("link").first.click()
            assert not {"Weald Support", "Stour Advocacy"} & set(re.findall(r"Weald Support|Stour Advocacy", evaluator.page.content()))
            for group in evaluator.page.get_by_role("group", name="Your mark").all():
                group.get_by_role("radio", name=f"{mark}:").check()
            for reason in evaluator.page.get_by_label(re.compile("Your reason for criterion")).all():
                reason.fill(REASON)
            evaluator.press("Give these marks").sees("are given")


def the_panel_agrees_and_confirms(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto("/evaluation/").follow(TENDER)
        cycle.evaluation = officer.path
        officer.follow("Begin moderation").press("Begin moderation")
        for bidder, mark in (("a", 4), ("b", 3)):
            officer.goto(f"{cycle.evaluation}lot/2/bidder/{bidder}/agreed/")
            for group in officer.page.get_by_role("group", name="Agreed mark").all():
                group.get_by_role("radio", name=str(mark), exact=True).check()
            for reason in officer.page.get_by_label(re.compile("Why this mark")).all():
                reason.fill(REASON)
            officer.press("Save the agreed marks")
    for organisation in ("kcc", "medway"):
        with cycle.as_("evaluator", organisation) as evaluator:
            evaluator.goto(cycle.evaluation).follow("Read and confirm the record of lot 2").press("I confirm this record")
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto(f"{cycle.evaluation}close/").press("Close moderation").sees("Moderation is closed")


def the_lot_is_awarded_by_two_people(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto(f"{cycle.evaluation}lot/2/result/").sees("80.00", "60.00").follow("Explain these numbers")
        officer.goto(f"{cycle.evaluation}lot/2/result/").choose(re.compile("Award to"))
        officer.fill("Reason", "First by the agreed marks.").press("Propose").sees("A lead officer who did not propose it decides")
    with cycle.as_("lead_officer", "kcc") as lead:
        lead.goto(f"{cycle.evaluation}lot/2/result/").follow("Decide on this award")
        lead.press("Approve the award").sees("The award is approved")
        words = lead.main
        cycle.winner, cycle.winner_code = (
            ("Weald Support", "weald") if "Weald Support" in words.split("Award")[-1] else ("Stour Advocacy", "stour")
        )


def test_the_cycle_runs_end_to_end(portal: Portal, browser: Browser) -> None:
    cycle = Cycle(portal, browser)
    a_tender_without_its_money_cannot_be_published(cycle)
    a_funder_pledges_for_three_years(cycle)
    its_approver_agrees(cycle)
    the_fund_shows_the_gap_and_the_shares(cycle)
    a_commissioner_publishes_the_tender(cycle)
    anybody_reads_the_tender(cycle)
    a_provider_bids(cycle, "weald")
    a_provider_bids(cycle, "stour")
    nobody_else_sees_the_bid(cycle)
    the_deadline_passes(cycle)
    two_officers_of_two_partners_open_the_bids(cycle)
    an_evaluator_marks_blind(cycle, "kcc", 4)
    an_evaluator_marks_blind(cycle, "medway", 3)
    the_panel_agrees_and_confirms(cycle)
    the_lot_is_awarded_by_two_people(cycle)

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
MANY = {"A01": "30", "A02N": "28", "A07": "3", "B02": "25", "B03P": "15", "B03U": "5", "E01N": "16", "E02N": "11", "E03N": "12"}
FEW = {"A01": "10", "A02N": "9", "A07": "1", "B02": "8", "B03P": "4", "B03U": "2", "E01N": "5", "E02N": "3", "E03N": "4"}
QUARTER = "2026-27-Q2"
FIGURES = {
    **{f"{code}-{service}": value for service in ("IDVA_HR", "OUT") for code, value in MANY.items()},
    **{f"{code}-REF": value for code, value in FEW.items()},
    "F04": "400,000.00",
}
TENDER = "Integrated domestic abuse services 2027 to 2030"


class Cycle:
    """The steps of the cycle, in order; each one signs somebody in, does one thing and signs out."""

    def __init__(self, portal: Portal, browser: Browser) -> None:
        self.portal = portal
        self.browser = browser
        self.seen: set[str] = set()
        self.evaluation = self.winner = self.winner_code = self.reference = self.outcome_return = ""

    def as_owner(self, sql: str, value: str) -> None:
        """What a test cannot wait for: the owner of the database lets time pass."""
        found = LocalPostgres(self.portal.data / "postgres", volatile=True).parameters("owner")
        address = {"host": found["host"], "port": found["port"], "user": found["user"], "password": found["password"]}
        with psycopg.connect(**address, dbname="portal") as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute(sql, [value])

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


def the_deadline_passes(cycle: Cycle) -> None:
    cycle.as_owner("UPDATE commissioning_tender SET deadline = clock_timestamp() - interval '1 second' WHERE title = %s", TENDER)


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


def the_contract_is_signed_by_both_sides(cycle: Cycle) -> None:
    with cycle.as_("lead_officer", "kcc") as lead:
        lead.goto("/contracts/")
        if lead.page.get_by_role("link", name="Draw up the contract").count():
            lead.follow("Draw up the contract").press("Draw up the contract")
            lead.goto("/contracts/")
        lead.follow("Read and sign it").choose(re.compile("I have read these terms")).press("Sign the contract")
    with cycle.as_("bid_manager", cycle.winner_code) as manager:
        manager.goto("/contracts/").follow("Read and sign it").sees("31 March 2030", "Option 1")
        manager.choose(re.compile("I have read these terms")).press("Sign the contract")
    with visiting(cycle.browser, cycle.portal.address) as visitor:
        visitor.goto("/open/contracts/").sees(cycle.winner)


def a_data_officer_keys_the_return(cycle: Cycle) -> None:
    with cycle.as_("data_officer", "centra") as officer:
        officer.follow(re.compile("Fill in: Dartford")).follow("Referrals")
        while "/fill/" in officer.path:
            for name, value in FIGURES.items():
                box = officer.page.locator(f"main input[name='{name}']")
                if box.count() and box.is_editable():
                    box.fill(value)
            officer.press("Save and continue")
        officer.sees("Check").press("Send for sign-off")


def an_impossible_figure_is_explained_and_kept(cycle: Cycle) -> None:
    with cycle.as_("data_officer", "centra") as officer:
        officer.follow(re.compile("Fill in: Dartford")).follow("Referrals")
        officer.page.locator("main input[name='A01-IDVA_HR']").fill("<5")
        officer.press("Save and continue")
        officer.goto(officer.path if "referrals" in officer.path else "/")
        if officer.path == "/":
            officer.follow(re.compile("Fill in: Dartford")).follow("Referrals")
        assert officer.page.locator("main input[name='A01-IDVA_HR']").input_value() == "<5"
        officer.sees("enter the exact number")


def a_certifier_certifies_it(cycle: Cycle) -> None:
    with cycle.as_("certifier", "centra") as certifier:
        certifier.follow(re.compile("Certify: Dartford"))
        certifier.page.get_by_role("checkbox").last.check()
        certifier.press("Certify and submit")
        cycle.outcome_return = re.search(r"/returns/(R-[A-Z0-9]+)/", certifier.path)[0]


def a_commissioner_asks_about_one_figure(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto("/returns/inbox/").goto(cycle.outcome_return).goto(f"{cycle.outcome_return}query/B02-OUT/")
        officer.fill("What do you want to know about this figure?", "Why did fewer cases start than last quarter?").press("Send query")


def the_provider_answers(cycle: Cycle) -> None:
    with cycle.as_("data_officer", "centra") as officer:
        officer.follow("Questions about your figures").fill("Your answer", "Two workers were in training for most of August.")
        officer.press("Send answer")


def the_return_is_accepted(cycle: Cycle) -> None:
    with cycle.as_("commissioner", "kcc") as officer:
        officer.goto(cycle.outcome_return)
        officer.page.locator("main a[href*='/queries/']").first.click()
        officer.press("Close query").goto(cycle.outcome_return).press("Accept this return").sees("Accepted")


def the_freeze_day_comes(cycle: Cycle) -> None:
    """Time again: the period gets its calendar's days back, and its day of freezing is over."""
    cycle.as_owner(
        "UPDATE commissioning_reportingperiod SET due_on = last_day + 1, freeze_on = last_day + 2, extended_from = NULL, "
        "extended_because = '' WHERE code = %s",
        QUARTER,
    )


def the_report_is_built_frozen_and_published(cycle: Cycle) -> None:
    with cycle.as_("lead_officer", "kcc") as lead:
        address = f"{cycle.portal.address}/reports/{QUARTER}/"
        lead.goto("/reports/").goto(f"/reports/{QUARTER}/")
        if lead.page.get_by_role("button", name=re.compile("^Build")).count():
            lead.press(re.compile("^Build"))
            cycle.portal.wait_until(lambda: "data-progress" not in lead.page.request.get(address).text(), 150, "the worker to build")
            lead.page.wait_for_load_state("networkidle")
        lead.goto(f"/reports/{QUARTER}/freeze/").press("Freeze the report").sees("Accept what is in, or wait until the freeze")
        the_freeze_day_comes(cycle)
        cycle.portal.wait_until(
            lambda: "Publish the report" in lead.page.request.get(address).text(), 150, "the clock to freeze the report"
        )
        lead.goto(f"/reports/{QUARTER}/publish/").press("Publish the report").sees("The report is published")
    with cycle.as_("board_member", "pcc") as member:
        member.goto(f"/reports/{QUARTER}/").sees("Headline", "Outcomes by contract area", "Pooled fund", "SHA-256 of this report's data")
        answer = member.page.request.get(f"{cycle.portal.address}/reports/{QUARTER}/download/pdf/")
        assert answer.body().startswith(b"%PDF-")
        member.goto("/reports/dartford-2017/").sees("42 IDVA + 32 outreach + 17 refuge = 91 victims supported")


def the_audit_trail_tells_it_all(cycle: Cycle) -> None:
    with cycle.as_("auditor", "kcc") as auditor:
        auditor.goto("/audit/").sees("published")
    assert "1" in cycle.portal.manage("verify_audit")


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
    the_contract_is_signed_by_both_sides(cycle)
    an_impossible_figure_is_explained_and_kept(cycle)
    a_data_officer_keys_the_return(cycle)
    a_certifier_certifies_it(cycle)
    a_commissioner_asks_about_one_figure(cycle)
    the_provider_answers(cycle)
    the_return_is_accepted(cycle)
    the_report_is_built_frozen_and_published(cycle)
    the_audit_trail_tells_it_all(cycle)

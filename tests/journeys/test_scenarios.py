"""Less money: a commissioner works it out, saves and shares it, and opens the paper; a partner reads it; a provider does not."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey


def test_from_the_question_to_the_shared_paper(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("commissioner", "kcc")) as officer:
        officer.goto("/fund/kent-live/").follow("What less money buys").sees("A cut of 10%")
        officer.fill("Contingency used first", "1e3").press("Work it out").sees(
            "This cannot be worked out", "Write the contingency in full"
        )
        officer.goto("/scenarios/kent-live/").follow("A partner withdraws").sees("Nothing is asked yet")
        officer.page.get_by_label("Who withdraws").select_option(label="NHS Kent and Medway")
        officer.page.get_by_label("From").select_option(label="October 2026")
        officer.fill("Contingency used first", "20,000").choose("Court advisers").press("Work it out")
        officer.sees(
            "The withdrawal of NHS Kent and Medway loses",
            "2026/27 (6 months)",
            "£160,708.34",
            "£20,000.00",
            "cases",
            "Lost by district",
            "Thanet",
        )
        officer.follow("Some give less").sees("Police gives less by", "Nothing is asked yet")
        officer.fill("Police gives less by", "50").press("Work it out").sees("Less money from Police (50%)")
        officer.goto("/scenarios/kent-live/?what=withdrawal&partner=partner-nhs&start=2026-10&contingency=20000&protected=1")
        officer.follow("Save this scenario").press("Save the scenario").sees("Enter a name")
        officer.fill("Name", "Health withdraws in October").press("Save the scenario")
        officer.sees("Only your organisation reads it until you share it", "Draft", "Health withdraws in October")
        address = officer.path
        with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
            assert partner.open(address).status == 404
        officer.follow("Share with the partnership").sees("It cannot be taken back").press("Share with the partnership").sees("Shared")
        paper = officer.context.request.get(f"{portal.address}{address.replace('read/', 'paper.pdf')}")
        assert paper.status == 200
        assert paper.body().startswith(b"%PDF")
        officer.goto("/scenarios/kent-live/saved/").sees("1 scenario", "Health withdraws in October")

    with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
        partner.goto(address).sees("Health withdraws in October", "£160,708.34", "What was assumed")
        assert "Share with" not in partner.main
        assert partner.open(address.replace("read/", "archive/")).status == 403
    with visiting(browser, portal.address, portal.account("bid_manager", "weald")) as bidder:
        for path in (address, address.replace("read/", "paper.pdf"), "/scenarios/kent-live/", "/scenarios/kent-live/saved/"):
            assert bidder.open(path).status == 403
    with visiting(browser, portal.address, portal.account("commissioner", "kcc")) as officer:
        officer.goto(address).follow("Archive").press("Archive the scenario").sees("Archived")
        officer.goto("/scenarios/kent-live/saved/").sees("No scenario to show")


def test_the_scenarios_of_the_papers_are_there_side_by_side(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("board_member", "pcc")) as member:
        member.goto("/fund/kent-2013/").follow("Saved scenarios").sees("4 scenarios", "loses 162 cases a year", "loses 324 cases a year")
        member.follow("20% less, court advisers kept whole").sees("976 cases", "£488,000.00", "£713,000.00 of £810,000.00 is missing")
        member.goto("/scenarios/kent-2013/compare/")
        for label, name in (("First scenario", "10% less"), ("Second scenario", "20% less")):
            member.page.get_by_label(label).select_option(label=f"{name}, court advisers kept whole")
        member.press("Compare").sees("1,138 cases", "976 cases", "−162 cases", "£81,000.00", "+£81,000.00")

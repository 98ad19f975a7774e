"""A fund by hand: from nothing to the gap of the 2012 report and its three shares, opened to partners, changed by a second version."""

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
LINES = [("Community advisers: high-risk cases", "1,300", "case", "500"), ("Court advisers", "4", "post", "40,000")]
SOURCES = [
    ("Councils", "190,000", "Sector: Social services"),
    ("Community safety partnerships", "39,000", "Sector: Community safety partnerships"),
    ("Police", "30,000", "Kent Police and Crime Commissioner"),
]
SHARES = [("Health", "7", "69"), ("Criminal justice", "4", "44"), ("Social services", "1", "8")]
BY_HAND = "/fund/by-hand/"


def pick(visitor: Visitor, label: str, option: str) -> None:
    visitor.page.get_by_label(label, exact=True).select_option(label=option)


def add_source(officer: Visitor, label: str, amount: str, giver: str) -> None:
    officer.follow("Add money that is pooled already").fill("Source", label).fill("Amount a year", amount).choose("Yes")
    pick(officer, "Sector or partner that gives it (optional)", giver)
    officer.press("Save this money")


def test_a_lead_officer_sets_up_the_fund_of_2012_by_hand(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("lead_officer", "kcc")) as officer:
        officer.goto("/fund/").sees("Draft").follow("Set up a fund").press("Save the fund").sees("Enter the name of the fund")
        officer.fill("Name of the fund", "A fund by hand").fill("Short name", "by-hand")
        pick(officer, "First financial year", "2026/27")
        pick(officer, "Last financial year", "2028/29")
        pick(officer, "Pool manager", "Finance officer, finance@kcc.example")
        officer.fill("Cost that falls elsewhere", "200").fill("Where it falls", "housing, civil legal and others")
        officer.press("Save the fund").sees("set up as a draft", "Still to do", "Add what the joint services cost")
        with visiting(browser, portal.address, portal.account("lead_officer", "pcc")) as partner:
            assert partner.open(BY_HAND).status == 404
            assert partner.open(f"{BY_HAND}setup/").status == 404
        officer.follow("Add a cost line").fill("What is paid for", "Typed").fill("Quantity", "1e3").fill("Cost of one unit", "£1,000.001")
        officer.press("Save the cost line").sees("Write the quantity in full", "no more than 2 figures after the point", "Enter the unit")
        officer.goto(f"{BY_HAND}setup/")
        for label, quantity, unit, cost in LINES:
            officer.follow("Add a cost line").fill("What is paid for", label).fill("Quantity", quantity).fill("Unit", unit)
            officer.fill("Cost of one unit", cost).press("Save the cost line")
        officer.sees("1,300 cases at £500", "4 posts at £40,000", "£810,000.00")
        for label, amount, giver in SOURCES:
            add_source(officer, label, amount, giver)
        officer.sees("£259,000.00", "Crime and disorder grant", "£551,000")
        officer.follow("Set the shares of the sectors")
        for sector, parts, cost in SHARES:
            group = officer.page.get_by_role("group", name=sector, exact=True)
            group.get_by_label("Parts").fill(parts)
            group.get_by_label("Cost, £ million a year").fill(cost)
        officer.press("Save the shares").sees("£321,416.67", "£183,666.67", "£45,916.66", "£314,206.61", "−£16,696.97")
        officer.follow("Parts of the partners").sees("one part of its sector’s share").press("Save the partners’ parts")
        officer.follow("Open to partners").sees("NHS Kent and Medway", "£321,416.67", "It cannot become a draft again")
        officer.fill("Why these shares", "The proportionate cost model of the report of June 2012.").press("Open the fund to its partners")
        officer.sees(
            "The fund is open", "The split counts £121 million of the £321 million", "To the largest fractions, then to the first listed"
        )
    with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
        partner.goto("/fund/").follow("A fund by hand").sees("£321,416.67", "Make a pledge").follow("Make a pledge").sees("£321,416.67")
        partner.goto(f"{BY_HAND}versions/").sees("Version 1", "The proportionate cost model of the report of June 2012.")
        assert partner.open(f"{BY_HAND}setup/").status == 403
    with visiting(browser, portal.address, portal.account("bid_manager", "weald")) as bidder:
        for path in (BY_HAND, f"{BY_HAND}setup/", f"{BY_HAND}versions/", "/fund/new/"):
            assert bidder.open(path).status == 403
    _a_second_version(portal, browser)


def _a_second_version(portal: Portal, browser: Browser) -> None:
    """A cost that comes once, and credit for what is given already: partners see it when it is in force, and why."""
    with visiting(browser, portal.address, portal.account("commissioner", "kcc")) as officer:
        officer.goto(f"{BY_HAND}setup/").follow("Prepare a new version").press("Prepare a new version").sees("Being prepared")
        officer.follow("Add a cost line").fill("What is paid for", "Review of a domestic homicide").fill("Quantity", "1")
        officer.fill("Unit", "review").fill("Cost of one unit", "20,000")
        pick(officer, "When it is paid (optional)", "Once, in 2027/28")
        officer.press("Save the cost line").sees("Once, in 2027/28", "£830,000.00 in that year", "£810,000.00")
        officer.follow("Put into force").page.get_by_role("group", name=re.compile("Credit")).get_by_label("Yes").check()
        officer.fill("Reason for the new version", "The board credits what the police and the councils give.").press("Continue")
        officer.sees("What each partner is asked for", "Asked from 20", "A version in force is never changed")
        officer.press("Put into force").sees("The new version is in force", "Version 1", "Version 2", "The board credits")
    with visiting(browser, portal.address, portal.account("funder_officer", "pcc")) as partner:
        partner.goto(BY_HAND).sees("Gives already", "£830,000.00 in that year").goto(f"{BY_HAND}contributions/").sees("2027/28")

"""Money on its way: the host counter-signs what a partner agreed, invoices it, records what arrives, and mends a mistake."""

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
ARRIVED = {"Amount received": "22,958.34", "Day": "1", "Month": "4", "Year": "2026"}


def test_from_the_counter_signature_to_the_ledger_and_back(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        host.sees("Waiting for your counter-signature", "Overdue")
        host.follow("Waiting for your counter-signature").sees("Kent Police and Crime Commissioner")
        row = host.page.get_by_role("row").filter(has_text="Kent Police and Crime Commissioner").filter(has_text="2027/28")
        row.get_by_role("link").click()
        host.sees("£91,833.34", "Decision: Decision notice 2026-03")
        host.choose("Four payments, one each quarter").press("Counter-sign")
        host.sees("its instalments are planned", "4 instalments", "£22,958.34", "£22,958.33")
        host.follow("1 April 2027").sees("Nothing has arrived yet", "Still to come £22,958.34")

        host.follow("Record the invoice").fill("Invoice reference", "INV-2027-PCC-1").press("Record the invoice").sees("Invoiced")
        host.follow("Record a receipt").press("Record the receipt").sees("Enter the amount received", "Enter the bank reference")
        for label, value in ARRIVED.items():
            host.fill(label, value)
        host.fill("Bank reference", "BACS 0104 PCC EARLY").press("Record the receipt")
        host.sees("posted to the ledger of the fund", "Still to come £0.00", "Received", "BACS 0104 PCC EARLY")

        host.follow("The ledger of the fund").sees(
            "Held by the host", "Received from partners", "BACS 0104 PCC EARLY", "Kent Police and Crime"
        )
        host.follow("Kent and Medway pooled fund (2026/27").sees("Received", "£22,958.34")

        host.goto("/instalments/?search=INV-2027-PCC-1").follow("1 April 2027").follow(re.compile("^reverse "))
        host.fill("Reason", "The bank sent it back the next day.").press("Reverse the receipt")
        host.sees("Both postings stay in the ledger", "The bank sent it back the next day.", "Still to come £22,958.34")
    assert "holds   balanced" in portal.manage("verify_ledger")


def test_the_papers_gaps_and_cuts_to_the_pound(portal: Portal, browser: Browser) -> None:
    """2010: £164,000, and £124,000 if the £40,000 land. 2012: £611,000 of sources. 2017: 10 and 20 % less."""
    with visiting(browser, portal.address, portal.account("board_member", "pcc")) as member:
        member.goto("/fund/kent-2010/").sees(
            "£164,000.00 of £164,000.00 is missing", "£124,000.00 is missing", "£40,000.00 more is conditional"
        )
        member.goto("/fund/kent-2013/").sees("All sources gave £611,000.00", "£259,000.00 of it can be kept", "£551,000.00")
        member.follow("What less money buys").sees("1,170 cases", "3.6 posts", "£729,000.00")
        member.choose("Court advisers").press("Work it out").sees("1,138 cases", "£569,000.00")
        member.fill("Cut of the whole requirement", "20").press("Work it out").sees("976 cases", "£488,000.00")
        member.page.get_by_label("Court advisers").uncheck()
        member.press("Work it out").sees("1,040 cases", "3.2 posts", "£648,000.00")
        member.goto("/statements/kent-2010/").sees("£164,000.00 of £164,000.00 is missing", "£124,000.00", "£13,000.00", "£151,000.00")
        member.goto("/statements/kent-2013/").sees("£611,000.00", "£810,000.00", "£259,000.00", "£551,000.00", "£321,416.67")
        member.sees("£183,666.67", "£45,916.66", "1,170 cases and 3.6 posts", "976 cases and 4 posts", "£648,000.00")


def test_the_partner_reads_and_those_without_a_part_do_not(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
        partner.sees("Overdue", "£80,354.17", "1 instalment should have arrived by now.")
        partner.follow("Overdue").sees("NHS Kent and Medway", "Overdue")
        assert "Probation" not in partner.main
        address = partner.page.get_by_role("row").filter(has_text="£80,354.17").get_by_role("link").first.get_attribute("href") or ""
        partner.goto(address).sees("Nothing has arrived yet")
        assert partner.open(f"{address}receive/").status == 403
        partner.goto("/ledger/kent-live/").sees("Where the money stands")
    with visiting(browser, portal.address, portal.account("bid_manager", "weald")) as bidder:
        for path in ("/instalments/", "/ledger/kent-live/", address):
            assert bidder.open(path).status == 403
    with visiting(browser, portal.address, portal.account("funder_officer", "probation")) as other:
        assert other.open(address).status == 404


def test_conditions_are_decided_and_an_own_plan_adds_up(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("funder_officer", "medway")) as officer:
        officer.goto("/fund/kent-live/").follow("Make a pledge").fill("Amount for 2026/27", "5,000")
        officer.fill("Conditions", "Subject to a vote of our board in March 2027").press("Continue").press("Send the pledge").sees("PL-")
        pledge = officer.path
    with visiting(browser, portal.address, portal.account("funder_approver", "medway")) as approver:
        approver.goto(pledge).follow("Read and agree").sees("Subject to a vote of our board in March 2027")
        approver.fill("Reference of the decision", "Cabinet, minute 4").press("Agree this pledge")
        approver.sees("Choose whether the fund may rely on it").choose("Not yet: it waits for an event")
        for label, value in {"Day": "31", "Month": "3", "Year": "2027"}.items():
            approver.fill(label, value)
        approver.press("Agree this pledge").sees("It waits for its event", "Conditional")
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        host.goto("/instalments/")
        row = host.page.get_by_role("row").filter(has_text="Probation").filter(has_text="2027/28")
        row.get_by_role("link", name=re.compile("Counter-sign")).click()
        host.choose("A plan of your own").fill("Your own plan", "15/06/2027 10,000.00").press("Counter-sign")
        host.sees("The instalments add up to £10,000.00", "is missing. Change an amount.")
        (missing,) = re.findall(r"£([\d,.]+\d) is missing", host.main)[:1]
        host.fill("Your own plan", f"15/06/2027 10,000.00\n30/06/2027 {missing}")
        host.press("Counter-sign").sees("its instalments are planned", "2 instalments").follow("15 June 2027").follow("Record the invoice")
        host.fill("Invoice reference", "INV-OWN-1").press("Record the invoice").sees("No file yet")
        host.page.get_by_role("link", name="Read Contribution").click()
        host.sees("Invoiced", "Counter-signed", "Invoice INV-OWN-1").check()
        host.follow(re.compile("add a file for invoice")).sees("INV-OWN-1")
    assert "holds   conditions-decided" in portal.manage("verify_ledger")


def test_what_waits_what_is_indicative_and_what_is_in_kind_stand_apart(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("funder_officer", "medway")) as officer:
        officer.goto("/partner/").sees("What you give", "Indicative", "Domestic abuse coordinator", "£14,484.75", "never to money")
        officer.follow("Offer premises or something else").choose("Premises").press("Offer it").sees("Enter what it is", "Enter the value")
        officer.goto("/partner/").follow("2028/29").sees("Indicative", "Make it a pledge")
        officer.follow("Make it a pledge").sees("£20,000.00").press("Make it a pledge").sees("It is a pledge now", "Pledged, not agreed")
    with visiting(browser, portal.address, portal.account("funder_approver", "csp")) as approver:
        approver.goto("/partner/").follow("2028/29").sees("Conditional", "Waits for", "The grant letter of the Home Office for the year")
        approver.follow("Set the terms").sees("Section 75 takes NHS bodies and councils only", "Only in these districts")
        approver.choose("Canterbury").press("Set the terms").sees("The terms are set", "Only in", "Canterbury")
        approver.follow("The condition is met").press("The condition is met").sees("Enter the day on which the event came")
    with visiting(browser, portal.address, portal.account("board_member", "pcc")) as member:
        member.goto("/fund/kent-live/").sees("Conditional", "£15,000.00", "In kind, never cash", "£14,484.75")

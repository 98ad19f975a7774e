"""The whole way of the money: pledged for three years, agreed, counter-signed, invoiced, received by import, set aside, committed, paid."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.journeys.test_bank_import import hand_over, until, upload
from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
TODAY = timezone.localdate()
POTS = ("Section 75 agreement", "Crime and disorder grant", "Partnership agreement")
YEAR = "2026/27"
PLEDGED = ("2026/27", "2027/28", "2029/30")
WEST = "Services, Sevenoaks, Tonbridge and Malling and Tunbridge Wells"


def choose_from(visit: Visitor, label: str, words: str) -> None:
    visit.page.get_by_label(label, exact=True).select_option(label=words)


def fill_today(visit: Visitor) -> None:
    for label, value in {"Day": TODAY.day, "Month": TODAY.month, "Year": TODAY.year}.items():
        visit.page.get_by_label(label, exact=True).fill(str(value))


def not_set_aside(visit: Visitor, pot: str) -> str:
    """What the pot has left, as its row on the page says: "£111,466.67"."""
    return visit.page.get_by_role("table", name="Pots").get_by_role("row").filter(has_text=pot).get_by_role("cell").last.inner_text()


def pledge_and_agree(portal: Portal, browser: Browser) -> None:
    """The community safety partnerships promise £12,000.00 for each of the three years that are free."""
    with visiting(browser, portal.address, portal.account("funder_officer", "csp")) as officer:
        officer.goto("/fund/kent-live/").follow("Make a pledge").sees(
            "lands in the pot “Partnership agreement”", "Section 75 takes NHS bodies"
        )
        for year in PLEDGED:
            officer.fill(f"Amount for {year}", "12,000")
        officer.press("Continue").sees("Check your pledge", "£36,000.00").press("Send the pledge").sees("PL-")
    with visiting(browser, portal.address, portal.account("funder_approver", "csp")) as approver:
        approver.follow("Pledges waiting for you").fill("Reference of the decision", "Executive group, minute 9")
        approver.press("Agree this pledge").sees("The fund may rely on it from now on")


def countersign_and_invoice(host: Visitor) -> str:
    """The address of the instalment."""
    host.goto("/instalments/")
    row = host.page.get_by_role("row").filter(has_text="Community Safety").filter(has_text=YEAR)
    row.get_by_role("link", name=re.compile("Counter-sign")).click()
    host.sees("£12,000.00", "Executive group, minute 9").choose(re.compile("^One payment")).press("Counter-sign")
    host.sees("its instalments are planned", "1 instalment").follow("1 April 2026")
    host.follow("Record the invoice").fill("Invoice reference", "INV-CSP-9").press("Record the invoice").sees("The invoice is recorded")
    return host.path


def receive_by_import(host: Visitor, instalment: str) -> None:
    day = f"{TODAY - datetime.timedelta(days=1):%d/%m/%Y}"
    lines = ["Date,Payer,Details,Bank reference,Paid in,Paid out", f'{day},CSP,INV CSP 9,BACS CSP 9,"12,000.00",']
    host.goto("/bank/upload/")
    upload(host, "\n".join(lines), "csp.csv")
    until(host, "Nothing is posted yet")
    host.sees("names the invoice INV-CSP-9").follow("Post the rows").sees("Post these rows?")
    hand_over(host, "Post these rows", "Pays IN-")
    host.goto(instalment).sees("Received", "BACS CSP 9", "Still to come £0.00")


def test_from_the_pledge_to_a_paid_invoice(portal: Portal, browser: Browser) -> None:
    pledge_and_agree(portal, browser)
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        receive_by_import(host, countersign_and_invoice(host))

    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        host.goto("/budget/kent-live/").sees(WEST, "Agreed or pooled", "Not set aside", "Paid to providers")
        left = {pot: not_set_aside(host, pot) for pot in POTS}
        host.follow("Set money aside").press("Write it down").sees("Choose the line", "Enter the amount")
        for pot, amount in left.items():
            host.goto("/budget/kent-live/allocate/")
            choose_from(host, "Line", WEST)
            choose_from(host, "Financial year", YEAR)
            choose_from(host, "Pot", pot)
            host.fill("Amount", amount).fill("What it is for, or why it is taken back", "The contract of the west")
            host.fill("Decision of the partnership board", "Minute 9").press("Write it down").sees("It is written down")
        host.follow("Everything that was set aside").sees("The contract of the west", "Minute 9")

    with visiting(browser, portal.address, portal.account("commissioner", "kcc")) as officer:
        officer.goto("/budget/kent-live/").follow("Commit Sevenoaks").sees("What it costs the fund", "£162,000.00")
        officer.choose(WEST).press("Commit this contract").sees("The contract is committed, each year in its place")

    with visiting(browser, portal.address, portal.account("certifier", "weald")) as provider:
        provider.follow("Invoices").follow("Send an invoice for").press("Send the invoice").sees("Enter the amount")
        provider.page.get_by_label("Financial year of the services").select_option(index=1)
        provider.fill("What it is for", "April to June").fill("Number of the invoice", "WEALD-7").fill("Amount", "40,500.00")
        fill_today(provider)
        provider.press("Send the invoice").sees("The invoice is sent", "WEALD-7", "£40,500.00", "Sent")
        sent = provider.path
        assert provider.open("/budget/kent-live/").status == 403

    with visiting(browser, portal.address, portal.account("lead_officer", "kcc")) as lead:
        lead.sees("Invoices waiting for you")
        lead.goto(sent).follow("Approve").press("Approve this invoice").sees("You have approved the invoice", "Approved")
        assert lead.open(sent + "pay/").status == 403

    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        host.goto(sent).follow("Record the payment").fill("Bank reference", "BACS WEALD 7")
        fill_today(host)
        host.press("Record the payment").sees("posted to the ledger of the fund", "BACS WEALD 7", "Paid")
        host.goto("/ledger/kent-live/?search=WEALD-7").sees("Payment", "−£40,500.00", f"Section 75 agreement: {WEST}")
        host.goto("/budget/kent-live/").sees(WEST, "£40,500.00")
    with visiting(browser, portal.address, portal.account("bid_manager", "stour")) as rival:
        assert rival.open(sent).status == 404
    assert "broken" not in portal.manage("verify_ledger")

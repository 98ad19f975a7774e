"""The end of a year, in the pilot fund whose years are over: finance prepares it, the board's choice closes it, shares go back, the next year opens."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
YEARS = "/year-end/kent-pilot/"
FIRST, SECOND, THIRD = "2023-24", "2024-25", "2025-26"
S75, GRANT = "Section 75 agreement", "Crime and disorder grant"


def row_of(visit: Visitor, table: str, words: str) -> str:
    """The row of a table in which these words stand, its cells with a space between them."""
    rows = visit.page.get_by_role("table", name=re.compile(table)).get_by_role("row").filter(has_text=words)
    return re.sub(r"\s+", " ", rows.first.inner_text())


def read_the_closed_year(visit: Visitor) -> None:
    """£180,000.00 and £80,000.00 came, £161,435.19 and £76,314.81 were paid: £18,564.81 was carried, £3,685.19 went back."""
    visit.goto(f"{YEARS}?year={FIRST}").sees("Outturn of 2023/24", "Closed", "invented for the demonstration")
    assert row_of(visit, "Cash of", S75) == f"{S75} £0.00 £180,000.00 £161,435.19 £18,564.81"
    assert "£18,564.81 Carry forward" in row_of(visit, "What is left of", S75)
    assert "£3,685.19 Return to the partners" in row_of(visit, "What is left of", GRANT)
    assert "£3,685.19 Paid back" in row_of(visit, "What goes back", "Kent Police")


def test_the_board_reads_the_outturn_and_may_not_close(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("board_member", "pcc")) as member:
        member.follow("Year ends waiting for the board").sees("Outturn of 2024/25", "Prepared, not confirmed")
        assert "Confirm the end" not in member.main
        read_the_closed_year(member)
        assert member.open(f"{YEARS}prepare/").status == 403
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as finance:
        finance.goto(YEARS)
        assert "Confirm the end" not in finance.main
    with visiting(browser, portal.address, portal.account("bid_manager", "weald")) as bidder:
        assert bidder.open(YEARS).status == 403


def prepare_and_accrue(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as finance:
        finance.goto(f"{YEARS}?year={SECOND}").follow("Prepare the end of 2024/25 again")
        finance.sees("These figures are kept as they stand now", "Accruals: approved for 2024/25", "£110,400.00")
        assert row_of(finance, "Cash of", S75) == f"{S75} £18,564.81 £180,000.00 £82,500.00 £116,064.81"
        assert row_of(finance, "What is left of", S75) == f"{S75} £198,564.81 £82,500.00 £74,962.96 £41,101.85"
        finance.press("Prepare the year end").sees("The year end is prepared", "Prepared, not confirmed")


def confirm_with_the_boards_choice(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("lead_officer", "kcc")) as lead:
        lead.follow("Year ends waiting for you").follow("Confirm the end of 2024/25").sees("This cannot be undone")
        lead.press("Close the year").sees("Choose what becomes of Section 75 agreement", "Enter the reference of the board’s decision")
        group = lead.page.get_by_role("group", name=re.compile(S75))
        for choice in ("Carry forward", "Keep as contingency", "Return to the partners"):
            assert group.get_by_label(choice).count() == 1
        group.get_by_label("Return to the partners").check()
        lead.page.get_by_role("group", name=re.compile(GRANT)).get_by_label("Keep as contingency").check()
        lead.fill("Reference of the board’s decision", "Partnership board, minute 11").press("Close the year")
        lead.sees("2024/25 is closed. The partners are told.", "Partnership board, minute 11")
        assert "£41,101.85 Return to the partners" in row_of(lead, "What is left of", S75)
        assert "£5,562.96 Keep as contingency" in row_of(lead, "What is left of", GRANT)


def pay_the_shares(portal: Portal, browser: Browser) -> None:
    """£41,101.85 by £120,000 and £60,000: £27,401.23 to the county council and £13,700.62 to the NHS."""
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as finance:
        finance.follow("Shares to pay back").goto(f"{YEARS}?year={SECOND}").sees("£27,401.23", "£13,700.62", "To be paid")
        open_link(finance, "Pay NHS Kent and Medway").press("Record the payment").sees("Enter the bank reference")
        record_the_payment(finance, "BACS P BACK NHS")
        assert "£13,700.62 Paid back" in row_of(finance, "What goes back", "NHS Kent and Medway")
        finance.goto("/ledger/kent-pilot/").sees("Returned to partners", "BACS P BACK NHS")
        open_link(finance.goto(f"{YEARS}?year={SECOND}"), "Reverse BACS P BACK NHS").sees("A reversal cannot be taken back")
        finance.fill("Reason", "It went to the wrong account.").press("Reverse the payment").sees("Both postings stay in the ledger")
        assert "£13,700.62 To be paid" in row_of(finance, "What goes back", "NHS Kent and Medway")
        record_the_payment(open_link(finance, "Pay NHS Kent and Medway"), "BACS P BACK NHS 2")


def open_link(visit: Visitor, words: str) -> Visitor:
    """The page behind the link with these words."""
    return visit.goto(visit.page.get_by_role("link", name=words).first.get_attribute("href") or "")


def record_the_payment(visit: Visitor, bank_reference: str) -> None:
    today = timezone.localdate()
    for label, value in {"Day": today.day, "Month": today.month, "Year": today.year}.items():
        visit.page.get_by_label(label, exact=True).fill(str(value))
    visit.fill("Bank reference", bank_reference).press("Record the payment").sees("posted to the ledger of the fund", bank_reference)


def test_from_the_accruals_to_the_shares_paid_back(portal: Portal, browser: Browser) -> None:
    prepare_and_accrue(portal, browser)
    confirm_with_the_boards_choice(portal, browser)
    pay_the_shares(portal, browser)
    with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
        partner.goto("/partner/").sees("What goes back to you", "£13,700.62", "BACS P BACK NHS 2")
        partner.goto("/statements/kent-pilot/nhs/").sees("Returned to partners", "£13,700.62")
        partner.goto(f"{YEARS}?year={THIRD}").sees("Outturn of 2025/26")
        assert row_of(partner, "Cash of", S75).startswith(f"{S75} £116,064.81 £180,000.00")
        assert row_of(partner, "Cash of", GRANT).startswith(f"{GRANT} £41,000.00 £80,000.00")
        partner.goto("/fund/kent-pilot/").sees("Carried over")
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as finance:
        finance.follow("Year ends waiting for you").sees("Prepare the end of 2025/26")
    assert "The ledger is whole" in portal.manage("verify_ledger")

"""Money that is pooled already arrives, and money moves between the pots: recorded, refused with the law's reason, moved, read by a partner."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.test_spending import choose_from, fill_today
from tests.journeys.visitor import visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey


def test_pooled_money_arrives_and_moves_between_pots(portal: Portal, browser: Browser) -> None:
    # Given the running fund, of whose money that is pooled already some has arrived,
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as finance:
        finance.goto("/fund/kent-live/").follow("What of it has arrived")
        finance.sees("Money pooled already", "Councils", "£190,000.00", "£95,000.00", "The county’s part of the first half")
        # when the finance officer records what the police pay,
        finance.follow("Record a receipt")
        choose_from(finance, "Source and year", "Police, 2026/27: £30,000.00 to come")
        finance.fill("Amount received", "30,000").fill("Bank reference", "BACS PCC 1")
        fill_today(finance)
        finance.press("Record the receipt").sees("posted to the ledger", "BACS PCC 1")
        # then it stands in the ledger,
        finance.follow("The ledger of the fund").sees("Received of money that is pooled already", "Police, pooled already, 2026/27")
        # and a wrong receipt is reversed in sight of all.
        finance.goto("/pooled-money/kent-live/").follow("reverse PR-").fill("Reason", "It was for another fund").press(
            "Reverse the receipt"
        )
        finance.sees("Both postings stay", "It was for another fund")
        # When money of the community safety partnerships is to go into the section 75 pot, the law refuses it;
        finance.goto("/budget/kent-live/").follow("Transfers between pots").sees("What each pot can spare", "£2,500.00").follow(
            "Move money"
        )
        choose_from(finance, "Financial year", "2026/27")
        choose_from(finance, "From", "Partnership agreement")
        choose_from(finance, "To", "Section 75 agreement")
        finance.fill("Amount", "100").fill("Reason", "The councils’ service needs it").press("Move the money")
        finance.sees("NHS bodies and local authorities may pool money under section 75", "No other money may go into their pot")
        # into the pot of the police it goes.
        choose_from(finance, "To", "Crime and disorder grant")
        finance.press("Move the money").sees("The money is moved and posted to the ledger.", "The councils’ service needs it")
        finance.goto("/budget/kent-live/").sees("From other pots")
        finance.goto("/statements/kent-live/").sees("Moved between pots")
        finance.goto("/year-end/kent-live/?year=2026-27")
        finance.goto("/transfers/kent-live/").follow("reverse PT-").press("Reverse the transfer").sees("There is a problem")
    # A partner reads it all.
    with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
        partner.goto("/transfers/kent-live/").sees("The councils’ service needs it")
        partner.goto("/pooled-money/kent-live/").sees("Community safety partnerships", "£39,000.00")
        assert "BACS CSP" not in partner.words

"""A cost that nobody budgeted: drafted, asked of each partner, answered, received, paid out and reported."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
TITLE = "Safeguarding review of the helpline"


def fill_day(visitor: Visitor, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        visitor.page.get_by_label(label, exact=True).first.fill(str(number))


def test_from_the_draft_to_the_report(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("commissioner", "kcc")) as host:
        host.goto("/calls/").sees("Domestic homicide review", "£20,000.00", "Closed", "Asked")
        host.follow("Draft a call").press("Save the draft").sees("Enter what the cost is", "Enter the amount to share")
        host.fill("What the cost is", TITLE).fill("Amount to share", "6,000")
        host.fill("What the money is for", "Nobody budgeted the review. It costs about £6,000.")
        fill_day(host, 21)
        host.press("Save the draft").sees("Nobody is asked yet", "Health: 7 of 12 parts", "£3,500.00", "£500.00", "Draft")
        host.follow("Ask the partners").sees("What was asked cannot be changed", "Together", "£6,000.00")
        host.press("Ask the partners").sees("The partners are asked", "No answer yet", "£6,000.00 is covered by no partner")
        address = host.path
    with visiting(browser, portal.address, portal.account("funder_approver", "nhs")) as partner:
        partner.sees("Calls waiting for your answer")
        partner.goto(address).follow("Answer this call").sees("Answer this call", "£3,500.00")
        partner.fill("Amount that you accept", "3,000").fill("Reference of the decision", "Finance committee, minute 40")
        partner.press("Continue").sees("why you accept less than is asked")
        partner.fill("Reason", "Our contingency holds no more.").press("Continue").sees("Check your answer", "£3,000.00")
        partner.press("Give this answer").sees("Your answer is recorded", "Finance committee, minute 40", "Accepted £3,000.00")
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as finance:
        finance.goto(address).follow("Record a receipt from NHS").fill("Amount received", "3,000")
        fill_day(finance, 0)
        finance.fill("Bank reference", "BACS NHS CALL 6").press("Record the receipt").sees("posted to the ledger", "£0.00 is still to come")
        finance.follow("Record a payment").fill("Who was paid", "Independent reviewer").fill("Amount paid out", "9,000")
        fill_day(finance, 0)
        finance.fill("Bank reference", "PAY 6").press("Record the payment").sees("£3,000.00 is at hand")
        finance.fill("Amount paid out", "1,250").press("Record the payment")
        finance.sees("posted to the ledger", "£1,250.00", "£1,750.00 is left of what came in", "Independent reviewer")
        finance.follow("The ledger of the fund").sees("Received for one-off calls", "PAY 6")
    with visiting(browser, portal.address, portal.account("commissioner", "kcc")) as host:
        host.goto(address).follow("Close the call").press("Close the call").sees(
            "How the £3,000.00 that no partner covers is met", "Enter how what is not covered is met"
        )
        host.fill("How the £3,000.00", "The council meets the rest from its reserve.").press("Close the call")
        host.sees("The call is closed", "The council meets the rest from its reserve.", "Closed")
    assert "broken" not in portal.manage("verify_ledger")


def test_partners_read_each_others_answers_and_providers_nothing(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("funder_officer", "csp")) as partner:
        partner.goto("/calls/").follow("Domestic homicide review")
        partner.sees("£11,666.67", "£6,666.67", "Regional board, minute 15", "Independent chair", "£7,166.67 is left of what came in")
        path = partner.path
        assert partner.open(f"{path}pay/").status == 403
    with visiting(browser, portal.address, portal.account("data_officer", "weald")) as provider:
        for closed in ("/calls/", path, f"{path}pay/", "/calls/new/kent-live/"):
            assert provider.open(closed).status == 403

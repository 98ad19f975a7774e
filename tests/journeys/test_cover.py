"""A tender whose money is not agreed: its gate says so, two partners let it go on, and one of them takes it back."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey


def test_two_partners_let_a_tender_go_on(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("lead_officer", "kcc")) as lead:
        lead.goto("/fund/kent-live/").sees("How sure each year’s money is", "Committed", "What is missing, on three assumptions")
        lead.goto("/cover/").sees("Signed by two partners", "Outreach in Dover and Thanet")
        lead.page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
        lead.sees("2030/31 (outside the fund)", "Kent Police and Crime Commissioner", "The fund ends with 2029/30")
        lead.goto("/tenders/?state=draft").page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
        lead.follow("Check and publish").sees("is missing")
        lead.page.locator("a[href^='/cover/tender/']").first.click()
        lead.sees("In the way: £321,416.67 in 2027/28", "Asked for by other tenders", "What can be done").follow("Propose an override")
        lead.press("Propose the override").sees("reason")
        lead.fill("Why the tender should go on", "The board accepts the risk until the grant letter.").press("Propose the override")
        lead.sees("Waits for a second signatory", "The board accepts the risk")
        address = lead.path
    with visiting(browser, portal.address, portal.account("funder_approver", "pcc")) as second:
        second.goto(address).follow("Confirm as second signatory").sees("What is missing as it stands now", "The board accepts the risk")
        second.press("Confirm as second signatory").sees("Signed by two partners", "Kent Police and Crime Commissioner")
        second.goto("/cover/").sees("Signed by two partners")
        second.goto(address).follow("Withdraw the override").fill("Reason", "The grant letter has not come.").press("Withdraw the override")
        second.sees("Withdrawn", "The grant letter has not come.")

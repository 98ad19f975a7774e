"""A bank file from the upload to the ledger: columns named once, a preview, the posting by the worker, and money out of suspense."""

import re
import time

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import PATIENCE, Portal

pytestmark = pytest.mark.journey
LINES = [
    "Pooled fund account;;;;",
    "Posted;Who;Details;Bank number;Money in or out",
    "{day};A PARTNER;thanks inv journey 1;JB-0001;£1,000.00",
    "{day};SOMEBODY;=SUM(A1:A9);JB-0002;75.00",
    "{day};BANK;Charges;JB-0003;-12.50",
    "{day};A PARTNER;once more;JB-0001;£1,000.00",
    "31/02/2026;A PARTNER;no such day;JB-0004;5.00",
    "{day};A PARTNER;an exponent;JB-0005;1e3",
]


def hand_over(host: Visitor, button: str, sentence: str) -> None:
    """Give work to the worker, and look again when it is done."""
    host.page.get_by_role("button", name=button).click()
    until(host, sentence)


def until(host: Visitor, sentence: str) -> None:
    """The page renews itself while the worker is at it: wait until it says so and nothing is under way any more."""
    host.page.locator("main").get_by_text(sentence).first.wait_for(timeout=60_000 * PATIENCE)
    host.page.locator(".progress").first.wait_for(state="detached", timeout=60_000 * PATIENCE)
    host.page.wait_for_load_state()
    host.check()


def upload(host: Visitor, content: str, name: str = "journey.csv") -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode("cp1252")}
    host.page.get_by_label("Fund").select_option("kent-live")
    host.page.get_by_label("Bank or ledger export").set_input_files(files=[file])
    with host.page.expect_navigation():
        host.page.get_by_role("button", name="Upload and continue").click()


def test_from_the_upload_to_the_ledger_and_out_of_suspense(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        host.sees("Unmatched money", "£1,500.00")
        host.goto("/instalments/?standing=planned&fund=kent-live")
        host.page.get_by_role("row").filter(has_not_text="NHS").get_by_role("link").first.click()
        due = host.path
        host.follow("Record the invoice").fill("Invoice reference", "INV-JOURNEY-1").press("Record the invoice").sees("Invoiced")

        host.goto("/bank/").sees("kent-live-bank.csv", "Posted", "Money in suspense").follow("kent-live-bank.csv")
        host.sees("invented for the demonstration", "Matched", "Suspense", "Known", "in the ledger already", "left out of the import")
        host.goto("/bank/").follow("Upload a bank file")
        upload(host, "not;a;bank file", "wrong.csv")
        host.sees("There is a problem", "no row")
        day = time.strftime("%d/%m/%Y", time.gmtime(time.time() - 2 * 86400))
        upload(host, "\n".join(LINES).format(day=day))
        host.sees("Which column is which?", "Read the rows").press("Read the rows").sees("Choose the column with the date")
        for label, option in {"Date": 0, "Money in": 4, "Bank reference": 3, "Text (optional)": 2, "Who paid (optional)": 1}.items():
            host.page.get_by_label(label, exact=True).select_option(str(option))
        hand_over(host, "Read the rows", "Nothing is posted yet")
        host.sees("6 rows", "names the invoice INV-JOURNEY-1", "Posted: “31/02/2026” is no date", "“1e3” is not an amount of money")
        host.sees("Row 3 of this file has the same bank reference", "“£1,000.00” was read as £1,000.00.")
        host.page.get_by_role("link", name="4", exact=True).click()
        host.sees("What does this row pay?", "SOMEBODY").press("Save").sees("Row 4 is changed")
        host.follow("Post the rows").sees("Post these rows?", "1 row", "left out", "stays in the ledger")
        hand_over(host, "Post these rows", "Confirmed")
        host.sees("Posted", "Pays IN-")
        host.goto(due).sees("JB-0001", "£1,000.00")

        host.goto("/bank/suspense/kent-live/").sees("2 payments", "SOMEBODY", "UNKNOWN REMITTER", "£1,500.00")
        row = host.page.get_by_role("row").filter(has_text="SOMEBODY")
        row.get_by_role("link").click()
        host.sees("What does this money pay?", "£75.00").press("Assign the money").sees("Choose what it pays")
        host.page.get_by_label("Instalment").select_option(due.strip("/").split("/")[-1])
        host.press("Assign the money").sees("counts as received for the instalment", "Assigned from suspense", "JB-0002")
        host.goto("/bank/suspense/kent-live/").sees("1 payment").follow(re.compile("^clear ")).follow("It went back to the payer")
        host.sees("£1,500.00", "The money went back to the payer").fill("Amount returned", "2,000").press("Record what went back")
        host.sees("There is a problem")

        host.goto("/bank/").follow("Upload a bank file")
        upload(host, "\n".join(LINES).format(day=day))
        until(host, "Nothing is posted yet")
        host.sees("uploaded more than once", "in the ledger already")
        host.follow("Set aside").press("Set this file aside").sees("The file is set aside")
    assert "holds   suspense-explained" in portal.manage("verify_ledger")


def test_no_partner_comes_in(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("funder_officer", "nhs")) as partner:
        for path in ("/bank/", "/bank/upload/", "/bank/suspense/kent-live/"):
            assert partner.open(path).status == 403

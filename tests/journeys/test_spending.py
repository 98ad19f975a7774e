"""Agreed money set aside for an area, its contract committed, and the provider's invoice approved and paid."""

import datetime

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import Visit, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
TODAY = datetime.date.today()
# What the west costs in 2026/27, as the demo's pots bear the other three areas.
POTS = {"Section 75 agreement": "111,466.66", "Crime and disorder grant": "42,733.34", "Partnership agreement": "7,800.00"}


def on_today(visit: Visit) -> None:
    for label, value in {"Day": TODAY.day, "Month": TODAY.month, "Year": TODAY.year}.items():
        visit.fill(label, str(value))


def test_from_agreed_money_to_a_paid_invoice(portal: Portal, browser: Browser) -> None:
    with visiting(browser, portal.address, portal.account("finance", "kcc")) as host:
        host.goto("/budget/kent-live/").sees("Services, West", "Agreed or pooled", "Not set aside", "Paid to providers")
        for pot, amount in POTS.items():
            host.goto("/budget/kent-live/allocate/").choose_from("Line", "Services, West Kent").choose_from("Pot", pot)
            host.choose_from("Financial year", "2026/27").fill("Amount", amount).fill("What it is for, or why it is taken back", "Service of the west")
            host.fill("Decision of the partnership board", "Minute 9").press("Write it down").sees("It is written down")
        host.goto("/budget/kent-live/allocations/").sees("Service of the west", "Minute 9")

"""The second step of signing in, in a real browser: an app's codes, recovery codes, a passkey of a virtual device."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visiting
from tests.running_portal import Portal

pytestmark = pytest.mark.journey
SECOND_STEP = "/account/2fa/"
# Whoever sets up a second step is asked for it from then on: no other journey signs in as these two.
WITH_AN_APP, WITH_A_PASSKEY = ("funder_approver", "probation"), ("board_member", "kcc")


def figures(secret: str) -> str:
    """What the app on a phone would show now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def next_figures(secret: str, used: str) -> str:
    """A code works once: wait until the app shows another one."""
    while (shown := figures(secret)) == used:
        time.sleep(1)
    return shown


def sign_in_to_the_second_step(visitor: Visitor, account: dict[str, str]) -> None:
    visitor.goto("/account/login/")
    visitor.page.get_by_label("E-mail address").fill(account["email"])
    visitor.page.get_by_label("Password", exact=True).fill(account["password"])
    visitor.press("Sign in")


def test_an_app_and_recovery_codes_sign_in_and_each_code_works_once(portal: Portal, browser: Browser) -> None:
    account = portal.account(*WITH_AN_APP)
    with visiting(browser, portal.address, account) as visitor:
        visitor.goto(SECOND_STEP).follow("Set up the app")
        secret = visitor.page.locator(".reference--long").inner_text().strip()
        visitor.fill(re.compile("code|figures", re.IGNORECASE), "000000").press("Switch on").sees("There is a problem")
        first = figures(secret)
        visitor.fill(re.compile("code|figures", re.IGNORECASE), first).press("Switch on")
        visitor.goto(f"{SECOND_STEP}recovery-codes/")
        recovery = visitor.page.locator(".codes .reference").first.inner_text().strip()

    with visiting(browser, portal.address) as visitor:
        sign_in_to_the_second_step(visitor, account)
        visitor.sees("Enter your code")
        visitor.fill(re.compile("code", re.IGNORECASE), first).press("Sign in").sees("There is a problem")
        visitor.fill(re.compile("code", re.IGNORECASE), next_figures(secret, first)).press("Sign in")
        assert visitor.path == "/"

    for works in (True, False):
        with visiting(browser, portal.address) as visitor:
            sign_in_to_the_second_step(visitor, account)
            visitor.fill(re.compile("code", re.IGNORECASE), recovery).press("Sign in")
            assert (visitor.path == "/") is works, visitor.words[:500]

    with visiting(browser, portal.address) as visitor:
        sign_in_to_the_second_step(visitor, account)
        visitor.page.goto(f"{portal.address}/account/")
        assert visitor.path != "/account/", "the password alone must not open a page"


def test_a_passkey_is_added_and_signs_in_alone(portal: Portal, browser: Browser) -> None:
    account = portal.account(*WITH_A_PASSKEY)
    with visiting(browser, portal.address, account) as visitor:
        device = visitor.context.new_cdp_session(visitor.page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        visitor.goto(SECOND_STEP).follow("Add a passkey").fill("Name", "My laptop")
        alone = visitor.page.get_by_role("checkbox")
        if alone.count():
            alone.first.check()
        visitor.page.get_by_role("button", name="Add the passkey").click()
        visitor.page.wait_for_url(lambda url: "/webauthn/add" not in url)
        visitor.check()
        visitor.goto(f"{SECOND_STEP}webauthn/").sees("My laptop", "Signs you in alone")

        visitor.press("Sign out")
        visitor.goto("/account/login/").page.get_by_role("button", name="Sign in with a passkey").click()
        visitor.page.wait_for_url(portal.address + "/")
        visitor.goto("/account/").sees("Board member")

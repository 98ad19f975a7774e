"""Signing in: limits, no telling who has an account, second factor, links to choose a password, safe ways back."""

import base64
import hashlib
import hmac
import re
import struct
import time
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.test import Client

from commissioning import settings as as_written
from commissioning.audit.models import AuditEntry
from commissioning.kernel.models import Job
from commissioning.organisations.models import Person
from commissioning.organisations.roles import Role
from commissioning.tasks import send_password_reset, tell_account_changed
from tests.factories import PASSWORD, make_organisation, make_person, make_seat

pytestmark = pytest.mark.django_db
LOGIN, RESET, TOTP = "/account/login/", "/account/password/reset/", "/account/2fa/totp/activate/"
UNSAFE = [
    "//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "///evil.example",
    "/%09/evil.example",
    " //evil.example",
    "data:text/html,x",
    "http:///evil.example",
]


@pytest.fixture
def officer():
    return make_seat(Role.COMMISSIONER, person=make_person("officer@council.example"))


@pytest.fixture
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return lambda: mail.outbox


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_in(client):
    return client.get("/account/").status_code == 200


def code_for(secret, at=None):
    """The six figures of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def set_up_app(client):
    """Set up an authenticator app; returns its secret."""
    page = client.get(TOTP).content.decode()
    secret = re.search(r"\b[A-Z2-7]{32}\b", page)[0]
    assert client.post(TOTP, {"code": code_for(secret)}).status_code == 302
    return secret


def test_signing_in_gives_a_new_session_and_is_written_down(officer, client):
    client.cookies["session"] = "planted-by-somebody"
    response = sign_in(client, "Officer@Council.example")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session.session_key != "planted-by-somebody"
    assert is_in(client)
    assert AuditEntry.objects.latest("id").verb == "signed in"


def test_signing_out_ends_the_session(officer, client):
    sign_in(client, officer.person.email)
    before = client.cookies["session"].value
    client.post("/account/logout/")
    client.cookies["session"] = before
    assert not is_in(client)
    assert AuditEntry.objects.latest("id").verb == "signed out"


def test_reading_the_sign_out_page_signs_nobody_out(officer, client):
    sign_in(client, officer.person.email)
    client.get("/account/logout/")
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(officer, client):
    def answer(email):
        page = sign_in(client, email, "not the right phrase")
        return page.status_code, re.sub(r'(name="csrfmiddlewaretoken" )?value="[^"]*"', "", page.content.decode())

    assert answer("officer@council.example") == answer("nobody55@council.example")


def test_a_wrong_password_stands_in_the_trail_of_the_organisation(officer, client):
    sign_in(client, officer.person.email, "not the right phrase")
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.organisation, entry.who) == ("was refused", officer.organisation, "Somebody who did not sign in")


def test_ten_wrong_passwords_close_the_door_for_five_minutes(officer, client):
    for _ in range(10):
        assert sign_in(client, officer.person.email, "not the right phrase").status_code == 200
    response = sign_in(client, officer.person.email)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")
    assert not is_in(client)


def test_somebody_else_s_wrong_guesses_do_not_lock_the_person_out_of_their_own_browser(officer, client):
    sign_in(client, officer.person.email)
    client.post("/account/logout/")
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(11):
        sign_in(stranger, officer.person.email, "not the right phrase")
    assert sign_in(client, officer.person.email).status_code == 302


@pytest.mark.parametrize("address", UNSAFE)
def test_the_way_back_stays_in_the_portal(officer, client, address):
    response = client.post(LOGIN, {"login": officer.person.email, "password": PASSWORD, "next": address})
    assert urlsplit(urljoin("http://testserver/", response.headers["Location"])).netloc == "testserver"
    assert "evil" not in response.headers["Location"] or response.headers["Location"].startswith("/%09/")


def test_the_way_back_leads_to_the_page_that_was_asked_for(officer, client):
    asked = client.get("/people/roles/?a=1")
    assert asked.headers["Location"] == "/account/login/?next=/people/roles/%3Fa%3D1"
    assert sign_in(client, officer.person.email, next="/people/roles/?a=1").headers["Location"] == "/people/roles/?a=1"


def test_there_is_no_sign_up(client):
    page = client.get("/account/signup/")
    assert "password" not in page.content.decode().lower() or "invit" in page.content.decode().lower()
    assert client.post("/account/signup/", {"email": "x@example.org", "password1": PASSWORD}).status_code == 405
    assert not Person.objects.exists()


@pytest.mark.parametrize("path", ["/account/email/", "/account/3rdparty/", "/account/password/set/", "/account/login/code/", "/admin/"])
def test_addresses_of_the_library_that_are_not_used_are_not_there(client, path):
    assert client.get(path).status_code == 404


def test_somebody_without_any_role_stays_out(client):
    make_person("ghost@council.example")
    assert sign_in(client, "ghost@council.example").headers["Location"] == "/account/inactive/"
    assert not is_in(client)


def test_demo_accounts_cannot_enter_a_portal_that_is_not_a_demo(client, settings):
    person = make_person("lead-officer@demo.example", is_demo=True)
    make_seat(Role.LEAD_OFFICER, person=person)
    settings.DEMO = False
    sign_in(client, person.email)
    assert not is_in(client)


def test_asking_for_a_password_says_the_same_to_everybody(officer, client):
    known = client.post(RESET, {"email": officer.person.email})
    unknown = client.post(RESET, {"email": "nobody@council.example"})
    assert known.headers["Location"] == unknown.headers["Location"]
    assert [job.arguments["person"] for job in Job.objects.order_by("pk")] == [officer.person.reference, ""]


def test_the_sixth_request_within_a_minute_is_refused(client):
    for number in range(5):
        client.post(RESET, {"email": f"nobody{number}@council.example"})
    response = client.post(RESET, {"email": "nobody9@council.example"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")


def ask_and_open_letter(client, officer, letters):
    client.post(RESET, {"email": officer.person.email})
    send_password_reset(Job.objects.get(name="organisations.send_password_reset").pk)
    return re.search(r"http\S+?(/account/password/reset/key/\S+)", letters()[-1].body)[1]


def test_a_new_password_by_link_ends_sessions_and_works_once(officer, client, client_for, letters):
    theirs = client_for(officer)
    link = ask_and_open_letter(client, officer, letters)
    form = client.get(link).headers["Location"]
    assert client.post(form, {"password1": "a gate of seven oars"}).status_code == 302
    assert not is_in(theirs)
    assert not is_in(client), "the link chooses a password, it signs nobody in"
    assert sign_in(client, officer.person.email, "a gate of seven oars").status_code == 302
    assert "set-password" not in Client().get(link).headers.get("Location", "")
    tell_account_changed(Job.objects.get(name="organisations.tell_account_changed").pk)
    assert "You chose a new password by a link." in letters()[-1].body


def test_the_link_runs_out_after_an_hour(officer, client, letters, time_machine):
    link = ask_and_open_letter(client, officer, letters)
    time_machine.move_to(time.time() + 3700)
    assert "Location" not in client.get(link).headers
    assert as_written.PASSWORD_RESET_TIMEOUT == 3600


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(officer, client_for):
    here, there = client_for(officer), client_for(officer)
    change = {"oldpassword": "not the right phrase", "password1": "a gate of seven oars", "password2": "a gate of seven oars"}
    assert here.post("/account/password/change/", change).status_code == 200
    assert here.post("/account/password/change/", {**change, "oldpassword": PASSWORD}).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_without_a_second_factor_nothing_opens_where_it_is_required(officer, client, settings):
    settings.MFA_REQUIRED = True
    sign_in(client, officer.person.email)
    for path in ("/", "/people/roles/", "/reports/"):
        assert client.get(path).headers["Location"] == TOTP
    assert client.get("/help/").status_code == 200
    set_up_app(client)
    assert client.get("/people/roles/").status_code == 200


def test_an_administrator_needs_a_second_factor_too(client, settings):
    settings.MFA_REQUIRED = True
    administrator = make_seat(Role.ADMINISTRATOR, organisation=make_organisation(is_funder=True))
    sign_in(client, administrator.person.email)
    assert client.get("/people/").headers["Location"] == TOTP


def test_a_code_is_asked_for_and_taken_once(officer, client, time_machine):
    sign_in(client, officer.person.email)
    secret = set_up_app(client)
    client.post("/account/logout/")
    time_machine.move_to(time.time() + 60)
    first, second = Client(), Client()
    for browser in (first, second):
        assert sign_in(browser, officer.person.email).headers["Location"] == "/account/2fa/authenticate/"
        assert not is_in(browser)
    assert first.post("/account/2fa/authenticate/", {"code": code_for(secret)}).status_code == 302
    assert is_in(first)
    assert second.post("/account/2fa/authenticate/", {"code": code_for(secret)}).status_code == 200
    assert not is_in(second)


def test_the_secret_lies_encrypted(officer, client):
    sign_in(client, officer.person.email)
    secret = set_up_app(client)
    stored = [one.data for one in Authenticator.objects.filter(user=officer.person)]
    assert stored
    assert secret not in str(stored)


def test_a_recovery_code_works_once(officer, client):
    sign_in(client, officer.person.email)
    set_up_app(client)
    codes = client.get("/account/2fa/recovery-codes/download/").content.decode().split()
    client.post("/account/logout/")
    for expected in (302, 200):
        browser = Client()
        sign_in(browser, officer.person.email)
        assert browser.post("/account/2fa/authenticate/", {"code": codes[-1]}).status_code == expected


def test_a_new_password_does_not_go_around_the_code(officer, client, letters):
    sign_in(client, officer.person.email)
    set_up_app(client)
    client.post("/account/logout/")
    form = client.get(ask_and_open_letter(client, officer, letters)).headers["Location"]
    client.post(form, {"password1": "a gate of seven oars"})
    assert sign_in(client, officer.person.email, "a gate of seven oars").headers["Location"] == "/account/2fa/authenticate/"


def test_where_it_is_required_the_last_second_factor_stays(officer, client, settings):
    settings.MFA_REQUIRED = True
    sign_in(client, officer.person.email)
    set_up_app(client)
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=officer.person, type="totp").exists()


def test_changing_an_existing_second_factor_asks_again_who_one_is(officer, client):
    sign_in(client, officer.person.email)
    set_up_app(client)
    assert client.get("/account/2fa/totp/deactivate/").headers["Location"].startswith("/account/reauthenticate/")


def test_passwords_are_hashed_by_the_library_s_present_choice(officer):
    assert not hasattr(as_written, "PASSWORD_HASHERS")
    assert PBKDF2PasswordHasher.iterations >= 1_000_000

import json
import logging

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from commissioning.audit.models import AuditEntry
from commissioning.kernel.logs import formatter, request_id
from commissioning.kernel.middleware import FIXED_HEADERS
from commissioning.organisations.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.commissioning.kernel.failing_urls")]
AWAY = "tests.commissioning.kernel.test_middleware.AwayMiddleware"


class AwayMiddleware:
    """A layer in the middle that needs the database and does not get it, as the one of the sessions would."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        raise OperationalError("connection refused")


@pytest.fixture
def browser(caplog):
    caplog.set_level(logging.CRITICAL, "django.request")
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address", ["/away/", "/hidden/"])
def test_a_database_that_is_away_gives_our_own_503(browser, address):
    response = browser.get(address)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "10", "no-store")
    page = response.content.decode()
    assert "Nothing that you saved is lost" in page
    assert response["X-Request-ID"] in page
    assert "connection" not in page
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_any_layer_may_be_the_one_that_fails(browser, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:5], AWAY, *settings.MIDDLEWARE[5:]]
    assert browser.get("/public/").status_code == 503


@pytest.mark.parametrize(("address", "headers"), [("/api/away/", {}), ("/away/", {"Accept": "application/json"})])
def test_scripts_get_json(browser, address, headers):
    response = browser.get(address, headers=headers)
    assert response.status_code == 503
    assert response.json()["reference"] == response["X-Request-ID"]


def test_a_slip_of_ours_is_a_500_with_its_number(browser, caplog):
    response = browser.get("/slip/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert "a slip of ours" not in response.content.decode()


@pytest.mark.parametrize("address", ["/public/", "/away/", "/slip/", "/not-there/"])
def test_every_answer_carries_the_fixed_headers(browser, address):
    response = browser.get(address)
    assert {name: response[name] for name in FIXED_HEADERS} == FIXED_HEADERS
    assert response["X-Request-ID"].startswith("REQ-")


def test_pages_of_somebody_signed_in_are_never_kept(client_for, seat):
    assert client_for(seat(Role.FINANCE)).get("/private/")["Cache-Control"] == "no-store"
    assert client_for(seat(Role.FINANCE)).get("/public/")["Cache-Control"] == "no-store"
    assert "Cache-Control" not in Client().get("/public/").headers


def test_a_body_that_is_too_large_is_turned_away_unread(browser, settings):
    response = browser.generic("POST", "/public/", b"x", headers={"Content-Length": str(settings.UPLOAD_MAX_BYTES * 100)})
    assert response.status_code == 413
    assert "On this page a file may be at most 10 MB. Nothing was saved." in response.content.decode()


def test_a_page_that_takes_larger_files_says_its_own_limit(browser, settings):
    allowed = browser.generic("POST", "/larger/", b"x", headers={"Content-Length": str(60 * 2**20)})
    assert allowed.status_code == 200
    response = browser.generic("POST", "/larger/", b"x", headers={"Content-Length": str(62 * 2**20)})
    assert response.status_code == 413
    assert "On this page a file may be at most 60 MB. Nothing was saved." in response.content.decode()


def test_an_address_that_is_not_there_says_the_usual_limit(browser, settings):
    response = browser.generic("POST", "/not-there/", b"x", headers={"Content-Length": str(62 * 2**20)})
    assert response.status_code == 413
    assert "at most 10 MB" in response.content.decode()


def test_every_request_has_its_own_number(client):
    assert client.get("/public/")["X-Request-ID"] != client.get("/public/")["X-Request-ID"]
    assert request_id() == ""


@pytest.mark.parametrize("said", ["Dover", "a\r\nforged: line", "\x1b[31mred", "{}"])
def test_a_log_line_is_one_json_object_whatever_is_said(said):
    record = logging.LogRecord("portal", logging.WARNING, __file__, 1, "typed: %s", (said,), None)
    line = formatter().format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["event"] == f"typed: {said}"


def test_a_refusal_that_cannot_be_written_down_is_at_least_in_the_log(client_for, seat, monkeypatch, caplog):
    def broken(row):
        raise DatabaseError("disk full")

    client = client_for(seat(Role.FINANCE))
    monkeypatch.setattr("commissioning.audit.actions._write", broken)
    assert client.get("/not-there/").status_code == 404
    assert "A refusal could not be written down: GET /not-there/" in caplog.text


def test_a_refused_page_is_in_the_trail(client_for, seat):
    person = seat(Role.FINANCE)
    client_for(person).get("/not-there/")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_reference, entry.object_label) == ("was refused", "", "GET /not-there/")

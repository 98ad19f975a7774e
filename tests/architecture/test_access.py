"""Every address as every role, by real requests against the demo: who comes in, who does not, and that reading writes nothing."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning.organisations.guards import API_TOKEN, EVERYBODY, SIGNED_IN
from commissioning.organisations.roles import Role
from commissioning.organisations.routes import Route, routes
from tests.architecture.conftest import client_of, demo_seat, read_whole
from tests.architecture.samples import arguments_for
from tests.counting import NOT_COUNTED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
OWN_SESSION = {"django_session", "usersessions_usersession", "portal_cache", "commissioning_auditentry", "commissioning_person"}
WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
MOST_STATEMENTS, MOST_BYTES = 15, 150_000
# allauth's own pages answer 403 or 404 for reasons of their own state, such as a second factor that is not set up.
OF_ALLAUTH = ("account_", "mfa_", "usersessions_")

# Public pages that answer 404 until the visitor brings something along.
NEED_MORE = {"organisations:accept": "an invitation, opened by its link"}


def client_as(role: Role) -> Client:
    return client_of(demo_seat(role))


def allowed(who, role: Role | None) -> bool:
    if who == EVERYBODY:
        return True
    if role is None or who is None or who == API_TOKEN:
        return False
    return who == SIGNED_IN or role in who


def methods(route: Route):
    yield "get", route.guard.get
    yield "post", route.guard.post


def guarded_routes():
    """All but those for machines: the API has its own tests, and /health/ says 503 while no worker runs."""
    return [route for route in routes() if route.guard and API_TOKEN not in (route.guard.get, route.guard.post) and route.name != "health"]


def wrong_answer(status: int, who, may: bool) -> str:
    if who is None:
        return "" if status == 405 else f"{status}, expected 405"
    if may:
        return f"{status}, expected to come in" if status in {403, 405} or status >= 500 else ""
    return "" if status == 403 else f"{status}, expected 403"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_comes_in_where_the_table_says(role):
    client = client_as(role)
    wrong = {}
    for route in guarded_routes():
        if route.name.startswith(OF_ALLAUTH):
            continue
        for method, who in methods(route):
            may = allowed(who, role)
            if may and method == "post":
                client = client_as(role)
            status = getattr(client, method)(route.url()).status_code
            if trouble := wrong_answer(status, who, may):
                wrong[f"{method} {route.name}"] = trouble
    assert wrong == {}


def test_a_visitor_is_led_to_sign_in():
    client, wrong = Client(), {}
    for route in guarded_routes():
        for method, who in methods(route):
            if who in (None, EVERYBODY):
                continue
            response = getattr(client, method)(route.url())
            if response.status_code != 302 or not response.headers["Location"].startswith("/account/login/?next="):
                wrong[f"{method} {route.name}"] = response.status_code
    assert wrong == {}


def test_public_pages_open_without_an_account():
    client, wrong = Client(), {}
    for route in guarded_routes():
        if route.guard.get == EVERYBODY and not route.arguments and route.name not in NEED_MORE:
            status = client.get(route.url()).status_code
            if status not in {200, 302}:
                wrong[route.name] = status
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
def test_reading_changes_nothing_and_costs_little(role):
    """Each page that the role may open, with objects of the demo: no row is written outside session, cache and audit
    trail, no page takes more than 15 statements or 150 kB."""
    seat = demo_seat(role)
    client = client_of(seat)
    client.get("/account/")
    wrong = {}
    for route in guarded_routes():
        if not allowed(route.guard.get, role):
            continue
        for arguments in arguments_for(route, seat):
            address = route.url(**arguments)
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            read_whole(response)
            if trouble := [*troubles(response, [query["sql"] for query in queries.captured_queries])]:
                wrong[address] = trouble
    assert wrong == {}


def troubles(response, statements):
    written = {found[1] for one in statements if (found := WRITING.match(one))} - OWN_SESSION
    counted = [one for one in statements if not one.startswith(NOT_COUNTED)]
    is_page = response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
    if written:
        yield f"writes {sorted(written)}"
    if response.status_code >= 500:
        yield f"answers {response.status_code}"
    if is_page and len(counted) > MOST_STATEMENTS:
        yield f"takes {len(counted)} statements"
    if is_page and len(response.content) > MOST_BYTES:
        yield f"has {len(response.content)} bytes"


def test_every_form_is_refused_without_its_secret_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(demo_seat(Role.COMMISSIONER).person)
    wrong = {}
    for route in guarded_routes():
        if route.guard.post is None:
            continue
        status = client.post(route.url(), {"csrfmiddlewaretoken": "x" * 64}).status_code
        if status != 403:
            wrong[route.name] = status
    assert wrong == {}

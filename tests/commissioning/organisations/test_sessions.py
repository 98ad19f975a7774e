"""Sessions: they end when idle, after twelve hours, and at once for a leaver; the seat is chosen in a new session key."""

import pytest
from django.utils import timezone

from commissioning.organisations import sessions
from commissioning.organisations.roles import Role
from commissioning.templatetags.portal import browser
from tests.factories import make_organisation, make_seat

SWITCH = "/people/switch/"


EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"


@pytest.mark.parametrize(
    ("said", "shown"),
    [(EDGE, "Edge on Windows"), ("", "Not known"), ("<script>alert(1)</script>", "Not known"), ("\x00" * 4000, "Not known")],
)
def test_a_browser_is_named_in_words(said, shown):
    assert browser(said) == shown


@pytest.fixture
def officer(db):
    return make_seat(Role.COMMISSIONER)


def is_in(client):
    return client.get("/account/sessions/").status_code == 200


def set_back(client, **values):
    session = client.session
    session.update(values)
    session.save()


def test_session_lives_while_it_is_used(officer, client_for):
    client = client_for(officer)
    assert is_in(client)
    assert is_in(client)


def test_session_ends_after_an_idle_hour(officer, client_for):
    client = client_for(officer)
    is_in(client)
    set_back(client, **{sessions.SEEN: client.session[sessions.SEEN] - 3601})
    assert not is_in(client)
    assert not is_in(client)


def test_session_ends_after_twelve_hours_however_busy(officer, client_for):
    client = client_for(officer)
    is_in(client)
    set_back(client, **{sessions.STARTED: client.session[sessions.STARTED] - 12 * 3600 - 1})
    assert not is_in(client)


def test_session_of_a_leaver_ends_at_the_next_request(officer, client_for):
    client = client_for(officer)
    assert is_in(client)
    officer.person.memberships.update(ended_at=timezone.now(), ended_by=officer.person)
    assert not is_in(client)


def test_session_of_a_closed_account_ends_at_the_next_request(officer, client_for):
    client = client_for(officer)
    officer.person.is_active = False
    officer.person.save()
    assert not is_in(client)


def test_a_new_generation_ends_every_session(officer, client_for):
    one, other = client_for(officer), client_for(officer)
    officer.person.session_generation += 1
    officer.person.save()
    assert not is_in(one)
    assert not is_in(other)


def test_switching_gives_the_other_roles_and_a_new_session_key(officer, client_for):
    other = make_seat(Role.EVALUATOR, organisation=make_organisation(), person=officer.person)
    client = client_for(officer)
    before = client.session.session_key
    response = client.post(SWITCH, {"organisation": other.organisation.code})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session.session_key != before
    assert client.session["organisation"] == other.organisation.code
    assert is_in(client)


def test_switching_to_a_strange_organisation_is_the_same_as_to_none(officer, client_for):
    strange, none = make_organisation().code, "no-such-code"
    client = client_for(officer)
    assert client.post(SWITCH, {"organisation": strange}).status_code == 404
    assert client.post(SWITCH, {"organisation": none}).status_code == 404


def test_switching_by_link_is_not_possible(officer, client_for):
    response = client_for(officer).get(SWITCH)
    assert (response.status_code, response.headers["Allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize("method", ["put", "delete", "trace", "patch"])
def test_other_methods_are_refused(officer, client_for, method):
    assert getattr(client_for(officer), method)(SWITCH).status_code == 405

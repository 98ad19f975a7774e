"""What was typed when the session had ended comes back to the same person, and to nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from commissioning.organisations import sessions
from commissioning.organisations.roles import Role
from tests.factories import PASSWORD, make_seat

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.commissioning.organisations.pages_for_tests")]
NOTE = "/test/note/"
GRAVE = "/test/grave/"
LONG = {"note": "Seen on the ward & <checked>"}
SHORT = {"note": "Oh"}


def sign_in(client, person, **more):
    return client.post(f"/account/login/?next={more.get('to', '/')}", {"login": person.email, "password": PASSWORD})


@pytest.fixture
def officer():
    return make_seat(Role.COMMISSIONER)


@pytest.fixture
def ended(officer):
    """A browser in which the officer had signed in, and whose session is over."""
    client = Client()
    sign_in(client, officer.person)
    session = client.session
    session[sessions.SEEN] = session.get(sessions.SEEN, 0) - 7200
    session.save()
    return client


def job_title(seat):
    seat.person.refresh_from_db()
    return seat.person.job_title


def test_the_form_leads_to_sign_in_and_back(ended):
    response = ended.post(NOTE, LONG)
    assert (response.status_code, response.headers["Location"]) == (302, f"/account/login/?next={NOTE}")


def test_what_was_typed_comes_back_and_is_not_sent(ended, officer):
    ended.post(NOTE, LONG)
    assert sign_in(ended, officer.person, to=NOTE).headers["Location"] == NOTE
    page = ended.get(NOTE).content.decode()
    assert "Seen on the ward &amp; &lt;checked&gt;" in page
    assert "What you typed was kept" in page
    assert job_title(officer) == "Officer"


def test_going_on_sends_it_once(ended, officer):
    ended.post(NOTE, LONG)
    sign_in(ended, officer.person, to=NOTE)
    ended.get(NOTE)
    assert ended.post(NOTE, LONG).status_code == 302
    assert job_title(officer) == LONG["note"]
    assert "Seen on" not in ended.get(NOTE).content.decode()


def test_a_form_that_is_not_ready_comes_back_filled_in_its_own_page(ended, officer):
    ended.post(NOTE, SHORT)
    sign_in(ended, officer.person, to=NOTE)
    page = ended.get(NOTE).content.decode()
    assert 'value="Oh"' in page
    assert "What you typed was kept" not in page


def test_another_person_sees_nothing_of_it(ended):
    other = make_seat(Role.COMMISSIONER)
    ended.post(NOTE, SHORT)
    sign_in(ended, other.person, to=NOTE)
    assert "Oh" not in ended.get(NOTE).content.decode()
    assert "kept_form" not in ended.session


def test_it_is_forgotten_after_an_hour(ended, officer, time_machine):
    ended.post(NOTE, SHORT)
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=3605))
    sign_in(ended, officer.person, to=NOTE)
    assert "Oh" not in ended.get(NOTE).content.decode()


def test_it_lies_encrypted_in_the_database(ended):
    ended.post(NOTE, LONG)
    assert "ward" not in str(dict(ended.session.items()))


@pytest.mark.parametrize("secret", [{"password": "a secret phrase"}, {"note": "words", "code": "123456"}])
def test_secrets_are_never_kept(ended, secret):
    ended.post(NOTE, secret)
    assert "kept_form" not in ended.session


def test_a_stranger_without_account_stores_nothing(client):
    client.post(NOTE, LONG)
    assert "kept_form" not in client.session


def test_a_huge_form_is_not_kept(ended):
    ended.post(NOTE, {"note": "x" * 600_000})
    assert "kept_form" not in ended.session


def test_a_grave_act_asks_again_who_one_is_and_keeps_what_was_typed(officer, client_for, time_machine):
    client = client_for(officer)
    assert client.get(GRAVE).status_code == 200
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=16))
    response = client.post(GRAVE, SHORT)
    assert response.headers["Location"] == "/account/reauthenticate/?next=%2Ftest%2Fgrave%2F"
    assert client.post("/account/reauthenticate/?next=/test/grave/", {"password": PASSWORD}).headers["Location"] == GRAVE
    assert 'value="Oh"' in client.get(GRAVE).content.decode()


def test_a_page_from_before_signing_in_again_keeps_what_was_typed(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer.person)
    response = client.post(NOTE, {**LONG, "csrfmiddlewaretoken": "x" * 64}, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    assert "Seen on the ward &amp; &lt;checked&gt;" in response.content.decode()
    assert settings.CSRF_COOKIE_NAME in response.cookies


def test_a_form_from_another_site_gets_nothing_back(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer.person)
    response = client.post(NOTE, LONG, headers={"Origin": "http://elsewhere.example"})
    assert response.status_code == 403
    assert "ward" not in response.content.decode()

"""Invitations: one address, one organisation, once, for 72 hours."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.models import Job
from commissioning.organisations.invitation_tokens import fingerprint, token_of
from commissioning.organisations.models import Invitation, Membership, Person
from commissioning.organisations.roles import Role
from commissioning.tasks import send_invitation
from tests.factories import PASSWORD, make_organisation, make_person, make_seat

pytestmark = pytest.mark.django_db
INVITE = {"email": "New.Person@Example.org", "job_title": "Data officer", "roles": ["data_officer", "bid_manager"]}
ACCEPT = {"job_title": "Head of data", "password": "a gate of seven oars"}


@pytest.fixture
def administrator():
    return make_seat(Role.ADMINISTRATOR, organisation=make_organisation("Harbour Lights", is_provider=True))


@pytest.fixture
def client(administrator, client_for):
    return client_for(administrator)


def invite(client, **changed):
    return client.post(reverse("organisations:invite"), {**INVITE, **changed})


def invitation():
    return Invitation.objects.latest("invited_at")


def link(one=None):
    return reverse("organisations:open_invitation", args=[token_of((one or invitation()).reference)])


def status_of(response):
    return response.status_code, response.headers.get("Location")


def test_inviting_takes_one_form_and_sends_the_letter_later(client, administrator):
    response = invite(client)
    one = invitation()
    assert response.headers["Location"] == reverse("organisations:invited", args=[one.reference])
    assert (one.email, one.organisation, one.invited_by) == ("new.person@example.org", administrator.organisation, administrator.person)
    assert one.expires_on_clock - one.invited_at == timedelta(hours=72)
    assert Job.objects.get(name="organisations.send_invitation").arguments == {"reference": one.reference}


def test_only_a_fingerprint_of_the_secret_is_stored(client):
    invite(client)
    assert invitation().token_hash == fingerprint(token_of(invitation().reference))
    assert len(token_of("any")) * 4 >= 128


def test_the_letter_names_organisation_roles_and_link(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invite(client)
    send_invitation(Job.objects.get(name="organisations.send_invitation").pk)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["new.person@example.org"], "You are invited to the Joint Commissioning Portal")
    assert "Harbour Lights invites you" in letter.body
    assert "as provider bid manager and provider data officer." in letter.body
    assert link() in letter.body


def test_a_newcomer_comes_in_with_a_password_of_their_own(client):
    invite(client)
    theirs = Client()
    assert status_of(theirs.get(link())) == (302, "/people/invitation/")
    assert status_of(theirs.post("/people/invitation/", ACCEPT)) == (302, "/")
    person = Person.objects.get(email="new.person@example.org")
    assert (person.job_title, person.check_password(ACCEPT["password"])) == ("Head of data", True)
    assert set(Membership.objects.filter(person=person).values_list("role", flat=True)) == {"data_officer", "bid_manager"}
    assert theirs.get("/account/").status_code == 200


def test_the_secret_leaves_the_address_at_once(client):
    invite(client)
    theirs = Client()
    theirs.get(link())
    page = theirs.get("/people/invitation/").content.decode()
    assert token_of(invitation().reference) not in page
    assert "new.person@example.org" in page


def test_it_works_once(client):
    invite(client)
    Client().get(link())
    first = Client()
    first.get(link())
    first.post("/people/invitation/", ACCEPT)
    assert Client().get(link()).status_code == 404


def test_two_browsers_with_the_same_link_make_one_account(client):
    invite(client)
    one, other = Client(), Client()
    one.get(link())
    other.get(link())
    assert one.post("/people/invitation/", ACCEPT).status_code == 302
    assert other.post("/people/invitation/", {**ACCEPT, "job_title": "Somebody else"}).status_code == 404
    assert Person.objects.get(email="new.person@example.org").job_title == "Head of data"


def test_run_out_withdrawn_and_unknown_links_get_the_same_answer(client):
    invite(client)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(hours=73), expires_on_clock=timezone.now() - timedelta(hours=1))
    run_out = Client().get(link())
    invite(client)
    client.post(reverse("organisations:withdraw", args=[invitation().reference]))
    withdrawn = Client().get(link())
    unknown = Client().get(reverse("organisations:open_invitation", args=["0" * 64]))
    assert {answer.status_code for answer in (run_out, withdrawn, unknown)} == {404}
    assert run_out.content == withdrawn.content == unknown.content


def test_a_second_invitation_of_the_same_address_replaces_the_first(client):
    invite(client)
    first = invitation()
    invite(client, roles=["certifier"])
    assert Client().get(link(first)).status_code == 404
    assert Client().get(link()).status_code == 302


@pytest.mark.parametrize("password", ["short", "medwaymedway", "harbour lights 22", "new.person@example.org"])
def test_a_weak_password_is_refused_in_words_and_nothing_is_used_up(client, password):
    invite(client)
    theirs = Client()
    theirs.get(link())
    page = theirs.post("/people/invitation/", {**ACCEPT, "password": password}).content.decode()
    assert "There is a problem" in page
    assert not Person.objects.filter(email="new.person@example.org").exists()
    assert theirs.post("/people/invitation/", ACCEPT).status_code == 302


def test_somebody_with_an_account_signs_in_to_join_and_keeps_their_password(client):
    known = make_seat(Role.EVALUATOR, person=make_person("new.person@example.org"))
    invite(client)
    theirs = Client()
    theirs.get(link())
    assert status_of(theirs.post("/people/invitation/", ACCEPT)) == (302, "/account/login/?next=/people/invitation/")
    theirs.post("/account/login/?next=/people/invitation/", {"login": known.person.email, "password": PASSWORD})
    assert "Join Harbour Lights" in theirs.get("/people/invitation/").content.decode()
    assert status_of(theirs.post("/people/invitation/")) == (302, "/")
    known.person.refresh_from_db()
    assert known.person.check_password(PASSWORD)
    assert Membership.objects.current().filter(person=known.person).count() == 3


def test_somebody_else_who_is_signed_in_cannot_take_it(client, client_for):
    invite(client)
    other = client_for(make_seat(Role.EVALUATOR))
    other.get(link())
    assert other.post("/people/invitation/", ACCEPT).status_code == 403
    assert invitation().accepted_at is None


def test_somebody_who_left_comes_back_with_a_new_password(client, administrator):
    gone = make_person("new.person@example.org", is_active=False)
    invite(client)
    theirs = Client()
    theirs.get(link())
    assert theirs.post("/people/invitation/", ACCEPT).status_code == 302
    gone.refresh_from_db()
    assert (gone.is_active, gone.check_password(PASSWORD)) == (True, False)


def test_a_role_of_another_kind_cannot_be_invited(client):
    assert "not in the list" in invite(client, roles=["lead_officer"]).content.decode()
    assert not Invitation.objects.exists()


def test_inviting_somebody_to_what_they_have_is_refused(client, administrator):
    text = invite(client, email=administrator.person.email, roles=["administrator"]).content.decode()
    assert "This person already has these roles." in text


def test_the_twenty_first_invitation_within_an_hour_is_refused(client):
    for number in range(20):
        invite(client, email=f"person{number}@elsewhere.example")
    response = invite(client, email="one.more@elsewhere.example")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")


def test_another_organisation_s_invitation_is_not_there(client, client_for):
    invite(client)
    stranger = client_for(make_seat(Role.ADMINISTRATOR))
    for name in ("invited", "withdraw"):
        assert stranger.get(reverse(f"organisations:{name}", args=[invitation().reference])).status_code == 404


def test_the_link_is_shown_in_the_demo_only(client, settings):
    invite(client)
    page = reverse("organisations:invited", args=[invitation().reference])
    assert link() in client.get(page).content.decode()
    settings.DEMO = False
    assert link() not in client.get(page).content.decode()


@pytest.mark.parametrize("name", ["title", "job\r\nBcc: all@example.org", "<script>alert(1)</script>"])
def test_what_is_typed_does_no_harm_in_letter_or_page(client, name, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invite(client, job_title=name)
    page = client.get(reverse("organisations:invited", args=[invitation().reference])).content.decode()
    assert "<script>alert" not in page
    send_invitation(Job.objects.get(name="organisations.send_invitation").pk)
    (letter,) = mail.outbox
    assert (letter.to, letter.bcc) == (["new.person@example.org"], [])
    assert re.search(r"\r|\n", letter.subject) is None

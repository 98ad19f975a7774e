"""The pages of an organisation's administrator: who is here, roles given and ended, leavers, help for the locked out."""

import csv

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from commissioning.audit.models import AuditEntry
from commissioning.kernel.models import Job
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from tests.factories import make_organisation, make_person, make_seat

pytestmark = pytest.mark.django_db
PEOPLE = "/people/"


@pytest.fixture
def charity():
    return make_organisation("Harbour Lights", is_provider=True)


@pytest.fixture
def administrator(charity):
    return make_seat(Role.ADMINISTRATOR, organisation=charity)


@pytest.fixture
def client(administrator, client_for):
    return client_for(administrator)


@pytest.fixture
def officer(charity):
    return make_seat(
        Role.DATA_OFFICER, Role.BID_MANAGER, organisation=charity, person=make_person("oak@example.org", job_title="Oak officer")
    )


def page(name, *arguments):
    return reverse(f"organisations:{name}", args=arguments)


def roles_of(seat):
    return set(Membership.objects.current().filter(person=seat.person, organisation=seat.organisation).values_list("role", flat=True))


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_the_list_shows_people_with_their_roles(client, officer):
    text = client.get(PEOPLE).content.decode()
    assert "oak@example.org" in text
    assert "Provider bid manager, Provider data officer" in text


def test_the_list_is_searched_and_filtered(client, officer):
    make_seat(Role.CERTIFIER, organisation=officer.organisation, person=make_person("elm@example.org", job_title="Elm lead"))
    found = client.get(f"{PEOPLE}?search=ELM").content.decode()
    assert ("elm@example.org" in found, "oak@example.org" in found) == (True, False)
    found = client.get(f"{PEOPLE}?role=data_officer").content.decode()
    assert ("elm@example.org" in found, "oak@example.org" in found) == (False, True)


def test_the_list_goes_away_as_a_file_and_that_is_written_down(client, officer):
    response = client.get(f"{PEOPLE}?format=csv&role=data_officer")
    rows = response.content.decode("utf-8-sig")
    head, *found = csv.reader(rows.splitlines())
    assert head == ["Job title", "E-mail address", "Roles", "Last signed in", "Second factor"]
    assert [row[1] for row in found] == ["oak@example.org"]
    assert "exported" in verbs()


def test_too_many_files_are_refused(client, officer):
    for _ in range(30):
        client.get(f"{PEOPLE}?format=csv")
    response = client.get(f"{PEOPLE}?format=csv")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")


def test_people_of_another_organisation_are_not_there(client):
    stranger = make_seat(Role.ADMINISTRATOR)
    assert stranger.person.email not in client.get(PEOPLE).content.decode()
    strange, none = client.get(page("person", stranger.person.reference)), client.get(page("person", "P-22222222"))
    assert (strange.status_code, none.status_code) == (404, 404)


def test_only_the_administrator_looks_after_people(officer, client_for):
    assert client_for(officer).get(PEOPLE).status_code == 403


def test_a_role_is_given(client, officer):
    response = client.post(page("give_roles", officer.person.reference), {"roles": ["certifier"]})
    assert response.status_code == 302
    assert roles_of(officer) == {"data_officer", "bid_manager", "certifier"}
    assert verbs() == ["gave a role"]


def test_a_role_of_another_kind_of_organisation_is_refused(client, officer):
    text = client.post(page("give_roles", officer.person.reference), {"roles": ["funder_approver"]}).content.decode()
    assert "not in the list" in text
    assert roles_of(officer) == {"data_officer", "bid_manager"}


def test_ending_a_role_keeps_the_others_and_ends_the_sessions(client, officer, client_for):
    theirs = client_for(officer)
    membership = Membership.objects.get(person=officer.person, role="bid_manager")
    client.post(page("end_role", membership.reference))
    assert roles_of(officer) == {"data_officer"}
    assert theirs.get("/account/").status_code == 302
    assert Membership.objects.get(pk=membership.pk).ended_by.pk == int(client.session["_auth_user_id"])


def test_a_leaver_is_out_in_two_pages_from_the_list(client, officer, client_for):
    theirs = client_for(officer)
    remove = page("remove", officer.person.reference)
    assert remove in client.get(PEOPLE).content.decode()
    assert client.get(remove).status_code == 200
    assert client.post(remove).headers["Location"] == PEOPLE
    assert theirs.get("/account/").status_code == 302
    officer.person.refresh_from_db()
    assert (roles_of(officer), officer.person.is_active) == (set(), False)
    assert verbs() == ["ended a role", "ended a role", "closed the account of"]
    assert "oak@example.org" in client.get(f"{PEOPLE}?show=left").content.decode()


def test_a_leaver_with_another_organisation_keeps_that_one(client, officer):
    elsewhere = make_seat(Role.EVALUATOR, person=officer.person)
    client.post(page("remove", officer.person.reference))
    officer.person.refresh_from_db()
    assert (roles_of(officer), roles_of(elsewhere), officer.person.is_active) == (set(), {"evaluator"}, True)


def test_the_only_administrator_stays(client, administrator):
    text = client.post(page("remove", administrator.person.reference)).content.decode()
    assert "This is the only administrator of Harbour Lights." in text
    assert roles_of(administrator) == {"administrator"}


def test_signing_somebody_out_everywhere(client, officer, client_for):
    theirs = client_for(officer)
    client.post(page("end_sessions", officer.person.reference))
    assert theirs.get("/account/").status_code == 302
    assert roles_of(officer) == {"data_officer", "bid_manager"}


def test_a_new_password_is_sent_as_a_link_and_never_set(client, officer):
    before = officer.person.password
    client.post(page("send_password_reset", officer.person.reference), {"password": "set by somebody else"})
    officer.person.refresh_from_db()
    assert officer.person.password == before
    job = Job.objects.get(name="organisations.send_password_reset")
    assert job.arguments == {"person": officer.person.reference}


def test_a_lost_second_factor_is_removed_and_the_person_told(client, officer):
    Authenticator.objects.create(user=officer.person, type="totp", data={})
    client.post(page("remove_second_factor", officer.person.reference))
    assert not Authenticator.objects.filter(user=officer.person).exists()
    assert Job.objects.filter(name="organisations.tell_account_changed").count() == 1
    assert verbs() == ["removed the second factor of"]


@pytest.mark.parametrize("field", ["organisation", "is_staff", "is_superuser", "person", "given_by", "id"])
def test_extra_fields_change_nothing(client, officer, field):
    strange = make_organisation()
    client.post(page("give_roles", officer.person.reference), {"roles": ["certifier"], field: str(strange.pk)})
    officer.person.refresh_from_db()
    assert (officer.person.is_superuser, strange.memberships.count()) == (False, 0)

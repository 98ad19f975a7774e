"""The demo's cast: who is there, that it loads once, and that the command prints accounts that can sign in."""

import json
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from commissioning.organisations import demo
from commissioning.organisations.models import Membership, Organisation, Person
from commissioning.organisations.roles import EXPLAINED, Role


@pytest.fixture
def loaded(db):
    return demo.load()


def printed_accounts():
    out = StringIO()
    call_command("demo_accounts", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_load_twice_changes_nothing(loaded):
    before = (Organisation.objects.count(), Person.objects.count(), Membership.objects.count())
    assert demo.load() == loaded
    assert (Organisation.objects.count(), Person.objects.count(), Membership.objects.count()) == before


def test_command_prints_each_account_once_with_a_password_that_works(loaded):
    accounts = printed_accounts()
    emails = [one["email"] for one in accounts]
    assert len(emails) == len(set(emails)) == Person.objects.count()
    assert {one["role"] for one in accounts} == {role.value for role in Role}
    assert Person.objects.get(email="lead-officer@kcc.example").check_password(accounts[0]["password"])


def test_joint_officer_sits_in_two_organisations(loaded):
    joint = next(one for one in printed_accounts() if one["email"] == "joint-officer@kcc.example")
    assert (joint["role"], joint["organisation_code"]) == ("commissioner", "kcc")
    assert joint["also"] == [{"role": "evaluator", "organisation_code": "pcc"}]


def test_every_demo_role_fits_a_kind_of_its_organisation(loaded):
    for membership in Membership.objects.select_related("organisation"):
        side = EXPLAINED[Role(membership.role)].side
        assert side == "any" or getattr(membership.organisation, f"is_{side}"), membership


def test_demo_password_passes_our_own_rules(loaded):
    for person in Person.objects.all():
        validate_password(demo.PASSWORD, person)


def test_command_refuses_outside_a_demo(loaded, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo database"):
        call_command("demo_accounts", "--json")


def test_command_says_what_to_run_when_the_demo_is_not_loaded(db):
    with pytest.raises(CommandError, match="load_kent"):
        call_command("demo_accounts")

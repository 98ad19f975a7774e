"""A new organisation with its first administrator, from the command line."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from commissioning.audit.models import AuditEntry
from commissioning.kernel.models import Job
from commissioning.organisations.models import Membership, Organisation, Person
from commissioning.organisations.roles import Role

pytestmark = pytest.mark.django_db
GIVEN = {"code": "kfrs", "name": "Kent Fire and Rescue Service", "kind": ["funder", "provider"], "administrator": "Admin@kfrs.example"}


def add(**changed: Any) -> str:
    said = StringIO()
    call_command("add_organisation", stdout=said, **{**GIVEN, **changed})
    return said.getvalue()


def test_organisation_and_administrator_are_made_and_told_how_to_sign_in() -> None:
    assert add() == (
        "Kent Fire and Rescue Service is added. Admin@kfrs.example administers it, and is told by e-mail how to sign in if new here.\n"
    )
    organisation = Organisation.objects.get(code="kfrs")
    person = Person.objects.get(email="admin@kfrs.example")
    assert organisation.kinds == {"funder", "provider"}
    assert not person.has_usable_password()
    assert list(Membership.objects.values_list("person", "organisation", "role")) == [(person.pk, organisation.pk, Role.ADMINISTRATOR)]
    assert list(Job.objects.values_list("name", "arguments")) == [("organisations.send_password_reset", {"person": person.reference})]


def test_somebody_with_an_account_gets_the_role_and_keeps_the_password() -> None:
    person = Person.objects.create_user("admin@kfrs.example", "a password that stays the same", job_title="Partnership officer")
    add()
    person.refresh_from_db()
    assert person.check_password("a password that stays the same")
    assert person.job_title == "Partnership officer"
    assert Job.objects.count() == 0
    assert person.memberships.get().role == Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": "kfrs"}, "There is already an organisation with the code kfrs or the name Other."),
        ({"code": "other", "name": "KENT FIRE AND RESCUE SERVICE"}, "There is already an organisation with the code other"),
        ({"code": "no good"}, "Enter a valid"),
        ({"code": "other", "administrator": "nobody"}, "Enter a valid email address."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_leaves_nothing(changed: dict[str, Any], sentence: str) -> None:
    add()
    people, entries = Person.objects.count(), AuditEntry.objects.count()
    with pytest.raises(CommandError, match=sentence):
        add(**{"name": "Other", **changed})
    assert (Organisation.objects.count(), Person.objects.count(), AuditEntry.objects.count()) == (1, people, entries)


def test_the_audit_trail_says_that_the_portal_did_it() -> None:
    add()
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["founded", "gave a role"]

"""Rows and columns of the pages about people."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commissioning.kernel.tables import Column, Link, Table
from commissioning.organisations.models import Invitation, Person
from commissioning.organisations.roles import Role

NAME_COLUMNS = (
    Column("title", "Job title", "link"),
    Column("email", "E-mail address"),
    Column("roles", "Roles"),
    Column("seen", "Last signed in", "moment"),
    Column("factor", "Second factor"),
)


def roles_in_words(roles: Iterable[str]) -> str:
    held = set(roles)
    return ", ".join(role.label for role in Role if role in held)


def people_table(people: Iterable[Person], *, with_leaver: bool = False) -> Table:
    """People with their roles; `with_leaver` adds the link that takes somebody out."""
    columns = [*NAME_COLUMNS, *([Column("leave", "Leaver", "link")] if with_leaver else [])]
    return Table(columns, [_person_row(person) for person in people], caption="People")


def _person_row(person: Any) -> dict[str, Any]:
    return {
        "title": Link(person.job_title, reverse("organisations:person", args=[person.reference])),
        "email": person.email,
        "roles": roles_in_words(one.role for one in person.roles_here) or "None any more",
        "seen": person.last_login,
        "factor": "Set up" if person.authenticator_set.all() else "Not yet",
        "leave": Link("Remove", reverse("organisations:remove", args=[person.reference])) if person.roles_here else "",
    }


def invitations_table(invitations: Iterable[Invitation]) -> Table:
    columns = [
        Column("email", "E-mail address", "link"),
        Column("roles", "Roles"),
        Column("by", "Invited by"),
        Column("until", "Can be used until", "moment"),
    ]
    return Table(columns, [_invitation_row(one) for one in invitations], caption="Invitations that wait for an answer")


def _invitation_row(invitation: Invitation) -> dict[str, Any]:
    return {
        "email": Link(invitation.email, reverse("organisations:invited", args=[invitation.reference])),
        "roles": roles_in_words(invitation.roles),
        "by": str(invitation.invited_by),
        "until": invitation.expires_on_clock,
    }


def person_rows(person: Any) -> list[dict[str, Any]]:
    """The summary at the top of a person's page."""
    return [
        {"key": "E-mail address", "value": person.email},
        {"key": "Last signed in", "value": f"{person.last_login:%-d %B %Y}" if person.last_login else "Never"},
        {"key": "Second factor", "value": "Set up" if person.authenticator_set.all() else "Not yet"},
        {"key": "Account", "value": "Open" if person.is_active else "Closed"},
    ]

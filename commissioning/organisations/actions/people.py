"""Roles given and ended, leavers, sessions, and help for somebody who cannot sign in."""

from collections.abc import Collection
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F

from commissioning.audit.actions import record
from commissioning.kernel.background import enqueue
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Membership, Organisation, Person
from commissioning.organisations.queries import seat_of
from commissioning.organisations.roles import Role
from commissioning.organisations.rules import check_roles, check_still_administered
from commissioning.organisations.seat import Seat

FACTOR_REMOVED = "Your organisation's administrator removed your second factor (codes from an app, passkeys)."


@transaction.atomic
def give_roles(*, person: Person, roles: Collection[str], by: Seat) -> None:
    """Give roles in the seat's organisation; those that the person holds already stay.

    :raises RoleRefused: no role, or one that the organisation cannot give.
    """
    assert by.organisation is not None
    check_roles(roles, by.organisation.kinds, str(by.organisation))
    held = set(Membership.objects.current().filter(person=person, organisation=by.organisation).values_list("role", flat=True))
    for role in sorted(set(roles) - held):
        membership = Membership.objects.create(person=person, organisation=by.organisation, role=role, given_by=by.person)
        record(by=by, verb="gave a role", on=membership, after={"person": person.email, "role": role})


@transaction.atomic
def end_role(*, membership: Membership, by: Seat, at: datetime) -> None:
    """End one role; the person's sessions end with it, so that nothing of it lives on. With the last role the account closes.

    :raises RoleRefused: the organisation would be left without an administrator.
    """
    _end([membership], by, at)


@transaction.atomic
def remove(*, person: Person, by: Seat, at: datetime) -> None:
    """A leaver: every role in the seat's organisation ends and every session dies at once.

    :raises RoleRefused: the organisation would be left without an administrator.
    """
    _end(list(Membership.objects.current().filter(person=person, organisation=by.organisation)), by, at)


@transaction.atomic
def end_sessions(*, person: Person, by: Seat) -> None:
    """Sign the person out everywhere, at once."""
    _end_sessions(person)
    record(by=by, verb="ended all sessions of", on=person)


@transaction.atomic
def send_password_reset(*, person: Person, by: Seat) -> None:
    """Send the person a link to choose a new password, and sign them out. Nobody sets a password for somebody else."""
    _end_sessions(person)
    record(by=by, verb="sent a new-password link to", on=person)
    ask_for_password_reset(person=person)


def ask_for_password_reset(*, person: Person | None) -> None:
    """Have the link written and sent by the worker. Without a person the same is written and nothing sent, so that the
    time it takes says nothing about which addresses have an account."""
    reference = person.reference if person else ""
    enqueue("organisations.send_password_reset", key=f"password-reset:{reference}", by=None, person=reference)


@transaction.atomic
def remove_second_factor(*, person: Person, by: Seat) -> None:
    """For somebody who lost telephone and recovery codes: the second factor goes, sessions end, the person is told."""
    removed = Authenticator.objects.filter(user=person).delete()[0]
    _end_sessions(person)
    record(by=by, verb="removed the second factor of", on=person, before={"factors": removed})
    _tell(person, FACTOR_REMOVED)


@transaction.atomic
def tell_account_changed(*, person: Person, change: str) -> None:
    """Write down that somebody changed how they sign in, and tell them, in case it was not they.

    :param change: after "You": "changed the password".
    """
    record(by=seat_of(person), verb=change, on=person)
    _tell(person, f"You {change}.")


def _tell(person: Person, what: str) -> None:
    enqueue("organisations.tell_account_changed", key=f"account-changed:{new_reference('N')}", by=None, person=person.reference, what=what)


def _end(memberships: list[Membership], by: Seat, at: datetime) -> None:
    for membership in memberships:
        # Two administrators who end each other's role at the same moment wait for one another here.
        organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
        standing = Membership.objects.current().filter(organisation=organisation, role=Role.ADMINISTRATOR).count()
        check_still_administered(membership.role, standing, str(organisation))
        ended = Membership.objects.current().filter(pk=membership.pk).update(ended_at=at, ended_by=by.person)
        if ended:
            record(by=by, verb="ended a role", on=membership, before={"person": membership.person.email, "role": membership.role})
    for person in {membership.person for membership in memberships}:
        _end_sessions(person)
        if not Membership.objects.current().filter(person=person).exists():
            Person.objects.filter(pk=person.pk).update(is_active=False)
            record(by=by, verb="closed the account of", on=person)


def _end_sessions(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(session_generation=F("session_generation") + 1)
    for session in UserSession.objects.filter(user=person):
        session.end()

"""Inviting people, and coming in by an invitation."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.background import enqueue
from commissioning.organisations.actions.people import give_roles
from commissioning.organisations.invitation_tokens import fingerprint, token_of
from commissioning.organisations.models import Invitation, Person, invitation_reference
from commissioning.organisations.rules import INVITATION_LASTS, InvitationRefused, InvitationUnusable, check_roles, is_open
from commissioning.organisations.seat import Seat


@transaction.atomic
def invite(*, email: str, job_title: str, roles: Collection[str], by: Seat, at: datetime) -> Invitation:
    """Invite an address to the seat's organisation, for 72 hours. An earlier invitation of the same address ends.

    :raises InvitationRefused: the person already holds all these roles here.
    :raises RoleRefused: no role, or one that the organisation cannot give.
    """
    assert by.organisation is not None
    check_roles(roles, by.organisation.kinds, str(by.organisation))
    held = set(by.organisation.memberships.current().filter(person__email=email).values_list("role", flat=True))
    if set(roles) <= held:
        raise InvitationRefused("This person already has these roles. Find them in the list of people.", field="email")
    for earlier in Invitation.objects.waiting(at).filter(organisation=by.organisation, email=email):
        withdraw(invitation=earlier, by=by, at=at)
    reference = invitation_reference()
    invitation = Invitation.objects.create(
        reference=reference,
        email=email,
        job_title=job_title,
        organisation=by.organisation,
        roles=sorted(roles),
        token_hash=fingerprint(token_of(reference)),
        invited_at=at,
        invited_by=by.actor,
        expires_on_clock=at + INVITATION_LASTS,
    )
    record(by=by, verb="invited", on=invitation, after={"email": email, "roles": invitation.roles})
    enqueue("organisations.send_invitation", key=f"invitation:{reference}", by=by, reference=reference)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Seat, at: datetime) -> None:
    """End an invitation before it is used.

    :raises InvitationUnusable: it was used, withdrawn or has run out already.
    """
    invitation = _locked(invitation, at)
    invitation.withdrawn_at, invitation.withdrawn_by = at, by.person
    invitation.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(by=by, verb="withdrew", on=invitation)


@transaction.atomic
def accept(*, invitation: Invitation, job_title: str, password: str, at: datetime) -> Person:
    """A new person comes in, or somebody who had left comes back, with a password of their own choice.

    :raises InvitationUnusable: it was used, withdrawn or has run out; or the address has an open account, whose person
        signs in and joins instead.
    """
    invitation = _locked(invitation, at)
    person = Person.objects.select_for_update().filter(email=invitation.email).first() or Person(email=invitation.email)
    if person.pk and person.is_active:
        raise InvitationUnusable
    person.job_title, person.is_active = job_title, True
    person.set_password(password)
    person.session_generation += 1
    person.save()
    _take_up(invitation, person, at)
    return person


@transaction.atomic
def join(*, invitation: Invitation, by: Seat, at: datetime) -> None:
    """Somebody with an account takes up an invitation of another organisation.

    :raises InvitationUnusable: as for `accept`, and if it was sent to somebody else's address.
    """
    invitation = _locked(invitation, at)
    if by.person is None or by.person.email != invitation.email:
        raise InvitationUnusable
    _take_up(invitation, by.person, at)


def _take_up(invitation: Invitation, person: Person, at: datetime) -> None:
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    newcomer = Seat(person=person, organisation=invitation.organisation)
    record(by=newcomer, verb="accepted", on=invitation)
    giver = Seat(person=invitation.invited_by, organisation=invitation.organisation)
    give_roles(person=person, roles=invitation.roles, by=giver)


def _locked(invitation: Invitation, at: datetime) -> Invitation:
    fresh = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "invited_by").get(pk=invitation.pk)
    if not is_open(accepted_at=fresh.accepted_at, withdrawn_at=fresh.withdrawn_at, expires=fresh.expires_on_clock, now=at):
        raise InvitationUnusable
    return fresh

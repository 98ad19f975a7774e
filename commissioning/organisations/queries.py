from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from commissioning.organisations.invitation_tokens import fingerprint
from commissioning.organisations.models import Invitation, Membership, Person
from commissioning.organisations.permissions import invitations_visible_to, people_visible_to
from commissioning.organisations.seat import Seat


def seat_of(person: Person, organisation_code: str | None = None) -> Seat:
    """The seat of a person: the organisation that they chose, else the first one by name; none for a leaver.

    :param organisation_code: `Organisation.code` of the choice, as kept in the session; ignored if the person left it.
    """
    roles: dict[str, set[str]] = {}
    organisations = {}
    for membership in Membership.objects.current().filter(person=person).select_related("organisation").order_by("organisation__name"):
        organisations[membership.organisation.code] = membership.organisation
        roles.setdefault(membership.organisation.code, set()).add(membership.role)
    if not organisations:
        return Seat(person=person, organisation=None)
    code = organisation_code if organisation_code in organisations else next(iter(organisations))
    others = tuple(one for other, one in organisations.items() if other != code)
    return Seat(person=person, organisation=organisations[code], roles=frozenset(roles[code]), others=others)


@dataclass(frozen=True)
class DemoAccount:
    """One demo account as scripts read it; `also` holds its further seats as (role, organisation code)."""

    email: str
    role: str
    organisation: str
    organisation_code: str
    also: tuple[tuple[str, str], ...] = ()


def demo_accounts() -> list[DemoAccount]:
    """Every demo account that can sign in, in the order of organisations and roles."""
    found: dict[str, list[Membership]] = {}
    memberships = Membership.objects.current().filter(person__is_demo=True).select_related("person", "organisation").order_by("id")
    for membership in memberships:
        found.setdefault(membership.person.email, []).append(membership)
    return [
        DemoAccount(
            email,
            first.role,
            first.organisation.name,
            first.organisation.code,
            tuple((one.role, one.organisation.code) for one in others),
        )
        for email, (first, *others) in found.items()
    ]


def people_of(seat: Seat, *, search: str = "", role: str = "", left: bool = False) -> QuerySet[Person]:
    """People of the seat's organisation with their roles there as `roles_here`; with `left`, those whose roles have all ended."""
    standing = Membership.objects.filter(organisation=seat.organisation, ended_at=None)
    found = people_visible_to(seat)
    found = found.exclude(memberships__in=standing) if left else found.filter(memberships__in=standing)
    if search:
        found = found.filter(Q(email__icontains=search) | Q(job_title__icontains=search))
    if role:
        found = found.filter(memberships__in=standing.filter(role=role))
    return found.prefetch_related(Prefetch("memberships", standing, to_attr="roles_here"), "authenticator_set").order_by(
        "job_title", "email"
    )


def person_of(seat: Seat, reference: str) -> Person | None:
    """A person of the seat's organisation, with their roles there as `roles_here`."""
    standing = Membership.objects.filter(organisation=seat.organisation, ended_at=None)
    found = people_visible_to(seat).filter(reference=reference)
    return found.prefetch_related(Prefetch("memberships", standing, to_attr="roles_here"), "authenticator_set").first()


def waiting_invitations(seat: Seat, now: datetime) -> QuerySet[Invitation]:
    return invitations_visible_to(seat).filter(pk__in=Invitation.objects.waiting(now)).select_related("invited_by")


def invitation_by_token(token: str, now: datetime) -> Invitation | None:
    """The invitation that a link belongs to, while it may be used."""
    return Invitation.objects.waiting(now).filter(token_hash=fingerprint(token)).first()


def open_invitation(reference: str, now: datetime) -> Invitation | None:
    return Invitation.objects.waiting(now).select_related("organisation").filter(reference=reference).first()


def open_account(email: str) -> Person | None:
    """The person of an address who may sign in now."""
    return Person.objects.filter(email=email, is_active=True).first()


def open_account_of(reference: str) -> Person | None:
    return Person.objects.filter(reference=reference, is_active=True).first()

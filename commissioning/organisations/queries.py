from dataclasses import dataclass

from commissioning.organisations.models import Membership, Person
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

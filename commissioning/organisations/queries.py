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

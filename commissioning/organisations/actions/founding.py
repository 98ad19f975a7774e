"""A new organisation with its first administrator. Whoever runs the server does this; everybody else comes by invitation."""

from collections.abc import Collection

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.organisations.actions.people import ask_for_password_reset, give_roles
from commissioning.organisations.models import Organisation, Person
from commissioning.organisations.roles import Role
from commissioning.organisations.rules import check_founding
from commissioning.organisations.seat import Seat


@transaction.atomic
def found_organisation(*, code: str, name: str, kinds: Collection[str], sector: str, email: str, job_title: str) -> Organisation:
    """Make the organisation, and an account for its administrator, who gets a link to choose a password.

    A person who has an account already becomes administrator of this organisation too, and keeps the password.

    :param kinds: some of commissioner, funder, provider.
    :raises FoundingRefused: no kind, an unknown one, or a code or name that is taken.
    """
    taken = Organisation.objects.filter(code=code).exists() or Organisation.objects.filter(name__iexact=name).exists()
    check_founding(code=code, name=name, kinds=kinds, taken=taken)
    organisation = Organisation.objects.create(code=code, name=name, sector=sector, **{f"is_{kind}": True for kind in kinds})
    by = Seat(person=None, organisation=organisation)
    record(by=by, verb="founded", on=organisation, after={"name": name, "kinds": sorted(kinds)})
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        person = Person.objects.create_user(email, job_title=job_title)
        ask_for_password_reset(person=person)
    give_roles(person=person, roles=[Role.ADMINISTRATOR], by=by)
    return organisation

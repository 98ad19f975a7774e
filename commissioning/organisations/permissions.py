"""Who may look after the people of an organisation: its own administrators, and nobody else."""

from django.db.models import QuerySet

from commissioning.organisations.models import Invitation, Membership, Person
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat


def can_manage_people(seat: Seat) -> bool:
    return seat.has(Role.ADMINISTRATOR)


def people_visible_to(seat: Seat) -> QuerySet[Person]:
    """People who hold or held a role in the seat's organisation, for its administrator; nobody for anybody else."""
    if not can_manage_people(seat):
        return Person.objects.none()
    return Person.objects.filter(memberships__organisation=seat.organisation).distinct()


def memberships_visible_to(seat: Seat) -> QuerySet[Membership]:
    if not can_manage_people(seat):
        return Membership.objects.none()
    return Membership.objects.filter(organisation=seat.organisation)


def invitations_visible_to(seat: Seat) -> QuerySet[Invitation]:
    if not can_manage_people(seat):
        return Invitation.objects.none()
    return Invitation.objects.filter(organisation=seat.organisation)

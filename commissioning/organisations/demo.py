"""The demo's organisations and accounts. Roles serve as names; what the papers do not name is invented and flagged."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from commissioning.organisations.models import Membership, Organisation, Person, Sector
from commissioning.organisations.roles import Role

PASSWORD = "copper lantern under the bridge"  # noqa: S105 (every demo account has it; production never loads the demo)


@dataclass(frozen=True)
class Cast:
    code: str
    name: str
    kinds: str
    sector: str
    illustrative: bool
    roles: tuple[Role, ...]


PROVIDER_ROLES = (Role.BID_MANAGER, Role.DATA_OFFICER, Role.CERTIFIER, Role.ADMINISTRATOR)
FUNDER_ROLES = (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)

CAST = (
    Cast(
        "kcc",
        "Kent County Council",
        "commissioner funder",
        Sector.SOCIAL_SERVICES,
        False,
        (
            Role.LEAD_OFFICER,
            Role.COMMISSIONER,
            Role.FINANCE,
            Role.EVALUATOR,
            Role.ADMINISTRATOR,
            Role.BOARD_MEMBER,
            Role.AUDITOR,
            *FUNDER_ROLES,
        ),
    ),
    Cast(
        "medway",
        "Medway Council",
        "commissioner funder",
        Sector.COUNCILS,
        False,
        (Role.COMMISSIONER, Role.EVALUATOR, *FUNDER_ROLES, Role.ADMINISTRATOR),
    ),
    Cast(
        "pcc",
        "Kent Police and Crime Commissioner",
        "commissioner funder",
        Sector.CRIMINAL_JUSTICE,
        False,
        (Role.LEAD_OFFICER, Role.COMMISSIONER, Role.EVALUATOR, *FUNDER_ROLES, Role.BOARD_MEMBER),
    ),
    Cast("nhs", "NHS Kent and Medway", "funder", Sector.HEALTH, False, (*FUNDER_ROLES, Role.BOARD_MEMBER)),
    Cast("probation", "Probation Service in Kent", "funder", Sector.CRIMINAL_JUSTICE, False, FUNDER_ROLES),
    Cast("csp", "Community Safety Partnerships in Kent", "funder", Sector.COMMUNITY_SAFETY, False, FUNDER_ROLES),
    Cast("centra", "Centra Support", "provider", "", False, PROVIDER_ROLES),
    Cast("weald", "Weald Support", "provider", "", True, PROVIDER_ROLES),
    Cast("stour", "Stour Advocacy", "provider", "", True, PROVIDER_ROLES),
    Cast("ports", "Channel Outreach", "provider", "", True, PROVIDER_ROLES),
)

# One person in two organisations: shows that the seat is chosen, never added up.
JOINT_OFFICER = ("joint-officer@kcc.example", (("kcc", Role.COMMISSIONER), ("pcc", Role.EVALUATOR)))


def email_of(role: Role, code: str) -> str:
    """The address of a demo account: `lead-officer@kcc.example`."""
    return f"{role.value.replace('_', '-')}@{code}.example"


@transaction.atomic
def load() -> str:
    """Make the organisations and accounts that are missing; those that exist stay as they are."""
    organisations = {one.code: _organisation(one) for one in CAST}
    hashed = make_password(PASSWORD)
    for one in CAST:
        for role in one.roles:
            person = _person(email_of(role, one.code), role.label, hashed)
            _membership(person, organisations[one.code], role)
    email, places = JOINT_OFFICER
    joint = _person(email, "Joint officer", hashed)
    for code, role in places:
        _membership(joint, organisations[code], role)
    accounts = Person.objects.filter(is_demo=True).count()
    return f"{len(organisations)} organisations, {accounts} accounts."


def _organisation(cast: Cast) -> Organisation:
    kinds = {f"is_{kind}": True for kind in cast.kinds.split()}
    return Organisation.objects.get_or_create(
        code=cast.code, defaults={"name": cast.name, "sector": cast.sector, "illustrative": cast.illustrative, **kinds}
    )[0]


def _person(email: str, job_title: str, hashed: str) -> Person:
    return Person.objects.get_or_create(email=email, defaults={"job_title": job_title, "password": hashed, "is_demo": True})[0]


def _membership(person: Person, organisation: Organisation, role: Role) -> None:
    if not Membership.objects.filter(person=person, organisation=organisation, role=role).exists():
        Membership.objects.create(person=person, organisation=organisation, role=role)

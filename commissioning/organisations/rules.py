"""What holds for people and roles, whoever asks."""

from collections.abc import Collection
from datetime import datetime, timedelta

from commissioning.kernel.refusals import Refusal
from commissioning.organisations.roles import EXPLAINED, Role

INVITATION_LASTS = timedelta(hours=72)
ORGANISATION_KINDS = {"commissioner", "funder", "provider"}


class InvitationRefused(Refusal):
    pass


class InvitationUnusable(Refusal):
    """The invitation was used, withdrawn or has run out. One sentence for all three: it tells a stranger nothing."""

    def __init__(self) -> None:
        super().__init__("This invitation cannot be used any more. Ask the person who invited you for a new one.")


class RoleRefused(Refusal):
    pass


def roles_for(kinds: Collection[str]) -> list[Role]:
    """The roles that an organisation of these kinds may give: `roles_for({"funder"})`."""
    return [role for role in Role if EXPLAINED[role].side == "any" or EXPLAINED[role].side in kinds]


def check_roles(wanted: Collection[str], kinds: Collection[str], organisation: str) -> None:
    """:raises RoleRefused: no role at all, or one that does not fit what the organisation is."""
    if not wanted:
        raise RoleRefused("Choose at least one role.", field="roles")
    strange = [Role(role).label for role in wanted if role not in roles_for(kinds)]
    if strange:
        raise RoleRefused(
            f"{organisation} cannot give the role {strange[0].lower()}: it is for organisations of another kind.", field="roles"
        )


def check_still_administered(role: str, administrators: int, organisation: str) -> None:
    """:param administrators: how many people hold the role before it ends.

    :raises RoleRefused: nobody would be left to let people in and out.
    """
    if role == Role.ADMINISTRATOR and administrators <= 1:
        raise RoleRefused(f"This is the only administrator of {organisation}. Give the role to somebody else first.")


def is_open(*, accepted_at: datetime | None, withdrawn_at: datetime | None, expires: datetime, now: datetime) -> bool:
    """Whether an invitation may still be used: once, within 72 hours, unless it was withdrawn."""
    return accepted_at is None and withdrawn_at is None and now < expires


class FoundingRefused(Refusal):
    pass


def check_founding(*, code: str, name: str, kinds: Collection[str], taken: bool) -> None:
    """:raises FoundingRefused: no kind, an unknown one, or a code or name that is taken."""
    if not kinds or not set(kinds) <= ORGANISATION_KINDS:
        raise FoundingRefused("An organisation is at least one of commissioner, funder and provider.")
    if taken:
        raise FoundingRefused(f"There is already an organisation with the code {code} or the name {name}.")

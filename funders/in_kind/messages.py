"""Who is told what about gifts in kind. No letter holds a figure: it leads to the page that does."""

from typing import Any

from commissioning.organisations.roles import Role
from funders.contributions.messages import HOST_ROLES, Letter
from funders.contributions.queries import addresses_of
from funders.in_kind.models import Gift


def about_gift(gift: Gift) -> list[Letter]:
    """Something was offered: the partner's approvers have to act."""
    return [Letter(addresses_of(gift.funder, Role.FUNDER_APPROVER), "emails/funders/in_kind_to_agree.txt", _context(gift))]


def about_outcome(gift: Gift) -> list[Letter]:
    """It was agreed or withdrawn: whoever offered it and the host's officers are told."""
    told = {gift.pledged_by.email, *addresses_of(gift.fund.host, *HOST_ROLES)}
    return [Letter(sorted(told), "emails/funders/in_kind_outcome.txt", _context(gift))]


def _context(gift: Gift) -> dict[str, Any]:
    words = {"funder": str(gift.funder), "fund": str(gift.fund), "gift": gift.reference}
    return {**words, "state": gift.get_state_display().lower()}

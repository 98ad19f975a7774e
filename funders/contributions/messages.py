"""Who is told what. Subjects are neutral and no letter holds a figure: it leads to the page that does."""

from dataclasses import dataclass
from typing import Any

from commissioning.organisations.roles import Role
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import addresses_of

HOST_ROLES = (Role.FINANCE, Role.LEAD_OFFICER)


@dataclass(frozen=True)
class Letter:
    """An e-mail to be: `context` holds text only, because it waits in a row until it is sent."""

    to: list[str]
    template: str
    context: dict[str, Any]


def about_pledge(pledge: Pledge) -> list[Letter]:
    """A pledge was made: the partner's approvers have to act, the host's officers may want to know."""
    approvers = addresses_of(pledge.funder, Role.FUNDER_APPROVER)
    return [
        Letter(approvers, "emails/funders/pledge_to_agree.txt", _context(pledge)),
        Letter(_host(pledge, but=approvers), "emails/funders/pledge_made.txt", _context(pledge)),
    ]


def about_indicative(pledge: Pledge) -> list[Letter]:
    """A partner named what it expects to give: the host's officers may want to know."""
    return [Letter(_host(pledge), "emails/funders/indicative_noted.txt", _context(pledge))]


def about_nothing(pledge: Pledge) -> list[Letter]:
    """A partner answered that it gives nothing: its approvers and the host's officers may want to know."""
    told = {*addresses_of(pledge.funder, Role.FUNDER_APPROVER), *_host(pledge)}
    return [Letter(sorted(told), "emails/funders/answered_nothing.txt", _context(pledge))]


def about_step(contribution: Contribution, said: str) -> list[Letter]:
    """A step that others rely on. :param said: what happened, as in "condition met"; never a figure."""
    told = {*addresses_of(contribution.funder, Role.FUNDER_OFFICER, Role.FUNDER_APPROVER), *_host(contribution.pledge)}
    context = {**_context(contribution.pledge, contribution), "said": said}
    return [Letter(sorted(told), "emails/funders/contribution_step.txt", context)]


def about_agreement(pledge: Pledge, *, waits: bool) -> list[Letter]:
    """A pledge was agreed: whoever made it and the host's officers are told. :param waits: for an event, and so stands apart."""
    told = {pledge.pledged_by.email, *_host(pledge)}
    stands = "It waits for an event and stands apart until that has come." if waits else "The fund may rely on it from now on."
    return [Letter(sorted(told), "emails/funders/pledge_agreed.txt", {**_context(pledge), "stands": stands})]


def about_change(contribution: Contribution) -> list[Letter]:
    """The amount of a pledge was changed: the approvers have to look again, the host's officers are told."""
    told = {*addresses_of(contribution.funder, Role.FUNDER_APPROVER), *_host(contribution.pledge)}
    return [Letter(sorted(told), "emails/funders/contribution_changed.txt", _context(contribution.pledge, contribution))]


def about_withdrawal(contribution: Contribution) -> list[Letter]:
    """A contribution was withdrawn: the host's officers and the partner's approvers are told."""
    told = {*addresses_of(contribution.funder, Role.FUNDER_APPROVER), *_host(contribution.pledge)}
    return [Letter(sorted(told), "emails/funders/contribution_withdrawn.txt", _context(contribution.pledge, contribution))]


def _host(pledge: Pledge, but: list[str] | None = None) -> list[str]:
    return [address for address in addresses_of(pledge.fund.host, *HOST_ROLES) if address not in (but or [])]


def _context(pledge: Pledge, contribution: Contribution | None = None) -> dict[str, Any]:
    words = {"funder": str(pledge.funder), "fund": str(pledge.fund), "fund_code": pledge.fund.code, "pledge": pledge.reference}
    return {**words, "contribution": contribution.reference} if contribution else words

"""Roles that explain themselves in words. A person holds each role for one organisation."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices


class Role(TextChoices):
    COMMISSIONER = "commissioner", "Commissioner"
    LEAD_OFFICER = "lead_officer", "Lead officer"
    FINANCE = "finance", "Finance officer"
    FUNDER_OFFICER = "funder_officer", "Funder officer"
    FUNDER_APPROVER = "funder_approver", "Funder approver"
    EVALUATOR = "evaluator", "Evaluator"
    BID_MANAGER = "bid_manager", "Provider bid manager"
    DATA_OFFICER = "data_officer", "Provider data officer"
    CERTIFIER = "certifier", "Provider certifier"
    BOARD_MEMBER = "board_member", "Board member"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Organisation administrator"


@dataclass(frozen=True)
class RoleWords:
    may: str
    may_not: str
    side: str  # which kind of organisation offers the role: commissioner, funder, provider or any


EXPLAINED: dict[Role, RoleWords] = {
    Role.COMMISSIONER: RoleWords(
        "Set up pooled funds, write and publish tenders, open bids with an officer of another partner, manage contracts, query and accept returns, "
        "ask partners of their fund to share a one-off cost, commit contracts and approve providers' invoices.",
        "Read a bid before it is opened, open bids alone, or approve an award that they proposed.",
        "commissioner",
    ),
    Role.LEAD_OFFICER: RoleWords(
        "Everything a commissioner may, and approve awards, sign contracts, publish the performance report, and propose or confirm that a tender goes on "
        "without agreed money.",
        "Approve what they proposed themselves.",
        "commissioner",
    ),
    Role.FINANCE: RoleWords(
        "See the pooled fund. For the host partner: counter-sign contributions, invoice instalments, record or import what arrives, set money "
        "aside and pay approved invoices.",
        "Agree a contribution, record money for one that they agreed themselves, or approve an invoice.",
        "commissioner",
    ),
    Role.FUNDER_OFFICER: RoleWords(
        "Pledge their organisation's contributions, change or withdraw a pledge with a reason.",
        "Agree a pledge: that takes an approver.",
        "funder",
    ),
    Role.FUNDER_APPROVER: RoleWords(
        "Agree their organisation's pledges, so that the fund may rely on them, answer one-off calls, and confirm "
        "another partner's override.",
        "Agree a pledge that they made themselves.",
        "funder",
    ),
    Role.EVALUATOR: RoleWords(
        "Declare interests, then mark opened bids under code names.",
        "See who the bidder is, see another's marks before giving their own, or mark where they have an interest.",
        "any",
    ),
    Role.BID_MANAGER: RoleWords(
        "Write, submit, change and withdraw their organisation's bids until the deadline.",
        "See another organisation's bid.",
        "provider",
    ),
    Role.DATA_OFFICER: RoleWords(
        "Fill in outcome returns, answer queries and send returns for sign-off.",
        "Certify a return that they prepared.",
        "provider",
    ),
    Role.CERTIFIER: RoleWords(
        "Check a prepared return, certify it or hand it back with a reason.",
        "Certify a return that they prepared themselves.",
        "provider",
    ),
    Role.BOARD_MEMBER: RoleWords(
        "Read the performance reports, the fund, the contracts and what was decided.",
        "Change anything.",
        "any",
    ),
    Role.AUDITOR: RoleWords(
        "Read every organisation's audit trail, the fund, contracts and opened tenders.",
        "Change anything, or read a bid before it is opened.",
        "any",
    ),
    Role.ADMINISTRATOR: RoleWords(
        "Invite people to their own organisation, give and end roles, end sessions of a leaver.",
        "Read bids, money or returns by this role alone.",
        "any",
    ),
}

# Roles for which a second factor is required (setting MFA_REQUIRED): those who see bids, money or returns, and those
# who could let such people in.
SENSITIVE: frozenset[Role] = frozenset(Role)


def explained(roles: Iterable[str]) -> list[tuple[Role, RoleWords]]:
    """The roles of a seat with their words, in the order of the list above."""
    return [(role, EXPLAINED[role]) for role in Role if role in roles]

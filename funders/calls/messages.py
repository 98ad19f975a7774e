"""Who is told what about a call. No letter says what it is about or how much: it leads to the page that does."""

from typing import Any

from commissioning.organisations.roles import Role
from funders.calls.models import Call, CallReceipt, CallShare
from funders.contributions.messages import Letter as Letter
from funders.contributions.queries import addresses_of

PARTNER_ROLES = (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)


def about_asking(call: Call) -> list[Letter]:
    """Partners are asked: each approver has to answer, each officer prepares it."""
    return _to_partners(call, "emails/funders/call_asked.txt")


def about_answer(share: CallShare) -> list[Letter]:
    """A partner answered: whoever asked and the host's finance officers are told."""
    call = share.call
    to = {*addresses_of(call.fund.host, Role.FINANCE), *([call.asked_by.email] if call.asked_by else [])}
    return [Letter(sorted(to), "emails/funders/call_answered.txt", {**_context(call), "funder": str(share.funder)})]


def about_closing(call: Call) -> list[Letter]:
    return _to_partners(call, "emails/funders/call_closed.txt")


def about_cancelling(call: Call) -> list[Letter]:
    return _to_partners(call, "emails/funders/call_cancelled.txt")


def about_reminder(share: CallShare) -> list[Letter]:
    return [_to_partner(share, "emails/funders/call_reminder.txt")]


def about_receipt(receipt: CallReceipt) -> list[Letter]:
    to = addresses_of(receipt.funder, Role.FUNDER_OFFICER)
    return [Letter(to, "emails/funders/call_received.txt", {**_context(receipt.call), "funder": str(receipt.funder)})]


def about_reversal(receipt: CallReceipt) -> list[Letter]:
    to = addresses_of(receipt.funder, Role.FUNDER_OFFICER)
    return [Letter(to, "emails/funders/call_receipt_reversed.txt", {**_context(receipt.call), "funder": str(receipt.funder)})]


def _to_partners(call: Call, template: str) -> list[Letter]:
    return [_to_partner(one, template) for one in call.shares.select_related("funder", "call__fund").order_by("number")]


def _to_partner(share: CallShare, template: str) -> Letter:
    return Letter(addresses_of(share.funder, *PARTNER_ROLES), template, {**_context(share.call), "funder": str(share.funder)})


def _context(call: Call) -> dict[str, Any]:
    return {"fund": str(call.fund), "call": call.reference}

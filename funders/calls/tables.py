"""Calls, their shares and their money, as tables and as keys with values."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commissioning.home.registry import Tile
from commissioning.kernel.money import as_pounds
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on
from commissioning.organisations.seat import Seat
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.calls.permissions import can_receive, can_reverse
from funders.calls.queries import OVERDUE, STANDINGS, is_overdue
from funders.calls.rules import Sums, computed
from funders.calls.states import AnswerState, CallState
from funders.ledger.permissions import sees_bank_references
from funders.pool.rules import NOTHING

COLOURS = {OVERDUE: "red", CallState.ASKED: "orange", CallState.CLOSED: "green", CallState.DRAFT: "blue"}
ANSWER_COLOURS = {AnswerState.WAITING: "orange", AnswerState.ACCEPTED: "green", AnswerState.DECLINED: "red"}
COLUMNS = (
    Column("title", "Call", "link"),
    Column("answer_by", "Answer by", "day"),
    Column("amount", "Asked", "money"),
    Column("accepted", "Accepted", "money"),
    Column("received", "Received", "money"),
    Column("paid", "Paid out", "money"),
    Column("state", "How it stands", "tag"),
)
FILE_COLUMNS = (Column("reference", "Reference"), *COLUMNS, Column("fund", "Fund"))
SHARE_COLUMNS = (
    Column("funder", "Partner"),
    Column("computed", "How the share is computed"),
    Column("amount", "Asked", "money"),
    Column("state", "Answer", "tag"),
    Column("accepted", "Accepted", "money"),
    Column("received", "Received", "money"),
    Column("said", "Decision or reason"),
)
PLANNED_COLUMNS = SHARE_COLUMNS[:3]
SHARE_FILE_COLUMNS = (
    Column("reference", "Reference"),
    *SHARE_COLUMNS[:6],
    Column("decision", "Decision"),
    Column("reason", "Reason"),
    Column("answered_at", "Answered", "moment"),
    Column("answered_by", "By"),
)
TO_THE_PENNY = "Shares are computed to the penny and add up to the amount. Pennies that are left over go to the largest remainders, the first listed first."
Row = dict[str, Any]


def state_tag(call: Call, today: datetime.date) -> Tag:
    standing = OVERDUE if is_overdue(call, today) else call.state
    return Tag(STANDINGS[standing], COLOURS.get(standing, "grey"))


def calls_table(rows: Iterable[Call], today: datetime.date, *, columns: tuple[Column, ...] = COLUMNS) -> Table:
    """:param rows: with their sums."""
    return Table(columns, [_call_row(one, today) for one in rows], "One-off calls")


def _call_row(one: Any, today: datetime.date) -> Row:
    return {
        "reference": one.reference,
        "title": Link(one.title, reverse("calls:call", args=[one.reference])),
        "answer_by": one.answer_by,
        "amount": one.amount,
        "accepted": one.accepted,
        "received": one.received,
        "paid": one.paid,
        "state": state_tag(one, today),
        "fund": str(one.fund),
    }


def call_rows(call: Call) -> list[Row]:
    """What the call is, and what has become of it."""
    rows: list[Row] = [
        {"key": "Fund", "value": str(call.fund), "note": f"Held by {call.fund.host}"},
        {"key": "What it is for", "value": call.purpose},
        {"key": "Shared by", "value": call.get_key_display(), "note": call.key_reason},
        {"key": "Answer by", "value": on(call.answer_by)},
    ]
    if call.asked_at:
        rows.append({"key": "Asked", "value": f"{at(call.asked_at)}, by {call.asked_by}"})
    else:
        rows.append({"key": "Drafted", "value": f"{at(call.drafted_at)}, by {call.drafted_by}"})
    if call.closed_at:
        rows.append({"key": "Closed", "value": f"{at(call.closed_at)}, by {call.closed_by}", "note": call.closing_note})
    if call.cancelled_at:
        rows.append({"key": "Cancelled", "value": f"{at(call.cancelled_at)}, by {call.cancelled_by}", "note": call.cancelled_because})
    return rows


def sums_rows(sums: Sums) -> list[Row]:
    """The report of a call: from what was asked to what is left."""
    named = [("Asked", sums.asked), ("Accepted", sums.accepted), ("Covered by no partner", sums.uncovered)]
    named += [("Received", sums.received), ("Still to come", sums.to_come), ("Paid out", sums.paid), ("Left of what came in", sums.left)]
    return [{"key": name, "value": as_pounds(amount)} for name, amount in named]


def sums_tiles(sums: Sums) -> list[Tile]:
    """The same as tiles, for the head of the report."""
    covered = f"{as_pounds(sums.uncovered)} is covered by no partner." if sums.uncovered else "All of it is covered."
    left = f"{as_pounds(sums.left)} is left of what came in."
    return [
        Tile("Asked", as_pounds(sums.asked), "What the partners share."),
        Tile("Accepted", as_pounds(sums.accepted), covered),
        Tile("Received", as_pounds(sums.received), f"{as_pounds(sums.to_come)} is still to come."),
        Tile("Paid out", as_pounds(sums.paid), left),
    ]


def planned_table(shares: Iterable[CallShare]) -> Table:
    """What is going to be asked of whom."""
    rows = [_share_row(one, None) for one in shares]
    total = {"funder": "Together", "computed": "", "amount": sum((row["amount"] for row in rows), NOTHING)}
    return Table(PLANNED_COLUMNS, rows, "What each partner is going to be asked for", total=total, notes=[TO_THE_PENNY])


def shares_table(call: Call, seat: Seat) -> Table:
    """Every partner's share and answer, with what the reader can do."""
    rows = [_share_row(one, seat) for one in call.shares.all()]
    act = [Column("act", "What you can do", "link")] if any(row["act"] for row in rows) else []
    return Table((*SHARE_COLUMNS, *act), rows, "Shares and answers", total=_share_total(rows), notes=[TO_THE_PENNY])


def shares_file(call: Call) -> Table:
    rows = [_share_row(one, None) for one in call.shares.all()]
    return Table(SHARE_FILE_COLUMNS, rows, f"Shares of the call {call.reference}", total=_share_total(rows))


def _share_total(rows: list[Row]) -> Row:
    sums = {name: sum((row[name] or NOTHING for row in rows), NOTHING) for name in ("amount", "accepted", "received")}
    return {"funder": "Together", "computed": "", "said": "", "act": "", **sums}


def _share_row(one: CallShare, seat: Seat | None) -> Row:
    state = AnswerState(one.state)
    return {
        "reference": one.reference,
        "funder": str(one.funder),
        "computed": how(one),
        "amount": one.amount,
        "state": _answer_tag(one, state),
        "accepted": one.accepted_amount,
        "received": getattr(one, "received", NOTHING),
        "said": said(one),
        "decision": one.decision_reference,
        "reason": one.reason,
        "answered_at": one.answered_at,
        "answered_by": str(one.answered_by) if one.answered_by else "",
        "act": _act(one, seat) if seat else "",
    }


def _answer_tag(share: CallShare, state: AnswerState) -> Tag:
    """Less than was asked is no plain yes."""
    if state == AnswerState.ACCEPTED and share.accepted_amount != share.amount:
        return Tag("Accepted in part", "amber")
    return Tag(state.label, ANSWER_COLOURS[state])


def how(share: CallShare) -> str:
    told = {"parts": share.parts, "parts_of": share.parts_of, "members": share.members, "sector_amount": share.sector_amount}
    return computed(sector=share.sector_label, **told)


def said(share: CallShare) -> str:
    """The decision and the reason, as far as there are any."""
    return ". ".join(part for part in (share.decision_reference.rstrip("."), share.reason) if part)


def _act(share: CallShare, seat: Seat) -> Link | str:
    if can_receive(seat, share) and (share.accepted_amount or NOTHING) > share.received:  # type: ignore[attr-defined]
        return Link(f"Record a receipt from {share.funder}", reverse("calls:receive", args=[share.reference]))
    return ""


def receipts_table(call: Call, seat: Seat) -> Table:
    """A partner reads the bank references of its own money alone."""
    sees_all = sees_bank_references(seat, call.host_id)
    rows = [
        {
            "day": one.received_on,
            "who": str(one.funder),
            "amount": one.amount,
            "bank_reference": one.bank_reference if sees_all or seat.is_of(one.funder_id) else "",
            "posting": one.posting.reference,
            "note": _what_became_of(one, one.amount - one.matched_amount),
            "act": _reverse_link(one, seat, "calls:reverse_receipt"),
        }
        for one in call.receipts.all()
    ]
    return _money_table(rows, "Arrived", "Partner", "Received from partners")


def payments_table(call: Call, seat: Seat) -> Table:
    sees_all = sees_bank_references(seat, call.host_id)
    rows = [
        {
            "day": one.paid_on,
            "who": one.payee,
            "amount": one.amount,
            "bank_reference": one.bank_reference if sees_all else "",
            "posting": one.posting.reference,
            "note": _what_became_of(one),
            "act": _reverse_link(one, seat, "calls:reverse_payment"),
        }
        for one in call.payments.all()
    ]
    return _money_table(rows, "Paid", "To", "Paid out")


def _money_table(rows: list[Row], day: str, who: str, caption: str) -> Table:
    act = [Column("act", "Mistake", "link")] if any(row["act"] for row in rows) else []
    columns = (
        Column("day", day, "day"),
        Column("who", who),
        Column("amount", "Amount", "money"),
        Column("bank_reference", "Bank reference"),
        Column("posting", "Posting"),
        Column("note", "What became of it"),
        *act,
    )
    return Table(columns, rows, caption)


def _reverse_link(one: CallReceipt | CallPayment, seat: Seat, name: str) -> Link | str:
    return Link(f"Reverse {one.reference}", reverse(name, args=[one.reference])) if can_reverse(seat, one) else ""


def _what_became_of(one: CallReceipt | CallPayment, over: Any = NOTHING) -> str:
    if one.reversed_at:
        return f"Reversed by {one.reversed_by}, {at(one.reversed_at)}: {one.reversed_because}"
    return f"{as_pounds(over)} of it is in suspense: more than was accepted." if over else f"Recorded by {one.recorded_by}"


def share_rows(share: CallShare) -> list[Row]:
    """A share for whoever answers it or records its money."""
    call = share.call
    rows: list[Row] = [
        {"key": "Partner", "value": str(share.funder)},
        {"key": "Call", "value": call.title, "action_url": reverse("calls:call", args=[call.reference]), "action_label": "Read"},
        {"key": "Asked for", "value": as_pounds(share.amount), "note": f"{how(share)} of {as_pounds(call.amount)}"},
    ]
    if share.accepted_amount is not None:
        rows.append({"key": "Accepted", "value": as_pounds(share.accepted_amount), "note": said(share)})
    return [*rows, {"key": "Answer by", "value": on(call.answer_by)}]


def answer_rows(share: CallShare, *, accepted: Any, decision_reference: str, reason: str) -> list[Row]:
    """An answer to look at once more."""
    word = "Decline: £0.00" if not accepted else as_pounds(accepted)
    rows: list[Row] = [
        {"key": "You are asked for", "value": as_pounds(share.amount)},
        {"key": "You accept", "value": word},
        {"key": "Decision", "value": decision_reference or "None"},
    ]
    return [*rows, {"key": "Reason", "value": reason}] if reason else rows


def money_rows(row: CallReceipt | CallPayment) -> list[Row]:
    """A receipt or a payment that is to be reversed."""
    is_receipt = isinstance(row, CallReceipt)
    who, day = (str(row.funder), row.received_on) if isinstance(row, CallReceipt) else (row.payee, row.paid_on)
    return [
        {"key": "Partner" if is_receipt else "Paid to", "value": who},
        {"key": "Amount", "value": as_pounds(row.amount)},
        {"key": "Arrived" if is_receipt else "Paid", "value": on(day)},
        {"key": "Bank reference", "value": row.bank_reference},
    ]

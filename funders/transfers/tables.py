"""What is free in each pot, and transfers between pots, as tables and as keys with values."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at
from commissioning.organisations.seat import Seat
from funders.transfers.models import PotTransfer
from funders.transfers.permissions import can_decide, can_reverse
from funders.transfers.queries import PotRoom
from funders.transfers.states import TransferState

COLOURS = {
    TransferState.WAITING: "amber",
    TransferState.POSTED: "green",
    TransferState.DROPPED: "grey",
    TransferState.REVERSED: "orange",
}
ROOM_COLUMNS = (
    Column("pot", "Pot"),
    Column("year", "Year"),
    Column("cash", "Received and still there", "money"),
    Column("bound", "Has to stay", "money"),
    Column("free", "Can leave the pot", "money"),
)
COLUMNS = (
    Column("proposed_at", "When", "day"),
    Column("from_pot", "From"),
    Column("to_pot", "To"),
    Column("year", "Year"),
    Column("amount", "Amount", "money"),
    Column("state", "State", "tag"),
    Column("why", "Why"),
)
FILE_COLUMNS = (
    Column("reference", "Reference"),
    *COLUMNS[:6],
    Column("reason", "Reason"),
    Column("decision", "Decision of the board"),
    Column("proposed_by", "Proposed by"),
    Column("confirmed_by", "Confirmed by"),
    Column("posting", "Posting"),
    Column("became", "What became of it"),
)
ROOM_NOTE = (
    "What has to stay is set aside and still to be paid, or was given for some purposes, districts or days only. Nothing that is set aside can leave either, nor what "
    "is kept for contingency."
)
Row = dict[str, Any]


def rooms_table(rooms: Iterable[PotRoom]) -> Table:
    rows = [
        {"pot": one.pot.label, "year": str(one.year), "cash": one.room.cash, "bound": one.room.bound, "free": one.room.free}
        for one in rooms
    ]
    return Table(ROOM_COLUMNS, rows, "What each pot can spare", notes=[ROOM_NOTE])


def transfers_table(transfers: Sequence[PotTransfer], seat: Seat) -> Table:
    rows = [{**_row(one), "act": _act(one, seat)} for one in transfers]
    act = [Column("act", "You can", "link")] if any(row["act"] for row in rows) else []
    return Table((*COLUMNS, *act), rows, "Transfers between pots")


def transfers_file(transfers: Iterable[PotTransfer]) -> Table:
    return Table(FILE_COLUMNS, [_row(one) for one in transfers], "Transfers between pots")


def _row(one: PotTransfer) -> Row:
    decision = f" Decision: {one.decision_reference}." if one.decision_reference else ""
    became = _became(one)
    return {
        "reference": one.reference,
        "proposed_at": one.proposed_at,
        "from_pot": one.get_from_pot_display(),
        "to_pot": one.get_to_pot_display(),
        "year": str(FinancialYear(one.year)),
        "amount": one.amount,
        "state": Tag(one.get_state_display(), COLOURS[TransferState(one.state)]),
        "why": f"{one.reason}{decision}{f' {became}.' if became else ''}",
        "reason": one.reason,
        "decision": one.decision_reference,
        "proposed_by": str(one.proposed_by),
        "confirmed_by": str(one.confirmed_by or ""),
        "posting": one.posting.reference if one.posting else "",
        "became": became,
    }


def _act(one: PotTransfer, seat: Seat) -> Link | str:
    if can_decide(seat, one):
        return Link(f"decide on {one.reference}", reverse("transfers:confirm", args=[one.reference]))
    return Link(f"reverse {one.reference}", reverse("transfers:reverse", args=[one.reference])) if can_reverse(seat, one) else ""


def _became(one: PotTransfer) -> str:
    if one.reversed_at:
        return f"Reversed by {one.reversed_by}, {at(one.reversed_at)}: {one.reversed_because}"
    if one.dropped_at:
        return f"Dropped by {one.dropped_by}, {at(one.dropped_at)}: {one.dropped_because}"
    return ""


def transfer_rows(one: PotTransfer) -> list[Row]:
    return [
        {"key": "Fund", "value": str(one.fund)},
        {"key": "Financial year", "value": str(FinancialYear(one.year))},
        {"key": "From", "value": one.get_from_pot_display()},
        {"key": "To", "value": one.get_to_pot_display()},
        {"key": "Amount", "value": as_pounds(one.amount)},
        {"key": "Reason", "value": one.reason},
        {"key": "Decision of the board", "value": one.decision_reference or "None needed"},
        {"key": "Proposed", "value": f"{at(one.proposed_at)}, by {one.proposed_by}"},
    ]

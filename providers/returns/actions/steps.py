"""What every step of a return shares: the locked row, the move in its life cycle, the record."""

import datetime
from typing import Any

from commissioning.audit.actions import record
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.refusals import StaleEdit
from commissioning.kernel.words import at
from commissioning.organisations.models import Person
from commissioning.organisations.seat import Seat
from providers.returns.models import OutcomeReturn
from providers.returns.rules.checks import ReturnRefused
from providers.returns.states import NEXT, ReturnState

NOT_YOURS = "You cannot take this step for this return, or it has moved on in the meantime. Open it again to see where it stands."


def locked(outcome_return: OutcomeReturn) -> OutcomeReturn:
    """The row as it is now, held until the transaction ends."""
    rows = OutcomeReturn.objects.select_for_update(of=("self",))
    return rows.select_related("contract__area", "period", "provider", "commissioner", "changed_by").get(pk=outcome_return.pk)


def check_allowed(allowed: bool) -> None:
    """:raises ReturnRefused: the seat may not take this step now."""
    if not allowed:
        raise ReturnRefused(NOT_YOURS)


def person_of(seat: Seat) -> Person:
    """:raises ReturnRefused: the portal itself: these steps need a person."""
    if seat.person is None:
        raise ReturnRefused(NOT_YOURS)
    return seat.person


def check_seen(row: OutcomeReturn, seen: int) -> None:
    """:raises StaleEdit: the return changed after the page was read on which somebody decides."""
    if row.version != seen:
        who = row.changed_by or "The portal"
        when = f", {at(row.changed_at)}" if row.changed_at else ""
        raise StaleEdit(f"This return changed after you opened it ({who}{when}). Read it again before you decide.")


def move(row: OutcomeReturn, to: ReturnState, *, verb: str, by: Seat, now: datetime.datetime, reason: str = "", **fields: Any) -> None:
    """Take the return to its next state, with these fields, and write down who did it.

    :raises MoveRefused: the life cycle does not allow it.
    """
    check_move(ReturnState, NEXT, row.state, to)
    before = {"state": row.state}
    row.state = to
    touch(row, by=by, now=now, **fields)
    record(by=by, verb=verb, on=row, before=before, after={"state": to}, reason=reason)


def touch(row: OutcomeReturn, *, by: Seat, now: datetime.datetime, **fields: Any) -> None:
    """Save with a new version number, so that a decision on the old one is refused."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at, row.changed_by = (now, by.person) if by.person else (None, None)
    row.save()

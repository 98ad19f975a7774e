"""The history of a contribution: its own steps, and what slices above this one know of it, in one line of time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import on
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, ContributionEvent
from funders.contributions.permissions import can_add_evidence
from funders.contributions.tables.lists import Row, state_tag

COLUMNS = (
    Column("happened_at", "When", "moment"),
    Column("state", "What became of it", "tag"),
    Column("amount", "Amount", "money"),
    Column("who", "By"),
    Column("reason", "Reason or decision"),
    Column("evidence", "Evidence", "link"),
)


@dataclass(frozen=True)
class Deed:
    """A dated step that a slice above this one knows: a counter-signature, an invoice, a receipt. Pounds; below zero what was undone."""

    happened_at: datetime | None
    tag: Tag
    amount: Decimal
    who: str
    reason: str
    evidence: Link | str = ""


Reader = Callable[[Contribution, Seat], list[Deed]]
_readers: dict[str, Reader] = {}


def register_deeds(name: str, read: Reader) -> None:
    """Let the history of a contribution tell what `read(contribution, seat)` knows of it too."""
    _readers[name] = read


def registered_deeds() -> list[str]:
    """The names of those who tell, for the test that nobody is missing."""
    return sorted(_readers)


def history_table(events: Iterable[ContributionEvent], contribution: Contribution, seat: Seat) -> Table:
    """Everything that happened to it, by the moment."""
    rows = [_event_row(one, seat, contribution.reference) for one in events]
    rows += [vars(one) | {"state": one.tag} for read in _readers.values() for one in read(contribution, seat)]
    return Table(COLUMNS, sorted(rows, key=lambda row: row["happened_at"]), "History")


def _event_row(one: ContributionEvent, seat: Seat, reference: str) -> Row:
    return {
        "happened_at": one.happened_at,
        "state": Tag(one.get_step_display(), "blue") if one.step else state_tag(one.state),
        "amount": one.amount,
        "who": str(one.happened_by or "The calendar"),
        "reason": _reason(one),
        "evidence": _evidence(one, seat, reference),
    }


def _reason(event: ContributionEvent) -> str:
    return f"From {on(event.effective_on)}. {event.reason}".strip() if event.effective_on else event.reason


def _evidence(event: ContributionEvent, seat: Seat, reference: str) -> Link | str:
    found = getattr(event, "evidence", None)
    if found:
        return Link(found.name, reverse("contributions:evidence", args=[found.reference]))
    address = reverse("contributions:add_evidence", args=[reference, event.pk])
    return Link(f"add a file for {event.said.lower()}", address) if can_add_evidence(seat, event) else ""

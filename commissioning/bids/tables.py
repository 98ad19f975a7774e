import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commissioning.bids.models import Bid
from commissioning.bids.queries import LotOfBid, Opportunity, address_of_question
from commissioning.bids.states import BidState
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import plural

COLOURS = {BidState.DRAFT: "amber", BidState.SUBMITTED: "green", BidState.WITHDRAWN: "grey", BidState.OPENED: "blue"}


def state_tag(bid: Bid) -> Tag:
    return Tag(bid.get_state_display(), COLOURS[BidState(bid.state)])


def opportunity_table(found: Iterable[Opportunity]) -> Table:
    columns = (
        Column("title", "Tender", "link"),
        Column("lots", "Lots", "count"),
        Column("year_amount", "A year", "money"),
        Column("deadline", "Deadline", "moment"),
        Column("own", "Your bid", "link"),
    )
    rows = [
        {
            "title": Link(one.tender.title, reverse("publication:tender", args=[one.tender.reference])),
            "lots": one.tender.lot_count,
            "year_amount": one.tender.year_amount,
            "deadline": one.tender.deadline,
            "own": _own(one),
        }
        for one in found
    ]
    return Table(columns, rows, caption="Open for bids")


def _own(one: Opportunity) -> Link:
    if one.bid:
        return Link(f"{one.bid.get_state_display()}: go on", reverse("bids:detail", args=[one.bid.reference]))
    return Link("Start a bid", reverse("bids:start", args=[one.tender.reference]))


def bid_table(bids: Iterable[Bid]) -> Table:
    columns = (
        Column("reference", "Bid", "link"),
        Column("tender", "Tender"),
        Column("state", "State", "tag"),
        Column("deadline", "Deadline", "moment"),
        Column("receipt", "Last receipt"),
        Column("received_at", "Received", "moment"),
    )
    rows = []
    for one in bids:
        last = max(one.submissions.all(), key=lambda each: each.number, default=None)
        rows.append(
            {
                "reference": Link(one.reference, reverse("bids:detail", args=[one.reference])),
                "tender": one.tender.title,
                "state": state_tag(one),
                "deadline": one.tender.deadline,
                "receipt": last.receipt if last else "",
                "received_at": last.received_at if last else None,
            }
        )
    return Table(columns, rows, caption="Your bids")


def tasks_of(bid: Bid, part: LotOfBid, is_open: bool) -> list[dict[str, str]]:
    """The questions of a lot as a task list."""
    tasks = []
    for one in part.questions:
        status, colour = ("Completed", "") if not one.fault else ("Too long", "red") if one.words else ("Not started", "blue")
        url = address_of_question(bid, one) if is_open else ""
        hint = f"{plural(one.words, 'word')} of {one.word_limit}"
        tasks.append({"title": one.title, "url": url, "hint": hint, "status": status, "colour": colour})
    return tasks


def absent_table(caption: str, label: str, found: Iterable[dict[str, Any]]) -> Table:
    columns = (Column("organisation", "Organisation"), Column("at", label, "moment"))
    return Table(columns, [{"organisation": one["organisation"], "at": _moment(one["at"])} for one in found], caption=caption)


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)

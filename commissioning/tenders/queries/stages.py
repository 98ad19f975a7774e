"""Where a tender stands, as readers see it."""

import datetime
from dataclasses import dataclass

from commissioning.audit.models import AuditEntry
from commissioning.kernel import words
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.states import TenderState


@dataclass(frozen=True)
class Stage:
    """A step of the stage bar."""

    title: str
    state: str
    note: str = ""


STAGES = (
    (TenderState.DRAFT, "Drafted"),
    (TenderState.PUBLISHED, "Open for bids"),
    (TenderState.CLOSED, "Bids sealed"),
    (TenderState.OPENED, "Bids opened"),
    (TenderState.MODERATED, "Marks agreed"),
    (TenderState.AWARDED, "Awarded"),
    (TenderState.CONTRACTED, "Contracted"),
)


def effective_state(tender: Tender, now: datetime.datetime) -> TenderState:
    """The state that readers see: a tender whose deadline has passed is closed, even before the clock's job has said so."""
    state = TenderState(tender.state)
    return TenderState.CLOSED if state == TenderState.PUBLISHED and now >= tender.deadline else state


def stages_of(tender: Tender, now: datetime.datetime) -> list[Stage]:
    state = effective_state(tender, now)
    order = [one for one, _ in STAGES]
    if state == TenderState.ABANDONED:
        reached = TenderState.OPENED if tender.opened_at else TenderState.PUBLISHED if tender.published_at else TenderState.DRAFT
        done = [Stage(title, "done") for one, title in STAGES if order.index(one) <= order.index(reached)]
        return [*done, Stage("Abandoned", "stopped", words.short(tender.abandoned_at) if tender.abandoned_at else "")]
    here = order.index(state)
    marks = ["done" if place < here else "now" if place == here else "later" for place in range(len(STAGES))]
    if state == TenderState.CONTRACTED:
        marks[here] = "done"
    return [Stage(title, mark, _note(tender, one)) for (one, title), mark in zip(STAGES, marks, strict=True)]


def _note(tender: Tender, state: TenderState) -> str:
    moments = {TenderState.PUBLISHED: tender.published_at, TenderState.CLOSED: tender.deadline, TenderState.OPENED: tender.opened_at}
    moment = moments.get(state)
    return words.short(moment) if moment and tender.state != TenderState.DRAFT else ""


@dataclass(frozen=True)
class Event:
    """Something that happened to a tender."""

    happened_at: datetime.datetime
    what: str
    who: str = ""
    reason: str = ""


def timeline_of(tender: Tender, seat: Seat, now: datetime.datetime) -> list[Event]:
    """What happened to the tender, newest first: its commissioner also sees its own audit trail of it."""
    events = [*(_trail(tender) if seat.is_of(tender.commissioner_id) else _public_steps(tender))]
    if tender.published_at and now >= tender.deadline and tender.state != TenderState.ABANDONED:
        events.append(Event(tender.deadline, "Closed for bids"))
    if tender.opened_at:
        events.append(Event(tender.opened_at, "Bids opened by two officers"))
    return sorted(events, key=lambda event: event.happened_at, reverse=True)


def _trail(tender: Tender) -> list[Event]:
    entries = AuditEntry.objects.filter(object_type=Tender._meta.verbose_name, object_reference=tender.reference, sealed_by=None)
    told = entries.exclude(verb__startswith="was ").exclude(verb__startswith="opened ").order_by("-id")[:50]
    return [Event(one.happened_at, _sentence(one.verb), one.who.partition(" <")[0], one.reason) for one in told]


def _public_steps(tender: Tender) -> list[Event]:
    moves = [(datetime.datetime.fromisoformat(one["at"]), "Deadline moved", one["reason"]) for one in tender.deadline_moves]
    steps = [(tender.published_at, "Published", ""), (tender.abandoned_at, "Abandoned", tender.abandoned_because), *moves]
    return [Event(moment, what, reason=reason) for moment, what, reason in steps if moment]


def _sentence(verb: str) -> str:
    return f"{verb[:1].upper()}{verb[1:]} this tender"

"""The life of a tender after its draft: published, its deadline moved, closed by the clock, abandoned."""

import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.gates import Blocker, GateShut, hold
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.mail import send_soon
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.seat import Seat
from commissioning.tenders.messages import address_of, bid_managers
from commissioning.tenders.models import Tender
from commissioning.tenders.permissions import can_abandon, can_move_deadline, can_publish
from commissioning.tenders.queries import publish_conditions, with_parts
from commissioning.tenders.rules import PUBLISH_GATE, TenderRefused, check_later_deadline
from commissioning.tenders.states import NEXT, TenderState


@transaction.atomic
def publish(*, tender: Tender, version: int | None, by: Seat, now: datetime.datetime) -> Tender:
    """Show the tender to everybody and let providers bid, if no condition is in the way.

    :raises GateShut: with every unmet condition, this slice's own and those of the upper houses.
    """
    tender = _locked(tender)
    if not can_publish(by, tender):
        raise TenderRefused("This tender is not a draft of your organisation.")
    check_version(tender, version)
    check_move(TenderState, NEXT, tender.state, TenderState.PUBLISHED)
    tender = with_parts(Tender.objects.filter(pk=tender.pk)).get()
    hold(PUBLISH_GATE, tender)
    unmet = [condition for condition in publish_conditions(tender, now) if not condition.is_met]
    if unmet:
        raise GateShut([Blocker(f"{condition.title}: {condition.fault}", condition.url) for condition in unmet])
    tender.state = TenderState.PUBLISHED
    tender.published_at, tender.published_by = now, by.person
    _save(tender, by, now)
    record(by=by, verb="published", on=tender, after={"deadline": tender.deadline})
    _tell(tender, "emails/tender_published.txt", by)
    return tender


@transaction.atomic
def move_deadline(
    *, tender: Tender, version: int | None, deadline: datetime.datetime, reason: str, by: Seat, now: datetime.datetime
) -> Tender:
    """Give all bidders more time, with a reason. Every provider's bid managers are told: nobody knows yet who bids.

    :raises DeadlineRefused: not later, already passed, or wrong by itself.
    """
    tender = _locked(tender)
    if not can_move_deadline(by, tender):
        raise TenderRefused("Only the commissioner moves the deadline of a tender that is open for bids.")
    check_version(tender, version)
    before = tender.deadline
    check_later_deadline(deadline, before=before, now=now, contract_starts_on=tender.contract_starts_on)
    tender.deadline = deadline
    move = {"before": before.isoformat(), "after": deadline.isoformat(), "reason": reason, "at": now.isoformat()}
    tender.deadline_moves = [*tender.deadline_moves, move]
    _save(tender, by, now)
    record(by=by, verb="moved the deadline of", on=tender, before={"deadline": before}, after={"deadline": deadline}, reason=reason)
    _tell(tender, "emails/tender_changed.txt", by)
    return tender


@transaction.atomic
def abandon(*, tender: Tender, reason: str, by: Seat, now: datetime.datetime) -> Tender:
    """Stop the tender for good. Bids that are sealed stay sealed.

    :raises TenderRefused: not this commissioner's, or over already.
    """
    tender = _locked(tender)
    if not can_abandon(by, tender):
        raise TenderRefused("Only its commissioner abandons a tender, and only before awards are approved.")
    check_move(TenderState, NEXT, tender.state, TenderState.ABANDONED)
    before, tender.state = tender.state, TenderState.ABANDONED
    tender.abandoned_at, tender.abandoned_by, tender.abandoned_because = now, by.person, reason
    _save(tender, by, now)
    record(by=by, verb="abandoned", on=tender, before={"state": before}, after={"state": tender.state}, reason=reason)
    if tender.published_at:
        _tell(tender, "emails/tender_changed.txt", by)
    return tender


def close_due(now: datetime.datetime) -> int:
    """Close every tender whose deadline has passed by the database's clock. Returns how many."""
    return sum(close_if_due(tender=tender) for tender in Tender.objects.overdue())


@transaction.atomic
def close_if_due(*, tender: Tender) -> bool:
    """Close this tender if its deadline has passed; the portal does it, whoever asks."""
    due = Tender.objects.overdue().select_for_update(of=("self",)).filter(pk=tender.pk).first()
    if due is None:
        return False
    check_move(TenderState, NEXT, due.state, TenderState.CLOSED)
    due.state = TenderState.CLOSED
    due.save(update_fields=["state"])
    record(by=Seat.system(), verb="closed", on=due, after={"deadline": due.deadline})
    return True


def _locked(tender: Tender) -> Tender:
    return Tender.objects.select_for_update(of=("self",)).select_related("changed_by", "commissioner").get(pk=tender.pk)


def _save(tender: Tender, by: Seat, now: datetime.datetime) -> None:
    mark_changed(tender, by.person, now)
    tender.save()


def _tell(tender: Tender, template: str, by: Seat) -> None:
    send_soon(to=bid_managers(), template=template, context={"address": address_of(tender)}, by=by)

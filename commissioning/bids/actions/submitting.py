"""Submitting and withdrawing, until the deadline by the database's clock."""

import datetime

from django.db import DatabaseError, transaction

from commissioning.audit.actions import record
from commissioning.bids.actions.locking import locked
from commissioning.bids.models import Bid, LateBid, Submission
from commissioning.bids.permissions import is_bidder
from commissioning.bids.queries import WholeBid, database_now, last_submission, whole_bid
from commissioning.bids.rules import BidRefused, TooLate, check_complete, content_hash, content_of
from commissioning.bids.states import NEXT, BidState
from commissioning.kernel.clean import clean_values
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.words import at
from commissioning.organisations.seat import Seat


@transaction.atomic
def submit(*, bid: Bid, by: Seat, now: datetime.datetime) -> Submission:
    """Submit the bid as it is now: a new version that never changes, with its receipt.

    Sent twice, or again without a change, it gives the same receipt. The time of receipt is the database's.

    :raises BidRefused: something is missing; TooLate: at or after the deadline. Nothing is lost then.
    """
    bid = locked(bid, by=by)
    check_move(BidState, NEXT, bid.state, BidState.SUBMITTED)
    whole = whole_bid(bid)
    check_complete(whole.faults)
    content = clean_values(_content(whole))
    sha256, last = content_hash(content), last_submission(bid)
    if last and last.sha256 == sha256 and bid.state == BidState.SUBMITTED:
        return last
    submission = _write(bid, content, sha256, last.number + 1 if last else 1, by)
    bid.state, bid.withdrawn_at, bid.withdrawn_by = BidState.SUBMITTED, None, None
    bid.changed_at, bid.changed_by = now, by.person
    bid.save()
    record(by=by, verb="submitted", on=bid, after={"receipt": submission.receipt, "version": submission.number, "sha256": sha256})
    return submission


def _write(bid: Bid, content: dict[str, object], sha256: str, number: int, by: Seat) -> Submission:
    """The database's own guard has the last word on the deadline, whatever happened since it was checked."""
    sealed = {"bid": bid, "tender": bid.tender, "organisation": bid.organisation}
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                **sealed, number=number, content=content, sha256=sha256, received_at=database_now(), received_by=by.actor
            )
    except DatabaseError as error:
        if "portal_too_late" not in str(error):
            raise
        raise TooLate(f"The deadline {at(bid.tender.deadline)} has passed. The bid was not received.") from None
    submission.refresh_from_db()
    return submission


def _content(whole: WholeBid) -> dict[str, object]:
    questions = {one.number: one.question for one in whole.bid.tender.criteria.all()}
    return content_of(
        bid=whole.bid.reference,
        tender=whole.bid.tender.reference,
        organisation=whole.bid.organisation.name,
        lots=[
            {
                "lot": one.lot.number,
                "area": one.lot.area.name,
                "answers": [
                    {"criterion": each.criterion, "title": each.title, "question": questions[each.criterion], "text": each.text}
                    for each in one.questions
                ],
            }
            for one in whole.lots
        ],
        files=[{"reference": one.reference, "name": one.name, "size": one.size, "sha256": one.sha256} for one in whole.files],
    )


@transaction.atomic
def withdraw(*, bid: Bid, by: Seat, now: datetime.datetime) -> Bid:
    """Take the submitted bid back. It stays as a draft to be submitted again before the deadline.

    :raises BidRefused: not submitted, or not one's own; TooLate: a bid stands once the deadline has passed.
    """
    bid = locked(bid, by=by)
    if bid.state != BidState.SUBMITTED:
        raise BidRefused("Only a submitted bid can be withdrawn.")
    check_move(BidState, NEXT, bid.state, BidState.WITHDRAWN)
    bid.state, bid.withdrawn_at, bid.withdrawn_by = BidState.WITHDRAWN, now, by.person
    bid.save()
    record(by=by, verb="withdrew", on=bid)
    return bid


@transaction.atomic
def note_late(*, bid: Bid, by: Seat) -> None:
    """Write down that a bid came too late: the minutes name the organisation and the time, nothing was received."""
    if not is_bidder(by) or not by.is_of(bid.organisation_id):
        raise BidRefused("This is not a bid of your organisation.")
    moment = database_now()
    _, made = LateBid.objects.get_or_create(
        tender=bid.tender, organisation=bid.organisation, defaults={"attempted_at": moment, "attempted_by": by.actor}
    )
    if made:
        record(by=by, verb="was too late with", on=bid, after={"at": moment})

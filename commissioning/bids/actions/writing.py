"""Writing a bid: lots, answers, documents. Nothing here is seen by anybody but the bidder before the opening."""

import datetime
from collections.abc import Collection

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning.audit.actions import record
from commissioning.bids.actions.locking import check_open, locked
from commissioning.bids.models import Answer, Attachment, Bid, LotOffer
from commissioning.bids.permissions import can_bid
from commissioning.bids.rules import BidRefused, check_room
from commissioning.kernel import uploads
from commissioning.kernel.refusals import StaleEdit
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Criterion, Lot, Tender


@transaction.atomic
def start_bid(*, tender: Tender, lots: Collection[Lot], by: Seat, now: datetime.datetime) -> Bid:
    """Begin the organisation's bid for these lots; if it has one already, that one comes back as it is.

    :raises BidRefused: not a provider's bid manager, or the organisation has a part in the tender; TooLate.
    """
    if not can_bid(by, tender):
        raise BidRefused("Your organisation cannot bid here: it is no provider, or it has a part in this tender.")
    check_open(tender)
    bid, made = Bid.objects.get_or_create(tender=tender, organisation=by.organisation)
    if made:
        _choose(bid, lots)
        mark_changed(bid, by.person, now)
        bid.save()
        record(by=by, verb="started", on=bid, after={"lots": [str(lot) for lot in lots]}, sealed_by=tender)
    return bid


@transaction.atomic
def choose_lots(*, bid: Bid, version: int | None, lots: Collection[Lot], by: Seat, now: datetime.datetime) -> Bid:
    """Bid for these lots. Answers for a lot that is taken back are kept and return with it."""
    bid = locked(bid, by=by)
    check_version(bid, version)
    _choose(bid, lots)
    mark_changed(bid, by.person, now)
    bid.save()
    record(by=by, verb="chose the lots of", on=bid, after={"lots": [str(lot) for lot in lots]})
    return bid


@transaction.atomic
def save_answer(*, bid: Bid, offer: LotOffer, criterion: Criterion, version: int | None, text: str, by: Seat) -> Answer:
    """Save an answer, finished or not. A text over its limit is kept: only submission asks for the limit.

    :param version: of the answer that was read; 0 for one that was not there.
    :raises StaleEdit: a colleague saved another text in between.
    """
    bid = locked(bid, by=by)
    answer = Answer.objects.select_for_update().filter(offer=offer, criterion=criterion).first()
    if (answer.version if answer else 0) != version:
        raise StaleEdit(
            "A colleague saved this answer after you opened the page. Their text is shown below yours: compare, then save again."
        )
    if answer is None:
        return Answer.objects.create(offer=offer, criterion=criterion, text=text, organisation=by.on_behalf_of, tender=bid.tender)
    if answer.text != text:
        answer.text, answer.version = text, answer.version + 1
        answer.save(update_fields=["text", "version"])
    return answer


@transaction.atomic
def copy_answers(*, bid: Bid, source: LotOffer, target: LotOffer, by: Seat) -> int:
    """Copy the answers of one lot to the questions that have none in another. Returns how many."""
    bid = locked(bid, by=by)
    answered = {one.criterion_id: one for one in target.answers.all()}
    copied = 0
    for given in source.answers.exclude(text=""):
        there = answered.get(given.criterion_id)
        if there is None:
            Answer.objects.create(
                offer=target, criterion_id=given.criterion_id, text=given.text, organisation=by.on_behalf_of, tender=bid.tender
            )
        elif not there.text:
            Answer.objects.filter(pk=there.pk).update(text=given.text, version=there.version + 1)
        copied += there is None or not there.text
    record(by=by, verb="copied answers in", on=bid, after={"from": str(source.lot), "to": str(target.lot), "answers": copied})
    return copied


@transaction.atomic
def attach(*, bid: Bid, file: UploadedFile, by: Seat) -> Attachment:
    """Add a document: judged by its content, kept under a random name.

    :raises UploadRefused: not a document that can be kept; BidRefused: no room; TooLate.
    """
    bid = locked(bid, by=by)
    upload = uploads.checked(file)
    kept = list(bid.attachments.filter(kept=True))
    check_room(files=len(kept), used_bytes=sum(one.size for one in kept), adding_bytes=upload.size)
    if twin := next((one for one in kept if one.sha256 == upload.sha256 and one.name == upload.name), None):
        return twin
    attachment = Attachment.objects.create(
        bid=bid,
        tender=bid.tender,
        organisation=by.on_behalf_of,
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        file=uploads.keep(upload, "bids"),
        added_by=by.actor,
    )
    record(by=by, verb="added a document to", on=bid, after={"sha256": upload.sha256})
    return attachment


@transaction.atomic
def take_back(*, attachment: Attachment, by: Seat) -> None:
    """Take a document out of the bid. One that was submitted stays in that submission."""
    bid = locked(attachment.bid, by=by)
    attachment.kept = False
    attachment.save(update_fields=["kept"])
    record(by=by, verb="took a document out of", on=bid, before={"sha256": attachment.sha256})


def _choose(bid: Bid, lots: Collection[Lot]) -> None:
    if not lots:
        raise BidRefused("Choose at least one lot.", field="lots")
    if any(lot.tender_id != bid.tender_id for lot in lots):
        raise BidRefused("Choose lots of this tender.", field="lots")
    chosen = {lot.pk for lot in lots}
    known = {offer.lot_id: offer for offer in bid.offers.all()}
    for lot_id, offer in known.items():
        if offer.chosen != (lot_id in chosen):
            offer.chosen = lot_id in chosen
            offer.save(update_fields=["chosen"])
    LotOffer.objects.bulk_create(
        LotOffer(bid=bid, lot=lot, organisation=bid.organisation, tender=bid.tender) for lot in lots if lot.pk not in known
    )

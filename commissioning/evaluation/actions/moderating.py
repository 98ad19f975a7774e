"""Moderation: the marks stand still, the panel agrees one mark an answer, and each member confirms the record."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.bids.models import LotOffer
from commissioning.evaluation.models import LotModeration, ModeratedMark, RecordConfirmation
from commissioning.evaluation.permissions import MARKING, can_moderate, is_evaluator
from commissioning.evaluation.queries.marking import letter_of
from commissioning.evaluation.queries.moderation import Answered, LotProgress, lot_record, lot_records, offer_record, progress_of
from commissioning.evaluation.queries.panel import Member, is_tied, panel_of, seats_with_people
from commissioning.evaluation.rules import LEAST_EVALUATORS, ModerationRefused, mark_fault, outside_fault, reason_fault
from commissioning.kernel import words
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Lot, Tender
from commissioning.tenders.states import NEXT, TenderState


@dataclass(frozen=True)
class Agreed:
    """What the panel agrees on one criterion. `version` is the one that the page showed, 0 for a first agreement."""

    value: int | None
    reason: str
    outside_reason: str
    version: int


@transaction.atomic
def begin_moderation(*, lot: Lot, without_because: str, by: Seat, now: datetime.datetime) -> LotModeration:
    """Stop the marking of a lot: from here on marks stand still and the panel sees them.

    :param without_because: why it begins although an evaluator who may mark has not given every mark.
    :raises ModerationRefused: not by a moderator, an answer with fewer than two marks, or somebody missing without a reason.
    """
    tender = _moderated_by(lot.tender, by)
    lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    panel = panel_of(tender)
    progress = next(one for one in progress_of(tender, panel) if one.lot.pk == lot.pk)
    if progress.moderation:
        raise ModerationRefused("The moderation of this lot has begun already.")
    if not progress.can_begin:
        raise ModerationRefused(f"Every offer needs the marks of at least {words.number_word(LEAST_EVALUATORS)} evaluators first.")
    missing = not_finished(progress, panel)
    if missing and reason_fault(without_because):
        who = words.join(one.name for one in missing)
        raise ModerationRefused(f"Not all marks are given yet ({who}). Say why moderation begins without them.", field="without_because")
    because = without_because if missing else ""
    begun = LotModeration.objects.create(tender=tender, lot=lot, begun_at=now, begun_by=by.actor, without_because=because)
    record(by=by, verb="began the moderation of", on=tender, after={"lot": lot.number}, reason=because)
    return begun


def not_finished(progress: LotProgress, panel: list[Member]) -> list[Member]:
    """Evaluators who may mark and have not given every mark of this lot."""
    return [one for one in panel if one.may_mark and progress.by(one) < progress.offers]


@transaction.atomic
def agree_marks(*, offer: LotOffer, marks: Mapping[int, Agreed], by: Seat, now: datetime.datetime) -> list[ModeratedMark]:
    """Write down what the panel agreed for these criteria of an offer. Criteria left out stay as they are.

    :raises ModerationRefused: not by a moderator, before moderation, or a mark without what it needs.
    :raises StaleEdit: another officer agreed one of them in between.
    """
    tender = _moderated_by(offer.tender, by)
    if not LotModeration.objects.filter(lot=offer.lot_id).exists():
        raise ModerationRefused("The moderation of this lot has not begun yet.")
    found = offer_record(tender, offer.lot.number, letter_of(offer.bid.code_name))
    answers = {one.criterion.number: one for one in found.answers} if found else {}
    kept = {one.criterion_id: one for one in ModeratedMark.objects.select_for_update(of=("self",)).filter(offer=offer)}
    written = []
    for number, agreed in marks.items():
        answer = answers[number]
        _check(number, agreed, answer)
        mark = kept.get(answer.criterion.pk) or ModeratedMark(tender=tender, offer=offer, criterion=answer.criterion, version=0)
        check_version(mark, agreed.version)
        if mark.pk and (mark.value, mark.reason, mark.outside_reason) == (agreed.value, agreed.reason, agreed.outside_reason):
            continue
        written.append(_written(mark, agreed, by, now))
    return written


def _check(number: int, agreed: Agreed, answer: Answered) -> None:
    if len(answer.marks) < LEAST_EVALUATORS:
        raise ModerationRefused(f"Criterion {number}: an answer needs the marks of at least two evaluators.", field=f"mark_{number}")
    if fault := mark_fault(agreed.value):
        raise ModerationRefused(f"Criterion {number}: {fault}.", field=f"mark_{number}")
    if fault := reason_fault(agreed.reason):
        raise ModerationRefused(f"Criterion {number}: {fault}.", field=f"reason_{number}")
    if agreed.value is not None and (fault := outside_fault(agreed.value, answer.values, agreed.outside_reason)):
        raise ModerationRefused(f"Criterion {number}: {fault}.", field=f"outside_{number}")


def _written(mark: ModeratedMark, agreed: Agreed, by: Seat, now: datetime.datetime) -> ModeratedMark:
    before = {"mark": mark.value, "reason": mark.reason} if mark.pk else {}
    mark.value, mark.reason, mark.outside_reason = agreed.value or 0, agreed.reason, agreed.outside_reason
    mark.agreed_at, mark.agreed_by = now, by.actor
    mark_changed(mark, by.person, now)
    mark.save()
    after = {
        "lot": mark.offer.lot.number,
        "bidder": mark.offer.bid.code_name,
        "criterion": mark.criterion.number,
        "mark": mark.value,
        "reason": mark.reason,
    }
    record(by=by, verb="agreed a mark in", on=mark.tender, before=before, after=after, reason=agreed.outside_reason)
    return mark


@transaction.atomic
def confirm_record(*, lot: Lot, record_hash: str, by: Seat, now: datetime.datetime) -> RecordConfirmation:
    """A panel member confirms the record of a lot as it was shown.

    :param record_hash: of the record on the page; a record that changed since is not confirmed.
    :raises ModerationRefused: not a member who marked this lot, or a record that is unfinished or has changed.
    """
    tender = lot.tender
    found = lot_record(tender, lot.number)
    if found is None or not is_evaluator(by, tender) or by.actor.pk not in {one.person.pk for one in found.members}:
        raise ModerationRefused("The evaluators who marked a lot confirm its record.")
    if not found.is_complete:
        raise ModerationRefused("The record is not complete: marks are still to be agreed.")
    if found.hash != record_hash:
        raise ModerationRefused("The record has changed since you opened the page. Read it again, then confirm it.")
    confirmed, new = RecordConfirmation.objects.get_or_create(
        lot=lot, confirmed_by=by.person, record_hash=record_hash, defaults={"tender": tender, "confirmed_at": now}
    )
    if new:
        record(by=by, verb="confirmed the moderation of", on=tender, after={"lot": lot.number, "record": record_hash})
    return confirmed


@transaction.atomic
def close_moderation(*, tender: Tender, by: Seat, now: datetime.datetime) -> Tender:
    """Close the moderation of a tender: every mark agreed, every record confirmed. From now on the bidders have names.

    :raises ModerationRefused: not by a moderator, or with one record open.
    """
    tender = _moderated_by(tender, by)
    for one in lot_records(tender):
        if not one.is_complete:
            raise ModerationRefused(f"{one.lot}: {one.agreed} of {one.answers} marks are agreed.")
        if one.waiting_for:
            raise ModerationRefused(f"{one.lot}: not yet confirmed by {words.join(each.name for each in one.waiting_for)}.")
    check_move(TenderState, NEXT, tender.state, TenderState.MODERATED)
    tender.state = TenderState.MODERATED
    mark_changed(tender, by.person, now)
    tender.save(update_fields=["state", "version", "changed_at", "changed_by"])
    record(by=by, verb="closed the moderation of", on=tender, before={"state": "opened"}, after={"state": "moderated"})
    return tender


def _moderated_by(tender: Tender, by: Seat) -> Tender:
    """The locked tender, if this seat moderates it."""
    tender = Tender.objects.select_for_update(of=("self",)).prefetch_related(seats_with_people()).get(pk=tender.pk)
    if tender.state not in MARKING:
        raise ModerationRefused("Moderation takes place between the opening of the bids and the award.")
    if not can_moderate(by, tender):
        raise ModerationRefused("A commissioner or lead officer of the tender moderates it, and nobody who marks it.")
    if by.person and is_tied(by.person, tender):
        raise ModerationRefused("You belong to an organisation that bids, so you do not moderate this tender.")
    return tender

"""Proposing the award of a lot, and another person's decision on it."""

import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.evaluation.messages import tell_bidders
from commissioning.evaluation.models import Award
from commissioning.evaluation.permissions import can_decide, can_propose
from commissioning.evaluation.queries.moderation import lot_record
from commissioning.evaluation.queries.panel import is_tied
from commissioning.evaluation.queries.results import LotResult, result_of
from commissioning.evaluation.rules import AwardRefused, reason_fault
from commissioning.evaluation.states import NEXT, AwardState
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.versions import mark_changed
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Lot, Tender
from commissioning.tenders.states import NEXT as TENDER_NEXT
from commissioning.tenders.states import TenderState


@transaction.atomic
def propose_award(*, lot: Lot, award_to_first: bool, reason: str, by: Seat, now: datetime.datetime) -> Award:
    """Propose to award a lot to the first of the ranking, or not to award it; either with a reason.

    :raises AwardRefused: not by an officer of the tender, nobody above every minimum, no reason, or proposed already.
    """
    tender = Tender.objects.select_for_update(of=("self",)).get(pk=lot.tender_id)
    if not can_propose(by, tender):
        raise AwardRefused("An officer of the tender who does not mark it proposes the award, once moderation is closed.")
    _check_untied(by, tender)
    if fault := reason_fault(reason):
        raise AwardRefused(fault.replace("this mark", "this proposal") + ".", field="reason")
    result = result_of(tender, lot, with_names=True)
    if award_to_first and result.first is None:
        raise AwardRefused("No offer reached every minimum mark, so the lot cannot be awarded.", field="decision")
    award = Award.objects.select_for_update(of=("self",)).filter(lot=lot).first() or Award(lot=lot)
    if award.pk:
        check_move(AwardState, NEXT, award.state, AwardState.PROPOSED)
    _fill(award, result, award_to_first=award_to_first, reason=reason)
    award.state, award.proposed_at, award.proposed_by = AwardState.PROPOSED, now, by.actor
    award.save()
    record(by=by, verb="proposed", on=award, after=_said(award), reason=reason)
    return award


@transaction.atomic
def approve_award(*, award: Award, by: Seat, now: datetime.datetime) -> Award:
    """Approve a proposed award: another person, every record confirmed, the gate open, the ranking still what was proposed.

    Bidders of the lot are told to sign in; with its last lot the tender is awarded.

    :raises AwardRefused: the wrong person or state; GateShut: a house has a reason against it.
    """
    award, tender = _to_decide(award, by)
    _check_record(award, tender)
    pass_gate("award.approve", award)
    check_move(AwardState, NEXT, award.state, AwardState.APPROVED)
    award.state, award.approved_at, award.approved_by = AwardState.APPROVED, now, by.person
    award.save(update_fields=["state", "approved_at", "approved_by"])
    record(by=by, verb="approved", on=award, before={"state": "proposed"}, after={**_said(award), "state": "approved"})
    tell_bidders(award, by=by)
    if not Lot.objects.filter(tender=tender).exclude(award__state=AwardState.APPROVED).exists():
        _move(tender, TenderState.AWARDED, by, now)
    return award


@transaction.atomic
def send_back(*, award: Award, because: str, by: Seat, now: datetime.datetime) -> Award:
    """Send a proposal back with a reason, so that it can be made again.

    :raises AwardRefused: the wrong person or state, or no reason.
    """
    award, _ = _to_decide(award, by)
    if reason_fault(because):
        raise AwardRefused("Say why the proposal goes back, so that it can be put right.", field="because")
    check_move(AwardState, NEXT, award.state, AwardState.REFUSED)
    award.state, award.sent_back_because = AwardState.REFUSED, because
    award.save(update_fields=["state", "sent_back_because"])
    record(by=by, verb="sent back", on=award, before={"state": "proposed"}, after={"state": "refused"}, reason=because)
    return award


def _to_decide(award: Award, by: Seat) -> tuple[Award, Tender]:
    """The locked award and tender, if this seat may decide."""
    tender = Tender.objects.select_for_update(of=("self",)).get(pk=award.lot.tender_id)
    award = Award.objects.select_for_update(of=("self",)).select_related("lot__area").get(pk=award.pk)
    if award.state != AwardState.PROPOSED:
        raise AwardRefused("This award is not waiting for a decision: it was decided or sent back.")
    if by.person and award.proposed_by_id == by.person.pk:
        raise AwardRefused("You proposed this award, so another person decides on it.")
    if not can_decide(by, award, tender):
        raise AwardRefused("A lead officer of the commissioner or of a partner in this tender decides on the award.")
    _check_untied(by, tender)
    return award, tender


def _check_untied(by: Seat, tender: Tender) -> None:
    if by.person and is_tied(by.person, tender):
        raise AwardRefused("You belong to an organisation that bids, so you take no part in the award.")


def _check_record(award: Award, tender: Tender) -> None:
    """Rule 22: no award with one record unconfirmed; and what is approved is what the marks say today."""
    found = lot_record(tender, award.lot.number)
    if found and not found.is_confirmed:
        raise AwardRefused("The moderation record of this lot is not confirmed by every member of the panel.")
    result = result_of(tender, award.lot, with_names=False)
    if award.ranking != _ranking(result):
        raise AwardRefused("The ranking is no longer what was proposed. Send the proposal back.")


def _fill(award: Award, result: LotResult, *, award_to_first: bool, reason: str) -> None:
    first = result.first if award_to_first else None
    award.offer = first.offer if first else None
    award.provider = first.offer.bid.organisation if first else None
    award.score = first.ranked.score if first else None
    award.reason = reason if first else ""
    award.no_award_because = "" if first else reason
    award.ranking = _ranking(result)
    award.sent_back_because = ""


def _ranking(result: LotResult) -> list[dict[str, object]]:
    """Place, code name and exact score of every offer: no marks, which are each bidder's own."""
    return [{"name": one.ranked.name, "place": one.ranked.place, "score": str(one.ranked.score)} for one in result.places]


def _said(award: Award) -> dict[str, object]:
    if award.provider is None:
        return {"lot": award.lot.number, "award": "none"}
    return {"lot": award.lot.number, "provider": award.provider.name, "score": str(award.score)}


def _move(tender: Tender, state: TenderState, by: Seat, now: datetime.datetime) -> None:
    check_move(TenderState, TENDER_NEXT, tender.state, state)
    before = tender.state
    tender.state = state
    mark_changed(tender, by.person, now)
    tender.save(update_fields=["state", "version", "changed_at", "changed_by"])
    record(by=by, verb="awarded", on=tender, before={"state": before}, after={"state": state})

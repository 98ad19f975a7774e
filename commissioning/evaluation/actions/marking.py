"""Declaring interests, then marking blind: own marks only, never after moderation has begun."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.bids.models import LotOffer
from commissioning.evaluation.models import InterestDeclaration, LotModeration, Mark, MarkChange, MarkSheet
from commissioning.evaluation.permissions import MARKING, can_declare, is_evaluator
from commissioning.evaluation.queries.panel import Standing, member_of
from commissioning.evaluation.rules import InterestRefused, MarkRefused, mark_fault, reason_fault
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Criterion, Lot, Tender

NOT_CLEARED = {
    Standing.UNDECLARED: "Declare your interests before you see anything of a bid.",
    Standing.INTEREST: "You declared an interest, so you do not mark this tender.",
    Standing.TIED: "You belong to an organisation that bids, so the portal has stood you down from this tender.",
}


@dataclass(frozen=True)
class Given:
    """What an evaluator says on one criterion. `value` None: no mark chosen yet."""

    value: int | None
    reason: str


@transaction.atomic
def declare_interest(*, tender: Tender, has_interest: bool, details: str, by: Seat, now: datetime.datetime) -> InterestDeclaration:
    """An evaluator's word on interests. A later word may add an interest; it never takes one back.

    :raises InterestRefused: not named for this tender, no details of an interest, or an interest taken back.
    """
    if not can_declare(by, tender):
        raise InterestRefused("Only an evaluator named for this tender declares interests, until marking ends.")
    if has_interest and reason_fault(details):
        raise InterestRefused("Say what the interest is: with whom, and of what kind.", field="details")
    before = InterestDeclaration.objects.select_for_update().filter(tender=tender, declared_by=by.person).first()
    if before and before.has_interest and not has_interest:
        raise InterestRefused("You declared an interest. It can be set aside by a review only, not by a second declaration.")
    words = {"declared_at": now, "has_interest": has_interest, "details": details if has_interest else ""}
    declaration, _ = InterestDeclaration.objects.update_or_create(tender=tender, declared_by=by.person, defaults=words)
    said = "an interest" if has_interest else "no interest"
    record(by=by, verb=f"declared {said} in", on=tender, reason=declaration.details)
    return declaration


@transaction.atomic
def save_marks(*, offer: LotOffer, marks: Mapping[int, Given], version: int, by: Seat, now: datetime.datetime) -> MarkSheet:
    """Keep marks and reasons as far as they are, by number of criterion. Nobody else sees them.

    :raises MarkRefused: the person may not mark, the marks are given already, or a mark is off the scale.
    :raises StaleEdit: the same evaluator saved them elsewhere in between.
    """
    sheet = _own_sheet(offer, version, by)
    if sheet.given_at:
        raise MarkRefused("You have given these marks. Change them with a reason instead.")
    for given in marks.values():
        if given.value is not None and (fault := mark_fault(given.value)):
            raise MarkRefused(f"{fault}.")
    _write(sheet, marks, by, now)
    return sheet


@transaction.atomic
def give_marks(
    *, offer: LotOffer, marks: Mapping[int, Given], version: int, by: Seat, now: datetime.datetime, because: str = ""
) -> MarkSheet:
    """Give the marks of one offer, every criterion with its reason; or change given ones, saying why.

    :raises MarkRefused: the person may not mark, a mark or a reason is missing, or a change has no reason.
    :raises StaleEdit: the same evaluator saved them elsewhere in between.
    """
    sheet = _own_sheet(offer, version, by)
    for number in Criterion.objects.filter(tender=offer.tender_id).values_list("number", flat=True):
        _check(number, marks.get(number, Given(None, "")))
    if sheet.given_at:
        return _change(sheet, marks, because, by, now)
    _write(sheet, marks, by, now)
    sheet.given_at, sheet.given_by = now, by.person
    sheet.save(update_fields=["given_at", "given_by"])
    record(by=by, verb="gave marks for", on=sheet.tender, after={"lot": offer.lot.number, "bidder": offer.bid.code_name})
    return sheet


def _check(number: int, given: Given) -> None:
    if fault := mark_fault(given.value):
        raise MarkRefused(f"Criterion {number}: {fault}.", field=f"mark_{number}")
    if fault := reason_fault(given.reason):
        raise MarkRefused(f"Criterion {number}: {fault}.", field=f"reason_{number}")


def _own_sheet(offer: LotOffer, version: int, by: Seat) -> MarkSheet:
    """The locked sheet of this evaluator for this offer, made if need be. The lot is locked against moderation beginning."""
    tender, lot = offer.tender, Lot.objects.select_for_update(of=("self",)).get(pk=offer.lot_id)
    member = member_of(tender, by.person) if by.person else None
    if member is None or not is_evaluator(by, tender):
        raise MarkRefused("Only an evaluator named for this tender marks its bids.")
    if not member.may_mark:
        raise MarkRefused(NOT_CLEARED[member.standing])
    if tender.state not in MARKING:
        raise MarkRefused("Marks are given after the opening and until moderation is closed.")
    if LotModeration.objects.filter(lot=lot).exists():
        raise MarkRefused("The moderation of this lot has begun, so its marks stand as they are.")
    MarkSheet.objects.get_or_create(offer=offer, evaluator=by.person, defaults={"tender": tender, "lot": lot, "version": 0})
    sheet = MarkSheet.objects.select_for_update(of=("self",)).select_related("changed_by", "tender").get(offer=offer, evaluator=by.person)
    check_version(sheet, version)
    return sheet


def _write(sheet: MarkSheet, marks: Mapping[int, Given], by: Seat, now: datetime.datetime) -> None:
    criteria = {one.number: one for one in Criterion.objects.filter(tender=sheet.tender_id)}
    rows = [Mark(sheet=sheet, criterion=criteria[number], value=one.value, reason=one.reason) for number, one in marks.items()]
    Mark.objects.bulk_create(rows, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["value", "reason"])
    mark_changed(sheet, by.person, now)
    sheet.save(update_fields=["version", "changed_at", "changed_by"])


def _change(sheet: MarkSheet, marks: Mapping[int, Given], because: str, by: Seat, now: datetime.datetime) -> MarkSheet:
    """Given marks become others: what they were stays in the record, with the reason."""
    if reason_fault(because):
        raise MarkRefused("Say why you change marks that you had given.", field="because")
    changed = []
    for mark in Mark.objects.filter(sheet=sheet).select_related("criterion"):
        wanted = marks[mark.criterion.number]
        if (mark.value, mark.reason) != (wanted.value, wanted.reason):
            changed.append(
                MarkChange(
                    mark=mark,
                    value_before=mark.value or 0,
                    reason_before=mark.reason,
                    because=because,
                    changed_at=now,
                    changed_by=by.actor,
                )
            )
    if not changed:
        raise MarkRefused("Nothing is different from the marks that you gave.")
    MarkChange.objects.bulk_create(changed)
    _write(sheet, marks, by, now)
    after = {"criteria": [one.mark.criterion.number for one in changed], "lot": sheet.lot_id and sheet.lot.number}
    record(by=by, verb="changed given marks for", on=sheet.tender, after=after)
    return sheet

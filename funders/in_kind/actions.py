"""Offer, agree, withdraw, and show that it exists: each in the partner's record."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel import uploads
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.versions import mark_changed
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.contributions.actions import send, stale
from funders.in_kind.messages import about_gift, about_outcome
from funders.in_kind.models import Gift, GiftEvent, GiftEvidence, Kind
from funders.in_kind.permissions import can_add_evidence, can_agree, can_give, can_withdraw
from funders.in_kind.rules import (
    GiftRefused,
    check_agreement,
    check_gift,
    check_post,
    check_valued,
    check_withdrawal,
    post_value,
    whole_months,
)
from funders.in_kind.states import NEXT, InKindState
from funders.pool.models import PooledFund

ONLY_OWN = "Only a funder officer of the partner itself offers something in kind."


@transaction.atomic
def give_post(
    *,
    fund: PooledFund,
    funder: Organisation,
    title: str,
    fte: Decimal,
    annual_rate: Decimal,
    starts_on: date,
    ends_on: date,
    evidence_note: str,
    by: Seat,
    at: datetime,
    source: str = "",
) -> Gift:
    """Offer a staff post, named by its title. Its value is FTE x months x yearly rate / 12.

    :raises GiftRefused: not the partner's officer, outside the fund's years, no whole months.
    :raises PledgeRefused: a rate that is no amount.
    """
    _check(fund, funder, title, starts_on, ends_on, evidence_note, by=by)
    check_post(fte=fte, annual_rate=annual_rate, starts_on=starts_on, ends_on=ends_on)
    months = whole_months(starts_on, ends_on)
    worth = {"fte": fte, "months": months, "annual_rate_amount": annual_rate, "value_amount": post_value(fte, months, annual_rate)}
    told = {"title": title.strip(), "starts_on": starts_on, "ends_on": ends_on, "evidence_note": evidence_note.strip(), "source": source}
    return _keep(fund, funder, {"kind": Kind.POST, **told, **worth}, by=by, at=at)


@transaction.atomic
def give_other(
    *,
    fund: PooledFund,
    funder: Organisation,
    kind: str,
    title: str,
    value: Decimal,
    valued_how: str,
    starts_on: date,
    ends_on: date,
    evidence_note: str,
    by: Seat,
    at: datetime,
) -> Gift:
    """Offer premises, or something else, with its value and how it was valued.

    :raises GiftRefused: not the partner's officer, outside the fund's years, nobody could tell how it was valued.
    :raises PledgeRefused: a value that is no amount.
    """
    if kind not in (Kind.PREMISES, Kind.OTHER):
        raise GiftRefused("Choose premises or something else. A post is offered on its own page.", field="kind")
    _check(fund, funder, title, starts_on, ends_on, evidence_note, by=by)
    check_valued(value=value, valued_how=valued_how)
    told = {"title": title.strip(), "starts_on": starts_on, "ends_on": ends_on, "evidence_note": evidence_note.strip()}
    return _keep(fund, funder, {"kind": kind, "value_amount": value, "valued_how": valued_how.strip(), **told}, by=by, at=at)


@transaction.atomic
def agree(*, gift: Gift, decision_reference: str, by: Seat, version: int | None, at: datetime) -> Gift:
    """The partner's approver agrees what an officer offered. It stays outside every sum of money.

    :raises GiftRefused: not an approver, the same person who offered it, no decision.
    :raises StaleEdit:
    """
    gift = _locked(gift, version)
    check_move(InKindState, NEXT, gift.state, InKindState.AGREED)
    if not can_agree(by, gift):
        raise GiftRefused("Only a funder approver of the partner itself agrees what it gives in kind.")
    check_agreement(approver=by.actor.pk, pledged_by=gift.pledged_by_id, decision_reference=decision_reference)
    gift.agreed_at, gift.agreed_by, gift.decision_reference = at, by.person, decision_reference.strip()
    return _move(gift, InKindState.AGREED, decision_reference.strip(), by=by, at=at)


@transaction.atomic
def withdraw(*, gift: Gift, reason: str, by: Seat, version: int | None, at: datetime) -> Gift:
    """Take back what is given in kind, with a reason that stays.

    :raises GiftRefused: not the partner's own, agreed and no approver, no reason.
    :raises StaleEdit:
    """
    gift = _locked(gift, version)
    check_move(InKindState, NEXT, gift.state, InKindState.WITHDRAWN)
    if not can_withdraw(by, gift):
        raise GiftRefused("What is pledged is withdrawn by a funder officer of its partner; what was agreed, by a funder approver.")
    check_withdrawal(reason)
    return _move(gift, InKindState.WITHDRAWN, reason.strip(), by=by, at=at)


@transaction.atomic
def add_evidence(*, gift: Gift, file: UploadedFile, by: Seat, at: datetime) -> GiftEvidence:
    """Keep the one file that shows that it exists.

    :raises GiftRefused: not the partner's own, or there is a file already.
    :raises UploadRefused: not a file that can be kept.
    """
    gift = _locked(gift, gift.version)
    if not can_add_evidence(by, gift):
        raise GiftRefused("The partner itself hands in one file, and it stays.", field="file")
    upload = uploads.checked(file)
    about = {"name": upload.name, "content_type": upload.content_type, "size": upload.size, "sha256": upload.sha256}
    stored = uploads.keep(upload, "contributions")
    made = GiftEvidence.objects.create(gift=gift, funder=gift.funder, file=stored, added_at=at, added_by=by.actor, **about)
    record(by=by, verb="added evidence", on=made, after={"gift": gift.reference, "sha256": upload.sha256})
    return made


def _check(fund: PooledFund, funder: Organisation, title: str, starts_on: date, ends_on: date, evidence_note: str, *, by: Seat) -> None:
    if by.person is None or not (can_give(by, fund) and by.is_of(funder)):
        raise GiftRefused(ONLY_OWN)
    years = {"first_year": fund.first_year, "last_year": fund.last_year}
    check_gift(title=title, starts_on=starts_on, ends_on=ends_on, evidence_note=evidence_note, **years)


def _keep(fund: PooledFund, funder: Organisation, fields: dict[str, Any], *, by: Seat, at: datetime) -> Gift:
    sides = {"fund": fund, "funder": funder, "illustrative": fund.illustrative}
    made = Gift.objects.create(pledged_at=at, pledged_by=by.actor, **sides, **fields)
    _write_event(made, by=by, at=at)
    record(by=by, verb="offered in kind", on=made, after={"fund": fund.code, "title": made.title, "value": made.value_amount})
    send(about_gift(made), by=by)
    return made


def _move(gift: Gift, state: InKindState, reason: str, *, by: Seat, at: datetime) -> Gift:
    before, gift.state = gift.state, state
    mark_changed(gift, by.person, at)
    gift.save(update_fields=["state", "version", "changed_at", "changed_by", "agreed_at", "agreed_by", "decision_reference"])
    _write_event(gift, by=by, at=at, reason=reason)
    record(by=by, verb=f"{state.label.lower()} in kind", on=gift, before={"state": before}, after={"state": state}, reason=reason)
    send(about_outcome(gift), by=by)
    return gift


def _write_event(gift: Gift, *, by: Seat, at: datetime, reason: str = "") -> None:
    GiftEvent.objects.create(gift=gift, funder=gift.funder, state=gift.state, reason=reason, happened_at=at, happened_by=by.actor)


def _locked(gift: Gift, version: int | None) -> Gift:
    """:raises StaleEdit: with who changed it last, and when."""
    rows = Gift.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("fund__host", "funder", "pledged_by", "changed_by").get(pk=gift.pk)
    if found.version != version:
        raise stale(found, found.version)
    return found

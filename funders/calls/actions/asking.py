"""Draft, ask, answer, close, cancel. What happens to one fund at the same time is done one after the other."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.calls.messages import about_answer, about_asking, about_cancelling, about_closing, about_reminder
from funders.calls.models import Call, CallReminder, CallShare, Key
from funders.calls.permissions import can_answer, can_cancel, can_change, can_close, can_draft
from funders.calls.queries import arrived_for, planned_shares, sums_of, to_remind
from funders.calls.rules import AnswerRefused, CallRefused, check_answer, check_answer_by, check_cancel, check_close, check_draft
from funders.calls.states import NEXT, NEXT_OF_ANSWER, AnswerState, CallState
from funders.contributions.actions import send, stale
from funders.pool.actions import lock
from funders.pool.models import PooledFund
from funders.pool.queries import is_over

MARKS = ("version", "changed_at", "changed_by", "state")
WORDS = ("title", "amount", "purpose", "answer_by", "key", "key_reason", "parts")
STEPS = ("asked_at", "asked_by", "closed_at", "closed_by", "closing_note", "cancelled_at", "cancelled_by", "cancelled_because")
CHANGEABLE = (*MARKS, *WORDS, *STEPS)
ANSWER = (*MARKS, "accepted_amount", "answered_at", "answered_by", "decision_reference", "reason")
ONLY_HOST = "Only a commissioner or lead officer of the host partner can do that, and only {when}."


@transaction.atomic
def draft(
    *,
    fund: PooledFund,
    title: str,
    amount: Decimal,
    purpose: str,
    answer_by: date,
    key: str,
    key_reason: str,
    parts: Mapping[int, int],
    by: Seat,
    at: datetime,
) -> Call:
    """Write down a cost that nobody budgeted and how it is to be shared. Nobody is asked yet.

    :param parts: whole parts by the key of the partner; only read for a one-time key.
    :raises CallRefused: not the host's officer, a fund that has ended, words or an amount that cannot be, a key that does not share it.
    """
    fund = lock(fund)
    if not can_draft(by, fund):
        raise CallRefused("Only a commissioner or lead officer of the host partner drafts a call of its fund.")
    if is_over(fund, in_london(at).date()):
        raise CallRefused("This fund has ended. Choose the fund that runs now.")
    made = Call(fund=fund, host_id=fund.host_id, drafted_at=at, drafted_by=by.actor)
    told: dict[str, Any] = {"title": title, "amount": amount, "purpose": purpose, "answer_by": answer_by}
    _fill(made, **told, key=key, key_reason=key_reason, parts=parts, at=at)
    made.save()
    record(by=by, verb="drafted", on=made, after={"fund": fund.code, **_told(made)})
    return made


@transaction.atomic
def change(*, call: Call, by: Seat, version: int | None, at: datetime, **told: Any) -> Call:
    """Change a draft. What was asked is not changed: it is cancelled and asked anew.

    :param told: as for `draft`.
    :raises CallRefused:
    :raises StaleEdit:
    """
    call = _locked(call, version)
    if not can_change(by, call):
        raise CallRefused(ONLY_HOST.format(when="with a draft"))
    before = _told(call)
    _fill(call, **told, at=at)
    _save(call, by=by, at=at)
    record(by=by, verb="changed", on=call, before=before, after=_told(call))
    return call


@transaction.atomic
def ask(*, call: Call, by: Seat, version: int | None, at: datetime) -> Call:
    """Ask each partner for its share, by e-mail. From now on every partner of the fund reads the call, and its words stay.

    :raises CallRefused: not the host's officer, a day that has come, a key that does not share it.
    :raises StaleEdit:
    """
    call = _locked(call, version)
    check_move(CallState, NEXT, call.state, CallState.ASKED)
    if not can_change(by, call):
        raise CallRefused(ONLY_HOST.format(when="with a draft"))
    check_answer_by(call.answer_by, in_london(at).date())
    shares = planned_shares(call)
    call.state, call.asked_at, call.asked_by = CallState.ASKED, at, by.person
    _save(call, by=by, at=at)
    CallShare.objects.bulk_create(shares)
    record(by=by, verb="asked", on=call, after={"amount": call.amount, "shares": [[one.funder.code, str(one.amount)] for one in shares]})
    send(about_asking(call), by=by)
    return call


@transaction.atomic
def answer(
    *, share: CallShare, accepted: Decimal, decision_reference: str, reason: str, by: Seat, version: int | None, at: datetime
) -> CallShare:
    """A partner accepts all of its share, or less, or nothing. With the last answer a call that is covered in full closes
    by itself; of any other the host says how the rest is met.

    :raises AnswerRefused: not the partner's approver, answered already, more than was asked, no decision or no reason.
    :raises StaleEdit:
    """
    lock(share.fund)
    share = CallShare.objects.select_related("call__fund__host", "call__asked_by", "funder", "changed_by").get(pk=share.pk)
    if version != share.version:
        raise stale(share, share.version)
    if not can_answer(by, share):
        raise AnswerRefused("Only a funder approver of the partner answers, once, and only while the call is open.")
    check_answer(asked=share.amount, accepted=accepted, decision_reference=decision_reference, reason=reason)
    state = AnswerState.ACCEPTED if accepted else AnswerState.DECLINED
    check_move(AnswerState, NEXT_OF_ANSWER, share.state, state)
    share.state, share.accepted_amount, share.answered_at, share.answered_by = state, accepted, at, by.person
    share.decision_reference, share.reason = decision_reference.strip(), reason.strip()
    mark_changed(share, by.person, at)
    share.save(update_fields=ANSWER)
    after = {"call": share.call.reference, "asked": share.amount, "accepted": accepted, "decision": share.decision_reference}
    record(by=by, verb=str(state), on=share, after=after, reason=share.reason)
    send(about_answer(share), by=by)
    if not share.call.shares.filter(state=AnswerState.WAITING).exists() and not sums_of(share.call).uncovered:
        _close(share.call, note="", by=by, at=at)
    return share


@transaction.atomic
def close(*, call: Call, note: str, by: Seat, version: int | None, at: datetime) -> Call:
    """The host takes no more answers and says how what is not covered is met.

    :raises CallRefused: not the host's officer, or something is not covered and nothing is said about it.
    :raises StaleEdit:
    """
    call = _locked(call, version)
    check_move(CallState, NEXT, call.state, CallState.CLOSED)
    if not can_close(by, call):
        raise CallRefused(ONLY_HOST.format(when="while the call is open"))
    check_close(uncovered=sums_of(call).uncovered, note=note)
    return _close(call, note=note, by=by, at=at)


@transaction.atomic
def cancel(*, call: Call, reason: str, by: Seat, version: int | None, at: datetime) -> Call:
    """Take a call back while nothing has arrived for it.

    :raises CallRefused: not the host's officer, money has arrived, no reason.
    :raises StaleEdit:
    """
    call = _locked(call, version)
    check_move(CallState, NEXT, call.state, CallState.CANCELLED)
    if not can_cancel(by, call):
        raise CallRefused(ONLY_HOST.format(when="before money has arrived"))
    check_cancel(received=arrived_for(call), reason=reason)
    before, call.state = call.state, CallState.CANCELLED
    call.cancelled_at, call.cancelled_by, call.cancelled_because = at, by.person, reason.strip()
    _save(call, by=by, at=at)
    record(by=by, verb="cancelled", on=call, before={"state": before}, after={"state": call.state}, reason=reason.strip())
    send(about_cancelling(call), by=by)
    return call


def remind(now: datetime) -> int:
    """Remind partners of calls that wait for their answer, once, in the week before the day. Returns how many."""
    sent = 0
    for share in to_remind(in_london(now).date()):
        with rls_scope([share.host_id]):
            told = {"fund_id": share.fund_id, "host_id": share.host_id, "sent_on_clock": now}
            _, is_new = CallReminder.objects.get_or_create(share=share, defaults=told)
            if is_new:
                send(about_reminder(share), by=Seat.system())
        sent += is_new
    return sent


def _fill(
    call: Call,
    *,
    title: str,
    amount: Decimal,
    purpose: str,
    answer_by: date,
    key: str,
    key_reason: str,
    parts: Mapping[int, int],
    at: datetime,
) -> None:
    """The words of a draft, and whether its key can share it."""
    one_time = key == Key.ONE_TIME
    words: dict[str, Any] = {"title": title, "amount": amount, "purpose": purpose, "answer_by": answer_by, "key_reason": key_reason}
    check_draft(**words, one_time=one_time, parts=parts, today=in_london(at).date())
    call.title, call.amount, call.purpose, call.answer_by = title.strip(), amount, purpose.strip(), answer_by
    call.key = Key.ONE_TIME if one_time else Key.AGREED
    call.key_reason = key_reason.strip() if one_time else ""
    call.parts = {str(partner): count for partner, count in parts.items() if count} if one_time else {}
    planned_shares(call)


def _told(call: Call) -> dict[str, Any]:
    return {"title": call.title, "amount": call.amount, "answer_by": str(call.answer_by), "key": call.key}


def _close(call: Call, *, note: str, by: Seat, at: datetime) -> Call:
    call.state, call.closed_at, call.closed_by, call.closing_note = CallState.CLOSED, at, by.person, note.strip()
    _save(call, by=by, at=at)
    sums = sums_of(call)
    record(by=by, verb="closed", on=call, after={"accepted": sums.accepted, "not covered": sums.uncovered}, reason=note.strip())
    send(about_closing(call), by=by)
    return call


def _locked(call: Call, version: int | None) -> Call:
    """The row as it is now; the fund is held until the end of the transaction.

    :raises StaleEdit: with who changed it last, and when.
    """
    lock(call.fund)
    found = Call.objects.select_related("fund__host", "changed_by", "asked_by").get(pk=call.pk)
    if version != found.version:
        raise stale(found, found.version)
    return found


def _save(call: Call, *, by: Seat, at: datetime) -> None:
    """What the database lets change of a call; which fund it is of never does."""
    mark_changed(call, by.person, at)
    call.save(update_fields=CHANGEABLE)

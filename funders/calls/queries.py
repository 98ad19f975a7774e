"""Calls with what was asked, accepted, received and paid. A reversed receipt or payment counts nowhere."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.kernel.words import in_london
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.banking.queries.suspense import register_over_receipts
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare, Key
from funders.calls.permissions import DRAFTERS, shares_visible_to, visible_to
from funders.calls.rules import CallRefused, Sums, check_sectors, check_shares, one_time_shares, wants_reminder
from funders.calls.states import AnswerState, CallState
from funders.ledger.models import Account, LedgerLine
from funders.ledger.queries import register_invariant
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.queries import choices_among, is_over, shared_by_key, split_of
from funders.pool.rules import NOTHING
from funders.receipts.rules import A_WEEK

OVERDUE = "overdue"
STANDINGS = {OVERDUE: "Answer overdue", **dict(CallState.choices)}
_STANDING = Q(receipts__reversed_at=None)


def partners_of_calls() -> list[Organisation]:
    """Everybody who may be given a part of a one-time key, in the order in which odd pennies are given out."""
    return list(Organisation.objects.funders().order_by("name"))


def planned_shares(call: Call) -> list[CallShare]:
    """What each partner is going to be asked for, by the key of the call: rows that are not saved yet.

    :raises CallRefused: the key or the amount cannot be shared.
    """
    made = _by_agreed_key(call) if call.key == Key.AGREED else _by_one_time_key(call)
    for number, one in enumerate(made, start=1):
        one.call, one.fund, one.host_id, one.number = call, call.fund, call.host_id, number
    return made


def _by_agreed_key(call: Call) -> list[CallShare]:
    split = split_of(call.fund)
    if not split.shares:
        raise CallRefused("This fund has no agreed key. Choose a key for this call only.", field="key")
    asks = shared_by_key(call.amount, split)
    answering = {ask.line.sector for ask in asks}
    check_sectors([one.get_sector_display() for one in split.shares if one.sector not in answering])
    check_shares(call.amount, [ask.amount for ask in asks])
    whole = sum(one.parts for one in split.shares)
    return [
        CallShare(
            funder=ask.funder,
            sector_label=ask.line.label,
            parts=ask.line.parts,
            parts_of=whole,
            members=ask.members,
            sector_amount=ask.line.amount,
            amount=ask.amount,
        )
        for ask in asks
    ]


def _by_one_time_key(call: Call) -> list[CallShare]:
    chosen = [(partner, call.parts.get(str(partner.pk), 0)) for partner in partners_of_calls()]
    asked = [(partner, parts) for partner, parts in chosen if parts]
    shares = one_time_shares(call.amount, [parts for _, parts in asked])
    whole = sum(parts for _, parts in asked)
    return [
        CallShare(funder=partner, parts=parts, parts_of=whole, sector_amount=amount, amount=amount)
        for (partner, parts), amount in zip(asked, shares, strict=True)
    ]


def planned_or_why_not(call: Call) -> tuple[list[CallShare], str]:
    """The shares of a draft, or the sentence that says why it cannot be shared as it stands."""
    try:
        return planned_shares(call), ""
    except CallRefused as refusal:
        return [], str(refusal)


def _sum_of(rows: "QuerySet[Any]", field: str) -> Any:
    """The sum over rows of a call, as a column beside others that are sums too."""
    own = rows.filter(call=OuterRef("pk")).order_by().values("call").annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(own), NOTHING)


def with_sums(calls: "QuerySet[Call]") -> "QuerySet[Any]":
    """Each with `accepted`, `received` and `paid`."""
    return calls.annotate(
        accepted=_sum_of(CallShare.objects.all(), "accepted_amount"),
        received=_sum_of(CallReceipt.objects.standing(), "matched_amount"),
        paid=_sum_of(CallPayment.objects.standing(), "amount"),
    )


def sums_of(call: Call) -> Sums:
    """As the database has it now."""
    accepted = call.shares.aggregate(sum=Sum("accepted_amount"))["sum"] or NOTHING
    received = call.receipts.standing().aggregate(sum=Sum("matched_amount"))["sum"] or NOTHING
    paid = call.payments.standing().aggregate(sum=Sum("amount"))["sum"] or NOTHING
    return Sums(call.amount, accepted, received, paid)


def arrived_for(call: Call) -> Decimal:
    """Everything that arrived and was not reversed, also what is in suspense."""
    return call.receipts.standing().aggregate(sum=Sum("amount"))["sum"] or NOTHING


def to_come_of(share: CallShare) -> Decimal:
    received = share.receipts.standing().aggregate(sum=Sum("matched_amount"))["sum"] or NOTHING
    return (share.accepted_amount or NOTHING) - received


def is_overdue(call: Call, today: datetime.date) -> bool:
    """Partners' answers should be here by now. A call that all have answered is closed."""
    return call.state == CallState.ASKED and call.answer_by < today


def calls_for(seat: Seat, today: datetime.date, *, search: str = "", state: str = "", fund: str = "") -> "QuerySet[Call]":
    """What this seat may read, the newest first, with its sums."""
    found = with_sums(visible_to(seat)).select_related("fund")
    for word in search.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__iexact=word))
    if fund:
        found = found.filter(fund__code=fund)
    if state == OVERDUE:
        found = found.filter(state=CallState.ASKED, answer_by__lt=today)
    elif state:
        found = found.filter(state=state)
    return found.order_by("-drafted_at", "-pk")


def call_for(seat: Seat, reference: str) -> Call | None:
    """A call with its shares, receipts and payments, if the seat may read it."""
    people = ("recorded_by", "reversed_by", "posting")
    received = Coalesce(Sum("receipts__matched_amount", filter=_STANDING), NOTHING)
    shares = CallShare.objects.select_related("funder", "answered_by", "call").annotate(received=received).order_by("number")
    found = visible_to(seat).select_related("fund__host", "drafted_by", "asked_by", "closed_by", "cancelled_by", "changed_by")
    parts = (
        Prefetch("shares", shares),
        Prefetch("receipts", CallReceipt.objects.select_related("funder", *people)),
        Prefetch("payments", CallPayment.objects.select_related(*people)),
    )
    return found.prefetch_related(*parts).filter(reference=reference).first()


def sums_in_sight(call: Call) -> Sums:
    """The same sums from what `call_for` has read already."""
    accepted = sum((one.accepted_amount or NOTHING for one in call.shares.all()), NOTHING)
    received = sum((one.matched_amount for one in call.receipts.all() if one.reversed_at is None), NOTHING)
    paid = sum((one.amount for one in call.payments.all() if one.reversed_at is None), NOTHING)
    return Sums(call.amount, accepted, received, paid)


def share_for(seat: Seat, reference: str) -> CallShare | None:
    return shares_visible_to(seat).select_related("call__fund__host", "funder", "host").filter(reference=reference).first()


def receipt_for(seat: Seat, reference: str) -> CallReceipt | None:
    found = CallReceipt.objects.filter(call__in=visible_to(seat)).select_related("call__fund__host", "share", "funder", "fund")
    return found.filter(reference=reference).first()


def payment_for(seat: Seat, reference: str) -> CallPayment | None:
    found = CallPayment.objects.filter(call__in=visible_to(seat)).select_related("call__fund__host", "fund")
    return found.filter(reference=reference).first()


def shares_to_answer(seat: Seat) -> "QuerySet[CallShare]":
    """Shares of the seat's organisation that wait for its answer, the nearest day first."""
    waiting = CallShare.objects.filter(state=AnswerState.WAITING, call__state=CallState.ASKED, funder=seat.organisation_id)
    return waiting.select_related("call").order_by("call__answer_by", "pk")


def with_silence(funds: PooledFundQuerySet, seat: Seat, today: datetime.date) -> "QuerySet[Any]":
    """Each with `silent_calls` and `silent_answers`: how many calls of the seat's organisation are overdue, and how many answers of partners.

    They stand beside a fund that the front page reads anyway, so that they cost it no statement of their own.
    """
    calls = Call.objects.filter(host=seat.organisation_id, state=CallState.ASKED, answer_by__lt=today)
    answers = CallShare.objects.filter(state=AnswerState.WAITING, call__in=calls)
    return funds.annotate(silent_calls=_count_of(calls), silent_answers=_count_of(answers))


def _count_of(rows: "QuerySet[Any]") -> Any:
    return Coalesce(Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("pk")).values("count")), 0)


def to_remind(today: datetime.date) -> list[CallShare]:
    """Shares that wait for an answer in the week before its day, and of which nobody has been reminded."""
    waiting = CallShare.objects.filter(state=AnswerState.WAITING, call__state=CallState.ASKED, reminder=None)
    near = waiting.filter(call__answer_by__gte=today, call__answer_by__lte=today + A_WEEK)
    rows = near.select_related("call__fund", "funder").order_by("pk")
    return [one for one in rows if wants_reminder(answer_by=one.call.answer_by, asked_on=_asked_on(one.call), today=today)]


def _asked_on(call: Call) -> datetime.date:
    return in_london(call.asked_at).date() if call.asked_at else datetime.date.max


@dataclass(frozen=True)
class CallsOfPeriod:
    """How many calls partners were asked to share, and what became of the money."""

    count: int
    sums: Sums


def calls_asked(fund: PooledFund, first: datetime.date, last: datetime.date) -> CallsOfPeriod:
    """Of the calls of a fund that were asked from `first` to `last` and not cancelled."""
    asked = Call.objects.filter(fund=fund, asked_at__date__gte=first, asked_at__date__lte=last).exclude(state=CallState.CANCELLED)
    rows = with_sums(asked).values_list("amount", "accepted", "received", "paid")
    columns = [sum(column, NOTHING) for column in zip(*rows, strict=True)] or [NOTHING] * 4
    return CallsOfPeriod(len(rows), Sums(*columns))


def fund_choices(seat: Seat) -> list[tuple[str, str]]:
    return choices_among(visible_to(seat))


def funds_to_draft_for(seat: Seat, today: datetime.date) -> list[PooledFund]:
    """Funds of the seat's organisation that have not ended."""
    if not seat.has(*DRAFTERS):
        return []
    return [one for one in PooledFund.objects.filter(host=seat.organisation_id) if not is_over(one, today)]


def _shares_that_do_not_add_up() -> list[str]:
    asked = Call.objects.filter(asked_at__isnull=False).annotate(sum=Sum("shares__amount"))
    return list(asked.exclude(sum=F("amount")).values_list("reference", flat=True))


def _not_as_posted() -> list[str]:
    """Receipts and payments that are not what their posting says, and funds whose account of calls is not their sum."""
    on_calls = Sum("posting__lines__amount", filter=Q(posting__lines__account=Account.CALLS), default=NOTHING)
    half = Q(reversed_at=None, posting__reversal__isnull=False) | Q(reversed_at__isnull=False, posting__reversal=None)
    receipts = CallReceipt.objects.annotate(told=on_calls).filter(~Q(told=NOTHING - F("matched_amount")) | half)
    payments = CallPayment.objects.annotate(told=on_calls).filter(~Q(told=F("amount")) | half)
    known = Q(transaction__call_receipt=None, transaction__call_payment=None)
    undone = Q(transaction__reverses__call_receipt=None, transaction__reverses__call_payment=None)
    strange = LedgerLine.objects.filter(known & undone, account=Account.CALLS)
    named = [rows.values_list("reference", flat=True).distinct() for rows in (receipts, payments)]
    return [*named[0], *named[1], *strange.values_list("transaction__reference", flat=True).distinct()]


def _paid_beyond_received() -> list[str]:
    return list(with_sums(Call.objects.all()).filter(paid__gt=F("received")).values_list("reference", flat=True))


def _received_beyond_accepted() -> list[str]:
    received = Coalesce(Sum("receipts__matched_amount", filter=_STANDING), NOTHING)
    rows = CallShare.objects.annotate(received=received).filter(received__gt=Coalesce(F("accepted_amount"), NOTHING))
    return list(rows.values_list("reference", flat=True))


def _same_hand() -> list[str]:
    receipts = CallReceipt.objects.filter(recorded_by=F("share__answered_by"))
    payments = CallPayment.objects.filter(recorded_by=F("call__asked_by"))
    return [*receipts.values_list("reference", flat=True), *payments.values_list("reference", flat=True)]


def _over_receipts() -> dict[int, Decimal]:
    rows = CallReceipt.objects.standing().order_by().values_list("fund")
    return dict(rows.annotate(sum=Sum(F("amount") - F("matched_amount"))))


register_over_receipts(_over_receipts)
register_invariant("call-shares-add-up", "The shares of a call add up to its amount.", _shares_that_do_not_add_up)
register_invariant(
    "call-received-within-accepted", "Received is at most what the partner accepted, for each share.", _received_beyond_accepted
)
register_invariant("call-received-as-posted", "Receipts and payments of calls are what the ledger says.", _not_as_posted)
register_invariant("call-paid-within-received", "What is paid out of a call is at most what has come in.", _paid_beyond_received)
register_invariant("call-two-hands", "Who accepts a share does not record its payment; who asks does not pay out.", _same_hand)

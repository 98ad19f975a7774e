"""One-off calls: how a cost is shared, what may be asked, answered, received and paid. Amounts are pounds. Pure: no clock, no database."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.money import PENNY, as_pounds, split
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join, on, plural
from funders.contributions.rules import LARGEST, LONGEST_DECISION, LONGEST_REASON, SHORTEST_REASON
from funders.pool.rules import NOTHING
from funders.receipts.rules import A_WEEK, LONGEST_REFERENCE

LONGEST_TITLE = 120
LONGEST_PAYEE = 120
SHORTEST_TITLE = 5
MOST_PARTS = 1000
LONGEST_WAIT = datetime.timedelta(days=366)


class CallRefused(Refusal):
    """The call cannot be drafted, asked, closed or cancelled like this."""


class AnswerRefused(Refusal):
    """The call cannot be answered like this."""


class MoneyRefused(Refusal):
    """The money of a call cannot be recorded like this."""


@dataclass(frozen=True)
class Sums:
    """Where the money of a call stands. What was received beyond a share is in suspense and counts nowhere here."""

    asked: Decimal
    accepted: Decimal
    received: Decimal
    paid: Decimal

    @property
    def uncovered(self) -> Decimal:
        """What no partner has accepted."""
        return self.asked - self.accepted

    @property
    def to_come(self) -> Decimal:
        return self.accepted - self.received

    @property
    def left(self) -> Decimal:
        """What has come in and is not paid out."""
        return self.received - self.paid


def part_field(partner: int) -> str:
    """The form field of a partner's parts; refusals name it, so that the words stand beside the box."""
    return f"parts_{partner}"


def one_time_shares(amount: Decimal, parts: Sequence[int]) -> list[Decimal]:
    """Shares by whole parts, to the penny; they add up to `amount`, and ties go to the first listed.

    :raises CallRefused: no parts, or so little money that a partner would be asked for nothing.
    """
    if not parts:
        raise CallRefused("Give at least one partner a part.", field="key")
    shares = split(amount, parts)
    check_shares(amount, shares)
    return shares


def check_shares(amount: Decimal, shares: Sequence[Decimal]) -> None:
    """:raises CallRefused: a partner would be asked for nothing."""
    if min(shares, default=NOTHING) < PENNY:
        raise CallRefused(
            f"{as_pounds(amount)} is too little to share like this: a partner would be asked for nothing. "
            "Enter a larger amount, or give parts to fewer partners.",
            field="amount",
        )


def check_sectors(without: Sequence[str]) -> None:
    """:param without: sectors of the agreed key that have no partner here. :raises CallRefused:"""
    if without:
        raise CallRefused(
            f"The agreed key cannot be used: no partner here stands for {join(without)}. Choose a key for this call only.", field="key"
        )


def computed(*, sector: str, parts: int, parts_of: int, members: int, sector_amount: Decimal) -> str:
    """How a share was computed, in a sentence."""
    said = f"{parts:,} of {plural(parts_of, 'part')}"
    if not sector:
        return said
    if members == 1:
        return f"{sector}: {said}"
    return f"{sector}: {said}, {as_pounds(sector_amount)}, in equal shares for {members} partners"


def check_draft(
    *,
    title: str,
    amount: Decimal,
    purpose: str,
    answer_by: datetime.date,
    one_time: bool,
    key_reason: str,
    parts: Mapping[int, int],
    today: datetime.date,
) -> None:
    """Whether a call may be drafted like this. :param parts: whole parts by partner, for a one-time key. :raises CallRefused:"""
    if not SHORTEST_TITLE <= len(title.strip()) <= LONGEST_TITLE or not title.strip().isprintable():
        raise CallRefused(f"Name the cost in one line of {SHORTEST_TITLE} to {LONGEST_TITLE} characters.", field="title")
    if problem := _amount_fault(amount):
        raise CallRefused(problem, field="amount")
    if problem := _text_fault(purpose, "what the money is for"):
        raise CallRefused(problem, field="purpose")
    check_answer_by(answer_by, today)
    if one_time:
        if problem := _text_fault(key_reason, "why the agreed key does not fit"):
            raise CallRefused(problem, field="key_reason")
        _check_parts(parts)


def check_answer_by(answer_by: datetime.date, today: datetime.date) -> None:
    """:raises CallRefused: a day that has come already, or one more than a year away."""
    if answer_by <= today:
        raise CallRefused("The day must be after today, so that partners have time to answer.", field="answer_by")
    if answer_by > today + LONGEST_WAIT:
        raise CallRefused("The day must be within a year. Check the year.", field="answer_by")


def check_answer(*, asked: Decimal, accepted: Decimal, decision_reference: str, reason: str) -> None:
    """Whether a partner may answer like this: all of its share, less with a reason, or nothing with a reason.

    :raises AnswerRefused:
    """
    if not accepted.is_finite() or accepted < 0:
        raise AnswerRefused("Enter an amount of money, for example 1,250.00, or 0 to decline.", field="accepted")
    if accepted > asked:
        raise AnswerRefused(f"You are asked for {as_pounds(asked)}. Enter that or less.", field="accepted")
    if accepted != round(accepted, 2):
        raise AnswerRefused("Enter pounds and pence, with no more than two figures after the point.", field="accepted")
    if accepted and (problem := _line_fault(decision_reference, "the reference of the decision", LONGEST_DECISION)):
        raise AnswerRefused(problem, field="decision_reference")
    if accepted < asked and (problem := _text_fault(reason, "why you decline" if not accepted else "why you accept less than is asked")):
        raise AnswerRefused(problem, field="reason")
    if len(reason.strip()) > LONGEST_REASON or "\0" in reason:
        raise AnswerRefused(f"Shorten the reason to {LONGEST_REASON:,} characters or fewer.", field="reason")


def check_close(*, uncovered: Decimal, note: str) -> None:
    """:raises CallRefused: something is not covered, and nobody says what becomes of it."""
    if uncovered and (problem := _text_fault(note, f"how the {as_pounds(uncovered)} that no partner covers is met")):
        raise CallRefused(problem, field="note")


def check_cancel(*, received: Decimal, reason: str) -> None:
    """:raises CallRefused: money has arrived, or no reason."""
    if received:
        raise CallRefused(
            f"{as_pounds(received)} has arrived for this call, so it cannot be cancelled. The host’s finance officer has to reverse it first."
        )
    if problem := _text_fault(reason, "why the call is cancelled"):
        raise CallRefused(problem, field="reason")


def check_receipt(
    *,
    amount: Decimal,
    received_on: datetime.date,
    bank_reference: str,
    asked_on: datetime.date,
    today: datetime.date,
    answered_by: int | None,
    recorder: int,
) -> None:
    """Whether money of a partner may be recorded. :param answered_by: who accepted; `recorder` who records: two persons. :raises MoneyRefused:"""
    if answered_by == recorder:
        raise MoneyRefused("You accepted this share for the partner, so another finance officer has to record its payment.")
    if problem := _amount_fault(amount):
        raise MoneyRefused(problem, field="amount")
    _check_day(received_on, "received_on", asked_on, today)
    if problem := _line_fault(bank_reference, "the bank reference", LONGEST_REFERENCE):
        raise MoneyRefused(problem, field="bank_reference")


def check_payment(
    *,
    amount: Decimal,
    paid_on: datetime.date,
    payee: str,
    bank_reference: str,
    at_hand: Decimal,
    asked_on: datetime.date,
    today: datetime.date,
    asked_by: int | None,
    payer: int,
) -> None:
    """Whether money may be paid out. :param at_hand: what has come in and is not paid out yet. :raises MoneyRefused:"""
    if asked_by == payer:
        raise MoneyRefused("You asked the partners for this money, so another finance officer has to record what is paid out of it.")
    if problem := _amount_fault(amount):
        raise MoneyRefused(problem, field="amount")
    if amount > at_hand:
        raise MoneyRefused(
            f"Of this call, {as_pounds(at_hand)} is at hand. Pay that or less, or wait until more has come in.", field="amount"
        )
    _check_day(paid_on, "paid_on", asked_on, today)
    if problem := _line_fault(payee, "who was paid, by function and not by name", LONGEST_PAYEE):
        raise MoneyRefused(problem, field="payee")
    if problem := _line_fault(bank_reference, "the bank reference", LONGEST_REFERENCE):
        raise MoneyRefused(problem, field="bank_reference")


def check_reversal(*, reason: str) -> None:
    """:raises MoneyRefused: no reason that others can read later."""
    if problem := _text_fault(reason, "what was wrong"):
        raise MoneyRefused(problem, field="reason")


def check_cleared(amount: Decimal) -> None:
    """:param amount: what of the money that came in beyond what was accepted has left the suspense again.
    :raises MoneyRefused: some of it."""
    if amount:
        raise MoneyRefused(
            f"{as_pounds(amount)} of this money went into suspense and was assigned or returned from there. Reverse that first."
        )


def check_left(*, left: Decimal) -> None:
    """:param left: what would be left of what came in, were a receipt reversed. :raises MoneyRefused: less than was paid out."""
    if left < 0:
        raise MoneyRefused(f"{as_pounds(-left)} of this money has been paid out. Reverse that payment first.")


def wants_reminder(*, answer_by: datetime.date, asked_on: datetime.date, today: datetime.date) -> bool:
    """Whether a partner that has not answered is reminded: in the week before the day, but not on the day on which it was asked."""
    return answer_by - A_WEEK <= today <= answer_by and today > asked_on


def _check_parts(parts: Mapping[int, int]) -> None:
    for partner, count in parts.items():
        if not 0 <= count <= MOST_PARTS:
            raise CallRefused(f"Parts are whole numbers from 0 to {MOST_PARTS:,}.", field=part_field(partner))
    if not any(parts.values()):
        raise CallRefused("Give at least one partner a part. A partner with none is not asked.", field="key")


def _check_day(day: datetime.date, field: str, asked_on: datetime.date, today: datetime.date) -> None:
    if day > today:
        raise MoneyRefused("The day must be today or earlier. Record the money when it has moved.", field=field)
    if day < asked_on:
        raise MoneyRefused(f"The day must be {on(asked_on)} or later: partners were asked on that day.", field=field)


def _amount_fault(amount: Decimal) -> str:
    if not amount.is_finite() or amount <= 0:
        return "The amount must be more than £0."
    if amount > LARGEST:
        return f"The amount must be {as_pounds(LARGEST, whole=True)} or less. Check the number of noughts."
    return "Enter pounds and pence, with no more than two figures after the point." if amount != round(amount, 2) else ""


def _text_fault(text: str, what: str) -> str:
    tidy = text.strip()
    if len(tidy) < SHORTEST_REASON:
        return f"Say {what}, in a sentence. It stays in the record."
    if len(tidy) > LONGEST_REASON:
        return f"Say {what} in {LONGEST_REASON:,} characters or fewer."
    return "The text holds a character that cannot be kept. Type it again." if "\0" in tidy else ""


def _line_fault(text: str, what: str, most: int) -> str:
    tidy = text.strip()
    if not tidy:
        return f"Enter {what}."
    return f"Enter {what} in one line of {most} characters or fewer." if len(tidy) > most or not tidy.isprintable() else ""

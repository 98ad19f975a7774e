"""The term of a contract: whole months from its first day, options only in order and before it ends. No clock, no database."""

import calendar
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from commissioning.kernel.refusals import Refusal

NOTICE_MONTHS = 12
LONGEST_OPTION_MONTHS = 24


class SigningRefused(Refusal):
    """This person may not sign, or not now."""


class ContractRefused(Refusal):
    """No contract can be made of this."""


SegmentKind = Literal["term", "option", "extension"]


@dataclass(frozen=True)
class Segment:
    """A piece of a contract's time, first and last day included."""

    kind: SegmentKind
    label: str
    first_day: date
    last_day: date
    months: int
    is_committed: bool


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the last day of the month where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day_of(first_day: date, months: int) -> date:
    """The last day of a term of whole months: the day before the corresponding day, as periods are counted in law.

    60 months from 1 April 2027 end on 31 March 2032; one month from 31 January ends with February.
    """
    corresponding = add_months(first_day, months)
    return corresponding - timedelta(days=1) if corresponding.day == first_day.day else corresponding


def notice_day(last_day: date) -> date:
    """The last day on which an option can be taken up: twelve months before the term that it follows ends."""
    if last_day == last_of_month(last_day):
        return last_of_month(add_months(last_day.replace(day=1), -NOTICE_MONTHS))
    return add_months(last_day, -NOTICE_MONTHS)


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def option_parts(months: int) -> list[int]:
    """Optional time in steps of at most two years: 48 months are 24 and 24 (decisions are then taken one at a time)."""
    whole, rest = divmod(months, LONGEST_OPTION_MONTHS)
    return [LONGEST_OPTION_MONTHS] * whole + ([rest] if rest else [])


@dataclass(frozen=True)
class OptionTerm:
    """One step of optional time and the day by which notice of it must be given."""

    number: int
    months: int
    notice_by: date


def options_of(starts_on: date, term_months: int, option_months: int) -> list[OptionTerm]:
    """The options of a new contract, each with its notice day."""
    terms, until = [], term_months
    for number, months in enumerate(option_parts(option_months), start=1):
        terms.append(OptionTerm(number, months, notice_day(last_day_of(starts_on, until))))
        until += months
    return terms


def segments(
    starts_on: date, term_months: int, options: Sequence[tuple[int, bool]], extensions: Sequence[int]
) -> tuple[list[Segment], date]:
    """The time of a contract piece by piece, and the last day to which it is committed.

    :param options: months of each option in order, and whether it was exercised. An option that was not exercised and stands
        before an extension has lapsed, so it takes no time.
    :param extensions: months of each change beyond the options.
    """
    used = [(months, taken) for months, taken in options if taken or not extensions]
    plan: list[tuple[SegmentKind, str, int, bool]] = [("term", "First term", term_months, True)]
    plan += [("option", f"Option {number}", months, taken) for number, (months, taken) in enumerate(used, start=1)]
    plan += [("extension", "Extension beyond the options", months, True) for months in extensions]
    pieces = list(_laid_out(starts_on, plan))
    return pieces, max(piece.last_day for piece in pieces if piece.is_committed)


def _laid_out(starts_on: date, plan: Sequence[tuple[SegmentKind, str, int, bool]]) -> Iterator[Segment]:
    until = 0
    for kind, label, months, is_committed in plan:
        first = add_months(starts_on, until)
        until += months
        yield Segment(kind, label, first, last_day_of(starts_on, until), months, is_committed)


def terms_hash(terms: Mapping[str, object]) -> str:
    """SHA-256 over the terms of a contract in one canonical writing: what either side signs is what the other signed."""
    return hashlib.sha256(json.dumps(terms, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()

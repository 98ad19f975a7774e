"""What may be given in kind, and what it is worth. Amounts are pounds. Pure: no clock, no database."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from commissioning.contracts.rules import add_months
from commissioning.kernel.money import PENNY
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import on
from funders.contributions.rules import SHORTEST_REASON, check_amount, decision_wanted, reason_wanted

LONGEST_TITLE = 120
LONGEST_NOTE = 1000
MONTHS_A_YEAR = 12
_ADDRESSED = re.compile(r"^(mr|mrs|ms|miss|mx|dr|prof|sir|dame)\b", re.IGNORECASE)


class GiftRefused(Refusal):
    """It cannot be given, agreed or withdrawn like this."""


def whole_months(starts_on: date, ends_on: date) -> int:
    """How many whole months lie from the first to the last day; 0 if they are not whole.

    1 September to 31 March are 7; 15 September to 14 October is 1.
    """
    after = ends_on + timedelta(days=1)
    months = (after.year - starts_on.year) * MONTHS_A_YEAR + after.month - starts_on.month
    return months if months > 0 and add_months(starts_on, months) == after else 0


def post_value(fte: Decimal, months: int, annual_rate: Decimal) -> Decimal:
    """FTE x months x the yearly rate / 12, to the nearest penny: 0.6 x 7 x £41,385 / 12 is £14,484.75."""
    return (fte * months * annual_rate / MONTHS_A_YEAR).quantize(PENNY, rounding=ROUND_HALF_UP)


def check_gift(*, title: str, starts_on: date, ends_on: date, first_year: int, last_year: int, evidence_note: str) -> None:
    """What every gift must say: what it is, when, and what shows that it exists.

    :param first_year: the calendar years in which the fund's first and last financial years begin.
    :raises GiftRefused:
    """
    tidy = title.strip()
    if len(tidy) < SHORTEST_REASON or len(tidy) > LONGEST_TITLE or not tidy.isprintable():
        raise GiftRefused(f"Say what it is in one line of {SHORTEST_REASON} to {LONGEST_TITLE} characters.", field="title")
    if _ADDRESSED.match(tidy):
        raise GiftRefused("Enter the title of the post, for example Domestic abuse coordinator, and never a person’s name.", field="title")
    first, last = FinancialYear(first_year).first_day, FinancialYear(last_year).last_day
    if not first <= starts_on <= last:
        raise GiftRefused(f"The fund runs from {on(first)} to {on(last)}: it must start between these days.", field="starts_on")
    if ends_on <= starts_on:
        raise GiftRefused("The last day must be after the first.", field="ends_on")
    if ends_on > last:
        raise GiftRefused(f"The fund ends on {on(last)}: it must end by then.", field="ends_on")
    if len(evidence_note.strip()) < SHORTEST_REASON or len(evidence_note) > LONGEST_NOTE or "\0" in evidence_note:
        raise GiftRefused(
            f"Say in {LONGEST_NOTE:,} characters or fewer what shows that it exists, for example the line in the establishment list.",
            field="evidence_note",
        )


def check_post(*, fte: Decimal, annual_rate: Decimal, starts_on: date, ends_on: date) -> None:
    """:raises GiftRefused: not whole months, no part of a post. :raises PledgeRefused: a rate that is no amount."""
    if not fte.is_finite() or not 0 < fte <= 50 or fte != round(fte, 2):
        raise GiftRefused("Enter the full-time equivalent from 0.01 to 50, for example 0.6.", field="fte")
    check_amount(annual_rate, field="annual_rate")
    if not whole_months(starts_on, ends_on):
        raise GiftRefused(
            "The days must enclose whole months, for example 1 September to 31 March, or 15 September to 14 March.", field="ends_on"
        )
    check_amount(post_value(fte, whole_months(starts_on, ends_on), annual_rate), field="annual_rate")


def check_valued(*, value: Decimal, valued_how: str) -> None:
    """:raises GiftRefused: nobody could tell how it was valued. :raises PledgeRefused: a value that is no amount."""
    check_amount(value, field="value")
    if len(valued_how.strip()) < SHORTEST_REASON or len(valued_how) > LONGEST_NOTE or "\0" in valued_how:
        raise GiftRefused(
            f"Say in {LONGEST_NOTE:,} characters or fewer how it was valued, for example by the usual rent.", field="valued_how"
        )


def check_agreement(*, approver: int, pledged_by: int, decision_reference: str) -> None:
    """:raises GiftRefused: the same person twice, or no decision."""
    if approver == pledged_by:
        raise GiftRefused("You offered this yourself, so another approver of your organisation has to agree it.")
    if sentence := decision_wanted(decision_reference):
        raise GiftRefused(sentence, field="decision_reference")


def check_withdrawal(reason: str) -> None:
    """:raises GiftRefused: no reason that others can read later."""
    if sentence := reason_wanted(reason):
        raise GiftRefused(sentence, field="reason")

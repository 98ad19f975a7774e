"""What may happen to a contribution after it was promised: conditions, lower amounts, limits, lapse. Pure: no clock, no database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import on
from funders.contributions.rules.pledging import SHORTEST_REASON, check_amount, decision_wanted, reason_wanted

LONGEST_CONDITION = 300
# Section 75 pooled funds take NHS bodies and local authorities only (SI 2000/617).
SECTION_75_SECTORS = frozenset({"councils", "health", "social_services"})


class ConditionRefused(Refusal):
    """The condition cannot be set, met or taken back like this."""


class ReductionRefused(Refusal):
    """The agreed amount cannot be lowered like this."""


class LapseRefused(Refusal):
    """The contribution has not lapsed."""


class TermsRefused(Refusal):
    """The contribution cannot be limited like this."""


@dataclass(frozen=True)
class Restriction:
    """What a contribution may pay for. What is empty does not limit. Districts are GSS codes."""

    purpose: str = ""
    districts: frozenset[str] = frozenset()
    until: date | None = None


def firm_up_advice(state: str) -> str:
    """What to do instead of pledging £0."""
    if state == "nothing":
        return "You have answered that you give nothing already. Enter what you pledge, or leave the page."
    return "If you give nothing for the year, leave this page and change the amount to 0."


def check_reduction(*, amount: Decimal, before: Decimal, reason: str, decision_reference: str) -> None:
    """Whether an agreed amount may be lowered to this one.

    :raises ReductionRefused: no lower amount, no reason, no decision. :raises PledgeRefused: no amount that can be given.
    """
    if amount.is_finite() and not amount:
        raise ReductionRefused("To give nothing, withdraw the contribution instead: its reason stays in the history.", field="amount")
    check_amount(amount)
    if amount >= before:
        raise ReductionRefused(
            f"{as_pounds(before)} is agreed. Enter a lower amount; what is given beyond it is pledged anew.", field="amount"
        )
    if sentence := decision_wanted(decision_reference):
        raise ReductionRefused(sentence, field="decision_reference")
    if sentence := reason_wanted(reason):
        raise ReductionRefused(sentence, field="reason")


def check_condition(*, condition: str, due_on: date, year: int, today: date, reason: str) -> None:
    """Whether a contribution to a financial year may wait for this event, decided by this day.

    :param year: the calendar year in which the contribution's financial year begins.
    :raises ConditionRefused:
    """
    tidy = condition.strip()
    if len(tidy) < SHORTEST_REASON:
        raise ConditionRefused("Say which event the money waits for, for example the grant letter of a department.", field="condition")
    if len(tidy) > LONGEST_CONDITION or not tidy.isprintable():
        raise ConditionRefused(f"The event must be one line of {LONGEST_CONDITION} characters or fewer.", field="condition")
    last = FinancialYear(year).last_day
    if due_on < today:
        raise ConditionRefused("The day by when it is decided must be today or later.", field="due_on")
    if due_on > last:
        raise ConditionRefused(f"This is money for {FinancialYear(year)}: it must be decided by {on(last)}.", field="due_on")
    if sentence := reason_wanted(reason):
        raise ConditionRefused(sentence, field="reason")


def check_met(*, met_on: date, due_on: date | None, pledged_on: date, today: date) -> None:
    """Whether a condition may count as met from this day.

    :raises ConditionRefused: a day to come, before the money was promised, or after the day by which it was to be decided.
    """
    if met_on > today:
        raise ConditionRefused("The day must be today or earlier. Record it when the event has come.", field="met_on")
    if met_on < pledged_on:
        raise ConditionRefused(f"The day must be {on(pledged_on)} or later: the money was promised on that day.", field="met_on")
    if due_on and met_on > due_on:
        raise ConditionRefused(
            f"It was to be decided by {on(due_on)}. Set a later day for the condition first, with a reason.", field="met_on"
        )


def check_unmet(*, unmet_on: date, met_on: date | None, today: date, reason: str) -> None:
    """Whether a condition that was met may count as open again from this day.

    :raises ConditionRefused: it was never met, a day to come or before it was met, or no reason.
    """
    if met_on is None:
        raise ConditionRefused("This condition has not been met, so it cannot be taken back.")
    if unmet_on > today:
        raise ConditionRefused("The day must be today or earlier.", field="unmet_on")
    if unmet_on < met_on:
        raise ConditionRefused(f"The day must be {on(met_on)} or later: the condition counted as met from then.", field="unmet_on")
    if sentence := reason_wanted(reason):
        raise ConditionRefused(sentence, field="reason")


def why_lapsed(*, state: str, year: int, condition_due_on: date | None, waits: bool, today: date) -> str:
    """Why a contribution has run out, in a sentence; "" while it has not.

    :param waits: whether it is agreed and its condition is open.
    """
    if state in ("indicative", "pledged") and FinancialYear(year).last_day < today:
        return f"{FinancialYear(year)} ended on {on(FinancialYear(year).last_day)}, and the money was {state}, not agreed."
    if waits and condition_due_on and condition_due_on < today:
        return f"Its condition was not met by {on(condition_due_on)}."
    return ""


def check_lapse(*, why: str, reason: str) -> None:
    """:param why: what `why_lapsed` says. :raises LapseRefused: nothing has run out, or no reason."""
    if not why:
        raise LapseRefused("This has not run out: its year, or the day by which its condition is decided, is not over yet.")
    if sentence := reason_wanted(reason):
        raise LapseRefused(sentence, field="reason")


def may_pay_for(restriction: Restriction, purpose: str, district: str, on: date) -> bool:
    """Whether limited money may pay for a purpose in a district (GSS code) on a day.

    What is spent for no district in particular ("") is outside money that is limited to some districts.
    """
    if restriction.purpose and purpose != restriction.purpose:
        return False
    if restriction.districts and district not in restriction.districts:
        return False
    return restriction.until is None or on <= restriction.until


def check_terms(
    *, restriction: Restriction, pot: str, purposes: Collection[str], districts: Collection[str], year: int, sector: str
) -> None:
    """Whether a contribution may rest on this basis and be limited so.

    :param purposes: those that the fund offers; `districts` the GSS codes that there are; `sector` of the partner.
    :raises TermsRefused:
    """
    if pot == "s75" and sector not in SECTION_75_SECTORS:
        raise TermsRefused("A section 75 arrangement takes NHS bodies and local authorities only. Choose another legal basis.", field="pot")
    if restriction.purpose and restriction.purpose not in purposes:
        raise TermsRefused("Choose one of the purposes that are offered.", field="purpose")
    if restriction.districts - set(districts):
        raise TermsRefused("Choose districts from the list.", field="districts")
    first = FinancialYear(year).first_day
    if restriction.until and restriction.until < first:
        raise TermsRefused(f"This is money for {FinancialYear(year)}: it must be usable until {on(first)} or later.", field="use_until")

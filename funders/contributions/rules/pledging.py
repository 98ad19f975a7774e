"""What may be pledged, agreed, changed and withdrawn, and by whom. Pure: no clock, no database."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join

LARGEST = Decimal("100000000.00")
LONGEST_CONDITIONS = 4000
LONGEST_REASON = 2000
LONGEST_DECISION = 120
SHORTEST_REASON = 5
ADVICE = "If you give nothing for the year, enter 0: that is an answer too."
NO_AMOUNT = "Enter an amount for at least one year."
NO_FIGURE = "To answer that you give nothing, make a pledge of 0 for that year."


class PledgeRefused(Refusal):
    """The pledge cannot be made as it stands."""


class AgreementRefused(Refusal):
    """The pledge cannot be agreed like this."""


class ChangeRefused(Refusal):
    """The contribution cannot be changed like this."""


class WithdrawalRefused(Refusal):
    """The contribution cannot be withdrawn like this."""


def amount_field(year: int) -> str:
    """The form field of a year's amount; refusals name it, so that the words stand beside the box."""
    return f"amount_{year}"


def check_pledge(
    *,
    amounts: Mapping[int, Decimal],
    conditions: str,
    fund_years: Collection[int],
    standing: Collection[int],
    today: date,
    reason: str = "",
    is_firm: bool = True,
) -> None:
    """Whether these amounts (pounds, by the calendar year in which the financial year begins) may be pledged together.

    Zero is an answer: the partner gives nothing for that year. A year that is not among them is not answered.

    :param standing: years in which the partner has a contribution to this fund that was not withdrawn.
    :param reason: why nothing is given for a year; may be empty.
    :param is_firm: whether it is a pledge; an indicative figure of nothing says nothing.
    :raises PledgeRefused:
    """
    if not amounts:
        raise PledgeRefused("Enter an amount for at least one year. If you give nothing for a year, enter 0." if is_firm else NO_AMOUNT)
    for year, amount in sorted(amounts.items()):
        check_year(year, fund_years=fund_years, standing=standing, today=today)
        if not (is_firm and is_zero(amount)):
            check_amount(amount, field=amount_field(year), label=str(FinancialYear(year)), advice=ADVICE if is_firm else NO_FIGURE)
    check_note(reason, nothing_given=any(is_zero(amount) for amount in amounts.values()))
    if len(conditions) > LONGEST_CONDITIONS:
        raise PledgeRefused(f"Shorten the conditions to {LONGEST_CONDITIONS:,} characters or fewer.", field="conditions")
    if "\0" in conditions:
        raise PledgeRefused("The conditions hold a character that cannot be kept. Type them again.", field="conditions")


def is_zero(amount: Decimal) -> bool:
    """Whether it is £0, and so an answer; NaN is not."""
    return amount.is_finite() and not amount


def check_note(reason: str, *, nothing_given: bool) -> None:
    """:raises PledgeRefused: a reason for giving nothing that cannot be kept, or that belongs to no year."""
    if reason.strip() and not nothing_given:
        raise PledgeRefused(
            "You give a reason for giving nothing, but no year has £0. Enter 0 for that year, or take the reason out.", field="reason"
        )
    if len(reason.strip()) > LONGEST_REASON:
        raise PledgeRefused(f"Shorten the reason to {LONGEST_REASON:,} characters or fewer.", field="reason")
    if "\0" in reason:
        raise PledgeRefused("The reason holds a character that cannot be kept. Type it again.", field="reason")


def check_year(year: int, *, fund_years: Collection[int], standing: Collection[int], today: date) -> None:
    """:raises PledgeRefused:"""
    field = amount_field(year)
    if year not in fund_years:
        covered = join([FinancialYear(one) for one in sorted(fund_years)])
        raise PledgeRefused(f"{FinancialYear(year)} is not a year of this fund. It covers {covered}.", field=field)
    if FinancialYear(year).last_day < today:
        raise PledgeRefused(f"{FinancialYear(year)} has ended. Leave its amount empty.", field=field)
    if year in standing:
        raise PledgeRefused(
            f"You have a contribution for {FinancialYear(year)} already. Change or withdraw that one, or leave this amount empty.",
            field=field,
        )


def check_amount(amount: Decimal, *, field: str = "amount", label: str = "", advice: str = "") -> None:
    """:param advice: what to do instead of giving nothing. :raises PledgeRefused: nothing, less than nothing, more than anybody means, or a fraction of a penny."""
    of = f" for {label}" if label else ""
    if not amount.is_finite():
        raise PledgeRefused(f"Enter an amount of money{of}, for example 91,833.34.", field=field)
    if amount <= 0:
        raise PledgeRefused(f"The amount{of} must be more than £0. {advice}".strip(), field=field)
    if amount > LARGEST:
        raise PledgeRefused(f"The amount{of} must be {as_pounds(LARGEST, whole=True)} or less. Check the number of noughts.", field=field)
    if amount != round(amount, 2):
        raise PledgeRefused(f"Enter pounds and pence{of}, with no more than two figures after the point.", field=field)


def check_agreement(
    *, years: Collection[int], open_years: Collection[int], decision_reference: str, approver: int, hands: Collection[int | None]
) -> None:
    """Whether an approver may agree these years of a pledge.

    :param open_years: years of the pledge that wait to be agreed.
    :param approver: key of the person; `hands` of those who pledged or changed it. Two persons, always.
    :raises AgreementRefused:
    """
    if approver in hands:
        raise AgreementRefused("You made or changed this pledge, so another approver of your organisation has to agree it.")
    if not open_years:
        raise AgreementRefused("Nothing of this pledge waits to be agreed any more.")
    if not years:
        raise AgreementRefused("Choose at least one year to agree.", field="years")
    if set(years) - set(open_years):
        raise AgreementRefused(f"Of this pledge, only {_named(open_years)} can be agreed now.", field="years")
    if sentence := decision_wanted(decision_reference):
        raise AgreementRefused(sentence, field="decision_reference")


def decision_wanted(decision_reference: str) -> str:
    """What is wrong with the reference of a decision, or nothing."""
    reference = decision_reference.strip()
    if not reference:
        return "Enter the reference of the decision, for example the minute or the decision notice."
    if len(reference) > LONGEST_DECISION or not reference.isprintable():
        return f"The reference must be one line of {LONGEST_DECISION} characters or fewer."
    return ""


def check_change(*, amount: Decimal, before: Decimal, reason: str) -> None:
    """Zero is an answer: from now on the partner gives nothing for the year.

    :raises ChangeRefused: the same amount, or no reason. :raises PledgeRefused: no amount that can be pledged.
    """
    if not is_zero(amount):
        check_amount(amount, advice=ADVICE)
    if amount == before:
        raise ChangeRefused(f"The amount is {as_pounds(before)} already. Enter another amount, or leave the page.", field="amount")
    sentence = reason_wanted(reason)
    if sentence:
        raise ChangeRefused(sentence, field="reason")


def check_withdrawal(*, reason: str) -> None:
    """:raises WithdrawalRefused: no reason that others can read later."""
    sentence = reason_wanted(reason)
    if sentence:
        raise WithdrawalRefused(sentence, field="reason")


def reason_wanted(reason: str) -> str:
    """What is wrong with a reason, or nothing."""
    tidy = reason.strip()
    if len(tidy) < SHORTEST_REASON:
        return "Give the reason in a sentence. It stays in the history and the host partner reads it."
    if len(tidy) > LONGEST_REASON:
        return f"Shorten the reason to {LONGEST_REASON:,} characters or fewer."
    if "\0" in tidy:
        return "The reason holds a character that cannot be kept. Type it again."
    return ""


def _named(years: Collection[int]) -> str:
    return join([FinancialYear(year) for year in sorted(years)])

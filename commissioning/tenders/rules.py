"""What a tender must be. Pure functions: the clock is passed in, refusals are sentences for the person who reads them."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from commissioning.kernel import words
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.working_days import bank_holidays, is_working_day

WHOLE = Decimal("100.00")
USUAL_TERM_MONTHS = 60
USUAL_OPTION_MONTHS = 48
LONGEST_TERM_MONTHS = 120
USUAL_HOUR = datetime.time(12, 0)
REASONABLE_DAYS = 30  # a local default: light touch procurement has no shortest time by law
OPENERS = 2
EVALUATORS = 2
PUBLISH_GATE = "tender.publish"


class TenderRefused(Refusal):
    """A rule of tendering says no."""


class DeadlineRefused(TenderRefused):
    """The deadline cannot be what was asked for."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="deadline")


def weights_total(weights: Sequence[Decimal]) -> Decimal:
    return sum(weights, Decimal("0.00"))


def weights_fault(weights: Sequence[Decimal]) -> str:
    """What is wrong with the weights of a tender, in percent: nothing when they sum to exactly 100.00."""
    if not weights:
        return "There are no award criteria yet."
    if any(weight <= 0 for weight in weights):
        return "Every weight must be above 0."
    off = WHOLE - weights_total(weights)
    if off == 0:
        return ""
    change = f"Add {off:f}" if off > 0 else f"Take away {-off:f}"
    return f"The weights add up to {weights_total(weights):f}. They must add up to exactly 100.00. {change}."


def check_weights(weights: Sequence[Decimal]) -> None:
    """:raises TenderRefused: the weights do not sum to exactly 100.00."""
    if fault := weights_fault(weights):
        raise TenderRefused(fault)


def districts_fault(districts_of: Mapping[str, Collection[str]]) -> str:
    """What is wrong with the lots, by name: nothing when each has a district and no district is in two of them."""
    for lot, districts in districts_of.items():
        if not districts:
            return f"{lot} has no districts when the contract starts."
    for (one, here), (other, there) in combinations(districts_of.items(), 2):
        if twice := sorted(set(here) & set(there)):
            return f"{words.join(twice)} would be in two lots: {one} and {other}."
    return ""


def check_districts(districts_of: Mapping[str, Collection[str]]) -> None:
    """:raises TenderRefused: a lot without districts, or a district in two lots of one tender."""
    if fault := districts_fault(districts_of):
        raise TenderRefused(fault)


def check_term(term_months: int, option_months: int) -> None:
    """:raises TenderRefused: no term, or a term with options of more than ten years."""
    if term_months < 12:
        raise TenderRefused("The contract must run for at least 12 months.", field="term_months")
    if term_months + option_months > LONGEST_TERM_MONTHS:
        raise TenderRefused("Term and options together must not be longer than 120 months.", field="option_months")


def london_moment(day: datetime.date, hour: datetime.time = USUAL_HOUR) -> datetime.datetime:
    """The moment when London's clocks show this hour on this day, in UTC.

    :raises DeadlineRefused: the hour does not exist, or exists twice, because the clocks change that night.
    """
    moment = datetime.datetime.combine(day, hour, words.LONDON)
    back = moment.astimezone(datetime.UTC).astimezone(words.LONDON)
    if back.time() != hour:
        raise DeadlineRefused(f"{hour:%H:%M} does not exist on {words.on(day)}: the clocks go forward. Choose another hour.")
    if fault := twice_fault(moment):
        raise DeadlineRefused(fault)
    return moment.astimezone(datetime.UTC)


def twice_fault(moment: datetime.datetime) -> str:
    """What is wrong with a moment whose hour London's clocks show twice in the night when they go back."""
    local = words.in_london(moment)
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset():
        return ""
    return f"{local:%H:%M} comes twice on {words.on(local)}: the clocks go back. Choose another hour."


def deadline_fault(deadline: datetime.datetime, *, now: datetime.datetime, contract_starts_on: datetime.date) -> str:
    """What is wrong with a deadline: nothing when it is in the future, on a working day, before the contract starts."""
    day = words.in_london(deadline).date()
    if deadline <= now:
        return f"The deadline {words.at(deadline)} has passed. Choose one in the future."
    if fault := twice_fault(deadline):
        return fault
    if not is_working_day(day):
        return f"{words.on(day)} is {_no_working_day(day)}. Choose a working day."
    if day >= contract_starts_on:
        return f"The deadline must be before the contract starts on {words.on(contract_starts_on)}."
    return ""


def _no_working_day(day: datetime.date) -> str:
    return f"a bank holiday ({bank_holidays(day.year)[day]})" if day in bank_holidays(day.year) else "at a weekend"


def check_deadline(deadline: datetime.datetime, *, now: datetime.datetime, contract_starts_on: datetime.date) -> None:
    """:raises DeadlineRefused: a deadline in the past, on no working day, or after the contract starts."""
    if fault := deadline_fault(deadline, now=now, contract_starts_on=contract_starts_on):
        raise DeadlineRefused(fault)


def check_later_deadline(
    deadline: datetime.datetime, *, before: datetime.datetime, now: datetime.datetime, contract_starts_on: datetime.date
) -> None:
    """After publication a deadline moves forward only, and only while it has not passed.

    :raises DeadlineRefused: it has passed, or the new one is not later, or is wrong by itself.
    """
    if before <= now:
        raise DeadlineRefused(f"The deadline {words.at(before)} has passed and cannot be moved.")
    if deadline <= before:
        raise DeadlineRefused(f"After publication a deadline only moves forward. Choose one after {words.at(before)}.")
    check_deadline(deadline, now=now, contract_starts_on=contract_starts_on)


def deadline_advice(deadline: datetime.datetime, *, now: datetime.datetime) -> str:
    """A caution that blocks nothing: too little time to write a bid, or a time over Christmas."""
    first, last = words.in_london(now).date(), words.in_london(deadline).date()
    days = (last - first).days
    if days < REASONABLE_DAYS:
        return f"Bidders would have {words.plural(days, 'day')}. Small charities need about {REASONABLE_DAYS} to write a bid."
    christmas = [datetime.date(year, 12, 25) for year in range(first.year, last.year + 1)]
    if any(first <= day <= last for day in christmas):
        return "The time to bid runs over Christmas. Allow bidders extra days."
    return ""


def seats_fault(openers: Collection[str], opener_people: Collection[str], evaluator_people: Collection[str]) -> str:
    """Two opening officers of different organisations, and nobody who both opens and marks.

    :param openers: organisation codes of the opening officers; `opener_people`, `evaluator_people` are references.
    """
    if len(set(openers)) < OPENERS:
        return "Name two opening officers of different organisations."
    if set(opener_people) & set(evaluator_people):
        return "Somebody would open the bids and mark them. Who opens sees the bidders' names, so they cannot mark blind."
    return ""


def assessors_fault(evaluators: Collection[str]) -> str:
    """At least two evaluators, of at least two organisations (codes, one for each person)."""
    if len(evaluators) < EVALUATORS:
        return "Name at least two evaluators."
    if len(set(evaluators)) < EVALUATORS:
        return "Name evaluators of at least two organisations."
    return ""

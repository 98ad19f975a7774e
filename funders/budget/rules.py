"""What may be set aside and committed. Amounts are pounds. Pure: no clock, no database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from commissioning.contracts.rules import add_months
from commissioning.kernel.money import PENNY, as_pounds, split
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join
from funders.contributions.rules import SHORTEST_REASON
from funders.pool.rules import NOTHING

LONGEST_REASON = 500
LONGEST_LABEL = 120
Lines = frozenset[int]
Reached = frozenset[Lines]


class BudgetRefused(Refusal):
    """The money cannot be set aside like this."""


class CommitmentRefused(Refusal):
    """The contract cannot be committed, or released, like this."""


def months_by_year(starts_on: date, months: int) -> dict[int, int]:
    """How many months of a term lie in each financial year; a month belongs to the year in which it begins."""
    years = [FinancialYear.of(add_months(starts_on.replace(day=1), number)).start for number in range(months)]
    return {year: years.count(year) for year in dict.fromkeys(years)}


def contract_years(annual: Decimal, starts_on: date, months: int) -> dict[int, Decimal]:
    """The value of a contract over its whole term, shared to its financial years by whole months.

    The years add up to the value to the penny: £180,000 a year for 60 months from 1 September 2027 are £105,000 in 2027/28,
    four times £180,000 and £75,000 in 2032/33.
    """
    shares = months_by_year(starts_on, months)
    total = (annual * months / 12).quantize(PENNY)
    return dict(zip(shares, split(total, list(shares.values())), strict=True))


def check_open(years: Collection[int], closed: Collection[int], *, field: str = "") -> None:
    """:raises BudgetRefused: one of these years is closed."""
    over = sorted(set(years) & set(closed))
    if over:
        raise BudgetRefused(
            f"{FinancialYear(over[0])} is closed: nothing is set aside, taken back or committed in it any more. Choose a year that is open.",
            field=field or None,
        )


def check_label(label: str, *, purpose: str, has_area: bool, taken: Collection[str]) -> None:
    """:raises BudgetRefused: no label, one that stands already, or services of an area without the area."""
    if not label or len(label) > LONGEST_LABEL:
        raise BudgetRefused(f"Give the line a name of at most {LONGEST_LABEL} characters.", field="label")
    if label.casefold() in {one.casefold() for one in taken}:
        raise BudgetRefused("There is a line of this name already. Give this one another name.", field="label")
    if purpose == "area" and not has_area:
        raise BudgetRefused("Choose the contract area that the services are for.", field="area")


def check_allocation(
    *,
    amount: Decimal,
    year: int,
    fund_years: Collection[int],
    unallocated: Decimal,
    set_aside: Decimal,
    committed_from_line: Decimal,
    line_total: Decimal,
) -> None:
    """Whether money of a pot may be set aside for a line (below zero: taken back).

    :param unallocated: what is secured in the pot for the year and not set aside yet.
    :param set_aside: what the line has from this pot in the year. :param line_total: what it has from all pots.
    :param committed_from_line: what contracts have committed of the line in the year.
    :raises BudgetRefused:
    """
    if year not in fund_years:
        raise BudgetRefused("Choose one of the fund's years.", field="year")
    if not amount:
        raise BudgetRefused("Enter an amount above £0.00.", field="amount")
    if amount > unallocated:
        raise BudgetRefused(
            f"{as_pounds(amount)} is more than the pot has left. {as_pounds(unallocated)} is agreed and not set aside yet "
            f"in {FinancialYear(year)}. Pledges count when they are agreed.",
            field="amount",
        )
    if -amount > set_aside:
        raise BudgetRefused(f"The line has only {as_pounds(set_aside)} from this pot in {FinancialYear(year)}.", field="amount")
    if amount < 0 and line_total + amount < committed_from_line:
        free = max(NOTHING, line_total - committed_from_line)
        raise BudgetRefused(
            f"Contracts have committed {as_pounds(committed_from_line)} of this line in {FinancialYear(year)}. "
            f"At most {as_pounds(free)} can be taken back.",
            field="amount",
        )


@dataclass(frozen=True)
class Limited:
    """Money of a pot that may pay for some lines only (by their keys)."""

    amount: Decimal
    lines: frozenset[int]


def over_limits(allocated: Mapping[int, Decimal], *, secured: Decimal, limited: Sequence[Limited]) -> Decimal:
    """What is set aside of a pot beyond what its limited money may pay for, in pounds; nothing when all of it can be paid.

    :param allocated: pounds by line. :param secured: what the pot has in all; what of it is not `limited` may pay for any line.

    Limited money pays for as much as it can reach; the free money has to bear the rest. The work grows with lines times limits.
    """
    amounts: dict[Lines, Decimal] = {}
    for one in limited:
        amounts[one.lines] = amounts.get(one.lines, NOTHING) + one.amount
    wanted: dict[Reached, Decimal] = {}
    for line, amount in allocated.items():
        reached = frozenset(lines for lines in amounts if line in lines)
        wanted[reached] = wanted.get(reached, NOTHING) + amount
    free = secured - sum(amounts.values(), NOTHING)
    return max(NOTHING, _not_reached(wanted, amounts) - free)


def _not_reached(wanted: Mapping[Reached, Decimal], amounts: Mapping[Lines, Decimal]) -> Decimal:
    """What limited money cannot pay for, however it is laid out: a greatest flow from limits to what reaches them.

    :param wanted: pounds by the limits that may pay for them. :param amounts: pounds by limit.
    """
    open_, left, paid = dict(wanted), dict(amounts), dict[tuple[Reached, Lines], Decimal]()
    while way := _way(open_, left, paid):
        steps = list(pairwise(way))
        moved = min([open_[way[0]], left[way[-1]], *(paid[to, lines] for lines, to in steps[1::2])])
        open_[way[0]] -= moved
        left[way[-1]] -= moved
        for lines, to in steps[1::2]:
            paid[to, lines] -= moved
        for group, lines in steps[::2]:
            paid[group, lines] = paid.get((group, lines), NOTHING) + moved
    return sum(open_.values(), NOTHING)


def _way(open_: Mapping[Reached, Decimal], left: Mapping[Lines, Decimal], paid: Mapping[tuple[Reached, Lines], Decimal]) -> list[Any]:
    """The shortest way from something that is still wanted to a limit with money left: what is wanted, a limit, something else that
    the limit pays for now, another limit that may pay for that instead, and so on. Empty where there is none.
    """
    before: dict[tuple[bool, Any], tuple[bool, Any] | None] = {(True, group): None for group, amount in open_.items() if amount > 0}
    queue = list(before)
    for is_wanted, here in queue:
        if not is_wanted and left[here] > 0:
            return _walked((is_wanted, here), before)
        nearby = [(False, one) for one in here] if is_wanted else [(True, group) for group in open_ if paid.get((group, here))]
        for there in nearby:
            if there not in before:
                before[there] = (is_wanted, here)
                queue.append(there)
    return []


def _walked(end: tuple[bool, Any], before: Mapping[tuple[bool, Any], tuple[bool, Any] | None]) -> list[Any]:
    """The way to `end`, from its beginning. :param before: what each step came from."""
    way: list[Any] = []
    step: tuple[bool, Any] | None = end
    while step is not None:
        way.insert(0, step[1])
        step = before[step]
    return way


def check_limits(over: Decimal, *, year: int) -> None:
    """:raises BudgetRefused: limited money would pay for something that it was not given for."""
    if over > 0:
        raise BudgetRefused(
            f"{as_pounds(over)} of this pot was given in {FinancialYear(year)} for other purposes or districts. Set it aside for a line that "
            "it may pay for: one of the same name as its purpose, or of an area that lies in its districts.",
            field="amount",
        )


def check_cap(*, cap_percent: Decimal | None, line_total: Decimal, amount: Decimal, secured: Decimal) -> None:
    """:raises BudgetRefused: a line with a cap would have more than its part of the year's secured money."""
    if cap_percent is None or amount < 0:
        return
    most = (secured * cap_percent / 100).quantize(PENNY)
    if line_total + amount > most:
        raise BudgetRefused(
            f"This line is capped at {cap_percent.normalize():f} % of the money that is secured for the year, which is {as_pounds(most)}. "
            f"It has {as_pounds(line_total)} already.",
            field="amount",
        )


def check_why(reason: str, decision_reference: str, *, amount: Decimal, limit: Decimal, undecided: Decimal = NOTHING) -> None:
    """Whether somebody may set this aside, or take it back, without the board.

    :param undecided: what the line was given in the year, less what was taken back, since the board's last decision on it.
    :raises BudgetRefused: no reason, or a large amount, at once or bit by bit, without the decision of the board.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise BudgetRefused("Say in a few words what the money is for.", field="reason")
    together = undecided + amount
    if max(abs(amount), abs(together)) <= limit or decision_reference.strip():
        return
    already = f" {as_pounds(abs(undecided))} of this line in this year moved without it already." if abs(amount) <= limit else ""
    raise BudgetRefused(
        f"Above {as_pounds(limit)} the partnership board decides.{already} Enter the reference of its decision.", field="decision_reference"
    )


def check_unallocated(amount: Decimal, unallocated: Decimal) -> None:
    """:raises BudgetRefused: it is set aside for something."""
    if amount > unallocated:
        raise BudgetRefused(f"Only {as_pounds(max(NOTHING, unallocated))} of this pot is set aside for nothing.", field="amount")


def check_commitment(needed: Mapping[int, Decimal], free: Mapping[int, Decimal]) -> None:
    """Whether a line can bear a contract in each year of the fund.

    :param needed: pounds by year, of the years inside the fund. :param free: set aside and not committed yet, by year.
    :raises CommitmentRefused: the years and pounds that are not set aside, and which years to mend.
    """
    if not needed:
        raise CommitmentRefused("No year of this contract lies inside the fund.")
    short = {year: amount - free.get(year, NOTHING) for year, amount in needed.items() if amount > free.get(year, NOTHING)}
    if short:
        named = join([f"{as_pounds(amount)} in {FinancialYear(year)}" for year, amount in sorted(short.items())])
        raise CommitmentRefused(f"The line does not bear this contract: {named} more has to be set aside first.", field="line")


def check_release(reason: str, *, committed: Decimal) -> None:
    """:raises CommitmentRefused: nothing to release, or no reason."""
    if not committed:
        raise CommitmentRefused("Nothing is committed to this contract.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise CommitmentRefused("Give the reason in a few words.", field="reason")

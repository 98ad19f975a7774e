"""What is lost, year by year, when money goes: the shortfall, lines cut, losses by district, targets restated. Amounts are pounds."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from commissioning.contracts.rules import add_months
from commissioning.kernel.money import PENNY, split
from commissioning.kernel.quarters import FinancialYear
from funders.pool.rules import NOTHING, missing
from funders.scenarios.rules.cuts import CutLine, part_of, take_off, whole_of
from funders.scenarios.rules.questions import CUT, MONTHS_A_YEAR, Ground, Money, Place, Question, Target, check

ONE = Decimal(1)
CASES = ("case", "person", "victim")
Three = tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True)
class PlaceOutcome:
    """What a district loses of each line, in the line's own units."""

    area: str
    name: str
    lost: tuple[Decimal, ...]


@dataclass(frozen=True)
class TargetOutcome:
    """A contract's target now, and as it would be."""

    area: str
    measure: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class YearOutcome:
    """One financial year from the cut on. Shortfalls are of what is secured, with conditional, and with pledged money.

    `months` of the year are touched. `missing_after` is what is missing once the contingency is used and before a line is cut.
    """

    year: int
    months: int
    required: Decimal
    lost: Decimal
    from_contingency: Decimal
    cut: Decimal
    missing_before: Three
    missing_after: Three
    lines: tuple[CutLine, ...]
    places: tuple[PlaceOutcome, ...]
    targets: tuple[TargetOutcome, ...]

    @property
    def left(self) -> Decimal:
        return self.required - self.cut

    @property
    def label(self) -> str:
        """ "2026/27", "2026/27 (6 months)"."""
        part = "" if self.months == MONTHS_A_YEAR else f" ({self.months} month{'s' if self.months > 1 else ''})"
        return f"{FinancialYear(self.year)}{part}"


@dataclass(frozen=True)
class Outcome:
    """The answer to a question, on the day on which it was worked out. It names everything by itself, so that it can be kept."""

    fund: str
    source: str
    illustrative: bool
    question: Question
    givers: tuple[tuple[str, Decimal], ...]
    key: str
    worked_out_on: date
    earliest: date | None
    too_early: Decimal
    years: tuple[YearOutcome, ...]

    @cached_property
    def worst(self) -> YearOutcome:
        """The year in which most is cut; the first of them."""
        return max(self.years, key=lambda one: (one.cut, one.lost, -one.year))

    @property
    def cut(self) -> Decimal:
        return sum((one.cut for one in self.years), NOTHING)


def work_out(ground: Ground, question: Question, *, today: date) -> Outcome:
    """Answer a question year by year, from the year in which it starts to the fund's last.

    The contingency is one sum: it is used in the first years, until nothing of it is left, before a line is cut.

    :raises ScenarioRefused: the question cannot be asked of this fund, or more goes than can be saved.
    """
    check(ground, question)
    pot, years = question.contingency, []
    for year in ground.years:
        if FinancialYear(year).last_day > question.starts_on:
            years.append(_year(ground, question, year, pot))
            pot -= years[-1].from_contingency
    earliest = add_months(today, question.notice_months) if FinancialYear(ground.years[-1]).last_day >= today else None
    names = {one.key: one.name for one in ground.givers}
    return Outcome(
        fund=ground.fund,
        source=ground.source,
        illustrative=ground.illustrative,
        question=question,
        givers=tuple((names[key], percent) for key, percent in question.parts if percent and question.what != CUT),
        key=ground.key,
        worked_out_on=today,
        earliest=earliest,
        too_early=sum((_too_early(one, question.starts_on, earliest) for one in years), NOTHING) if earliest else NOTHING,
        years=tuple(years),
    )


def months_of(year: int, starts_on: date) -> list[date]:
    """The first days of the months of a financial year from a day on; twelve when it began before."""
    first = FinancialYear(year).first_day
    return [day for day in (add_months(first, number) for number in range(MONTHS_A_YEAR)) if day >= starts_on]


def share_of_year(amount: Decimal, months: int) -> Decimal:
    """What falls on some whole months of a year, to the penny."""
    return (amount * months / MONTHS_A_YEAR).quantize(PENNY, rounding=ROUND_HALF_UP)


def share_by_place(lost: Decimal, places: tuple[Place, ...]) -> list[Decimal]:
    """What each district loses, by largest remainder: in whole units where they go round, else in hundredths."""
    goes_round = lost == lost.to_integral_value() and lost >= len(places)
    return split(lost, [one.weight for one in places], ONE if goes_round else PENNY)


def _year(ground: Ground, question: Question, year: int, pot: Decimal) -> YearOutcome:
    months = len(months_of(year, question.starts_on))
    required, at_hand = whole_of(ground.lines), _at_hand(ground, year).reaching
    lost = _lost(ground, question, year, months)
    to_spare = NOTHING if question.what == CUT else missing(at_hand[-1], required)
    needed = missing(lost[-1], to_spare)
    used = min(pot, needed)
    lines = take_off(ground.lines, needed - used, question.protected)
    after = [missing(required, missing(here, gone) + used) for here, gone in zip(at_hand, lost, strict=True)]
    return YearOutcome(
        year=year,
        months=months,
        required=required,
        lost=lost[-1],
        from_contingency=used,
        cut=needed - used,
        missing_before=(missing(required, at_hand[0]), missing(required, at_hand[1]), missing(required, at_hand[2])),
        missing_after=(after[0], after[1], after[2]),
        lines=lines,
        places=_places(ground.places, lines),
        targets=_targets(ground.targets, lines, year, question.starts_on),
    )


def _at_hand(ground: Ground, year: int) -> Money:
    given = [one.years.get(year, Money()) for one in ground.givers]
    sums = (sum((getattr(one, key) for one in given), NOTHING) for key in ("secured", "conditional", "pledged"))
    return Money(*sums)


def _lost(ground: Ground, question: Question, year: int, months: int) -> Three:
    """What goes in a year: of what is secured, with what is conditional, with what is pledged."""
    if question.what == CUT:
        gone = share_of_year(part_of(whole_of(ground.lines), question.percent), months)
        return gone, gone, gone
    percents = dict(question.parts)
    lost = [NOTHING, NOTHING, NOTHING]
    for giver in ground.givers:
        money, percent = giver.years.get(year, Money()), percents.get(giver.key, NOTHING)
        for place, amount in enumerate((money.secured, money.conditional, money.pledged)):
            lost[place] += share_of_year(part_of(amount, percent), months)
    return Money(*lost).reaching


def _places(places: tuple[Place, ...], lines: tuple[CutLine, ...]) -> tuple[PlaceOutcome, ...]:
    if not places:
        return ()
    shared = [share_by_place(one.quantity_lost, places) for one in lines]
    return tuple(PlaceOutcome(one.area, one.name, tuple(parts[at] for parts in shared)) for at, one in enumerate(places))


def _targets(targets: tuple[Target, ...], lines: tuple[CutLine, ...], year: int, starts_on: date) -> tuple[TargetOutcome, ...]:
    """Targets of the contracts that run in the touched part of the year, in proportion to the lines that are counted in cases.

    What a year loses falls on its touched months alone, so a quarter of them is restated by their own share.
    """
    counted = [one for one in lines if one.line.unit in CASES] or list(lines)
    before = share_of_year(whole_of([one.line for one in counted]), len(months_of(year, starts_on)))
    left = missing(before, sum((one.lost for one in counted), NOTHING))
    first, last = max(FinancialYear(year).first_day, starts_on), FinancialYear(year).last_day
    return tuple(
        TargetOutcome(one.area, one.measure, one.target, restated(one.target, left, before))
        for one in targets
        if one.first_day <= last and one.last_day >= first
    )


def restated(target: Decimal, left: Decimal, before: Decimal) -> Decimal:
    """A target in proportion to what is left, in whole people."""
    return (target * left / before).quantize(ONE, rounding=ROUND_HALF_UP) if before else target


def _too_early(one: YearOutcome, starts_on: date, earliest: date) -> Decimal:
    """What of a year's cut falls on months that begin before notice has run out."""
    early = sum(day < earliest for day in months_of(one.year, starts_on))
    return (one.cut * early / one.months).quantize(PENNY, rounding=ROUND_HALF_UP)

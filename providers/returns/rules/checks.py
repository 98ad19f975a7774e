"""The hard checks of a return, named and worded as in the catalogue of validations. Each one says what stands in the way.

A check that lacks a figure keeps silent: the blank itself is an error (H03), and one error a cell is enough.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import count, join, percent
from commissioning.measures.kinds import Section, Service, Unit
from commissioning.measures.rules import terms
from providers.returns.kinds import Part
from providers.returns.rules.figures import WHOLE, Asked, FigureRefused, Key, Sheet, keys_of, ratio_of, read_figure
from providers.returns.rules.screening import personal_data


class ReturnRefused(Refusal):
    """A step of a return may not be taken."""


@dataclass(frozen=True)
class Facts:
    """A return as the checks see it.

    :param typed: what was typed and is no figure, by cell.
    :param opening: open at the end of the last accepted return, by service; empty for a contract's first return.
    :param spent_before: spend to date of the same financial year in the last accepted return.
    :param notes: the words of each part of the return.
    :param floors: for each percentage with a target, the value below which the words must explain.
    """

    measures: tuple[Asked, ...]
    services: tuple[str, ...]
    sheet: Sheet
    day: datetime.date
    typed: Mapping[Key, str] = field(default_factory=dict)
    opening: Mapping[str, Decimal] = field(default_factory=dict)
    spent_before: Decimal | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    floors: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something that must be mended: the rule, where it is, and a sentence that says how."""

    rule: str
    part: str
    key: Key
    sentence: str


def h03_whole_numbers(facts: Facts) -> Iterator[Finding]:
    """H03: whole number of 0 or more in every cell; blank is not zero; text, decimals, negatives, "<5", "n/a" are refused."""
    for measure in facts.measures:
        first_return = measure.code == "B01" and not facts.opening
        if not measure.entered and not first_return:
            continue
        for key in keys_of(measure, facts.services):
            if typed := facts.typed.get(key):
                why = _why_refused(typed, measure.unit)
                yield _finding("H03", measure, key, f"{_named(measure, key, capital=True)}: {why[0].lower()}{why[1:]}")
            elif facts.sheet.get(key) is None:
                yield _finding("H03", measure, key, f"Enter {_named(measure, key)}. If there was none, enter 0")


def h04_opening(facts: Facts) -> Iterator[Finding]:
    """H04: open at the start equals open at the end of the last accepted return, for each service."""
    for measure in _these(facts, "B01"):
        for key in keys_of(measure, facts.services):
            stated, before = facts.sheet.get(key), facts.opening.get(key[1])
            if stated is not None and before is not None and stated != before:
                said = f"must be {before}, as your last accepted return ended. If that is wrong, the last return has to be corrected"
                yield _finding("H04", measure, key, f"{_named(measure, key, capital=True)} {said}")


def h05_flow(facts: Facts) -> Iterator[Finding]:
    """H05: open at the start, plus started, less closed, is what is open at the end, and never below 0."""
    for measure in _these(facts, "B04"):
        for key in keys_of(measure, facts.services):
            left = facts.sheet.get(key)
            if left is not None and left < 0:
                said = f"More cases were closed than were open or started: {-left} too many for {_service(key)}. Check started and closed"
                yield Finding("H05", Part.CASELOAD, ("B03P", key[1]), said)


def h06_sources(facts: Facts) -> Iterator[Finding]:
    """H06: accepted referrals are part of the referrals received."""
    yield from _parts_of_wholes(facts, "H06", (Section.REFERRALS,))


def h09_ratios(facts: Facts) -> Iterator[Finding]:
    """H09: numerator not above denominator in every ratio; exit reviews not above closed; outcomes not above exit reviews."""
    yield from _parts_of_wholes(facts, "H09", (Section.CASELOAD, Section.OUTCOMES))


def h13_spend(facts: Facts) -> Iterator[Finding]:
    """H13: spend to date is not below the last one of the same financial year, unless a credit note is given as the reason."""
    for measure in _these(facts, "F04"):
        spent, before = facts.sheet.get((measure.code, WHOLE)), facts.spent_before
        if spent is not None and before is not None and spent < before and not facts.notes.get(Part.MONEY, "").strip():
            said = f"Spend to date cannot be less than last time ({as_pounds(before)}). If there was a credit note, say so below"
            yield _finding("H13", measure, (measure.code, WHOLE), said)


def h14_narrative(facts: Facts) -> Iterator[Finding]:
    """H14: words stand in the return for each indicator that is below its floor."""
    below = []
    for measure in facts.measures:
        floor = facts.floors.get(measure.code)
        ratio = ratio_of(measure, facts.sheet) if measure.unit == Unit.PERCENT else None
        if floor is not None and ratio and ratio.percent is not None and ratio.percent < floor:
            below.append(f"{measure.name.removesuffix(', percent').lower()} ({percent(ratio.percent, 1)}, floor {percent(floor)})")
    if below and not facts.notes.get(Part.WORDS, "").strip():
        said = f"Say in your own words why this is below its floor: {join(below)}"
        yield Finding("H14", Part.WORDS, (Part.WORDS.value, WHOLE), said)


def h15_free_text(facts: Facts) -> Iterator[Finding]:
    """H15: free text holds no e-mail, phone, full postcode, NHS number, date of birth, or words that place a refuge."""
    for part, text in facts.notes.items():
        for found in personal_data(text, facts.day):
            said = f"Take out “{found.text}”: it looks like {found.kind}"
            yield Finding("H15", part, (Part.WORDS.value if part == Part.WORDS else "F04", WHOLE), said)


Check = Callable[[Facts], Iterator[Finding]]
HARD_CHECKS: tuple[Check, ...] = (
    h03_whole_numbers,
    h04_opening,
    h05_flow,
    h06_sources,
    h09_ratios,
    h13_spend,
    h14_narrative,
    h15_free_text,
)


def findings(facts: Facts) -> list[Finding]:
    """Everything that stands in the way of sending the return, in the order in which it is filled in."""
    found = [one for check in HARD_CHECKS for one in check(facts)]
    order = [measure.code for measure in facts.measures]
    services = [WHOLE, *facts.services]
    return sorted(
        found,
        key=lambda one: (
            Part.values.index(one.part),
            order.index(one.key[0]) if one.key[0] in order else len(order),
            services.index(one.key[1]),
        ),
    )


def h18_two_people(*, preparer: int | None, certifier: int | None) -> None:
    """H18: who certifies a return is not who prepared it.

    :raises ReturnRefused: the same person.
    """
    if preparer is not None and preparer == certifier:
        raise ReturnRefused("You prepared this return yourself. Somebody else of your organisation has to certify it.")


def _parts_of_wholes(facts: Facts, rule: str, sections: tuple[Section, ...]) -> Iterator[Finding]:
    names = {measure.code: measure.name.lower() for measure in facts.measures}
    for measure in facts.measures:
        if measure.unit != Unit.PERCENT or measure.section not in sections:
            continue
        for service in facts.services:
            ratio = ratio_of(measure, facts.sheet, service)
            if ratio and ratio.numerator > ratio.denominator:
                part, whole = names[measure.numerator], join(names[code] for _, code in terms(measure.denominator))
                said = f"{part.capitalize()} ({count(ratio.numerator)}) cannot be more than {whole} ({count(ratio.denominator)})"
                yield Finding(rule, measure.section, (measure.numerator, service), said)


def _these(facts: Facts, code: str) -> list[Asked]:
    return [measure for measure in facts.measures if measure.code == code]


def _finding(rule: str, measure: Asked, key: Key, sentence: str) -> Finding:
    return Finding(rule, measure.section, key, sentence)


def _service(key: Key) -> str:
    return Service(key[1]).label if key[1] else "the contract"


def _named(measure: Asked, key: Key, *, capital: bool = False) -> str:
    name = measure.name if capital else measure.name.lower()
    return f"{name}, {_service(key)}" if key[1] else name


def _why_refused(typed: str, unit: str) -> str:
    try:
        read_figure(typed, unit)
    except FigureRefused as refusal:
        return str(refusal)
    return "Enter this figure again"

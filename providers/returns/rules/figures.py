"""Figures of a return: read as people type them, added up over services, turned into what follows from them.

A figure is known by its key: the measure's code and the service, ("B02", "OUT"). The service "" is the whole contract.
Blank is None and never zero.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from commissioning.kernel.money import MoneyRefused, pounds
from commissioning.kernel.refusals import Refusal
from commissioning.measures.kinds import Unit
from commissioning.measures.rules import evaluate, terms

Key = tuple[str, str]
Sheet = dict[Key, Decimal | None]
WHOLE = ""
MOST = 999_999
LARGE_BY = 8
LONGEST_TYPED = 40
_SPACES = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "\u200b": None, "\ufeff": None})
_NOTHING = {"n/a", "na", "nil", "none", "no", "-", "–", "—", "x", "?", "nc", "tbc", "zero"}


class FigureRefused(Refusal):
    """What was typed is not a figure."""


class Asked(Protocol):
    """What the rules need of a measure."""

    code: str
    name: str
    section: str
    unit: str
    entered: bool
    by_service: bool
    numerator: str
    denominator: str


@dataclass(frozen=True)
class Ratio:
    """A share that never travels without its numerator and denominator."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """With one place, halves away from zero; None when there is nothing to divide by."""
        if not self.denominator:
            return None
        return (Decimal(1000 * self.numerator) / self.denominator).quantize(Decimal(1), rounding="ROUND_HALF_UP") / 10

    def __str__(self) -> str:
        return f"{self.numerator} of {self.denominator}"


def read_count(text: str) -> Decimal | None:
    """A number of people or cases: "12", " 12 ", "1,300"; blank is None.

    :raises FigureRefused: H03: text, decimals, negatives, "<5" and "n/a" are no whole number of 0 or more.
    """
    tidy = text.translate(_SPACES).strip()
    if not tidy:
        return None
    if tidy.lower() in _NOTHING:
        raise FigureRefused("Enter 0 if you counted and found none. A word or a dash is not a number")
    if tidy[0] in "<>≤≥~" or re.fullmatch(r"[0-9]+ ?(-|–|to) ?[0-9]+", tidy):
        raise FigureRefused("Enter the exact number. Only you and your commissioner see it; small numbers are protected for others")
    if re.fullmatch(r"[-−–][0-9][0-9,.]*", tidy):
        raise FigureRefused("Enter 0 or more: a number of people cannot be negative")
    if re.fullmatch(r"[0-9][0-9,]*\.[0-9]*", tidy):
        raise FigureRefused("Enter a whole number, without a decimal point")
    if not re.fullmatch(r"[0-9]+|[0-9]{1,3}([, ][0-9]{3})+", tidy):
        raise FigureRefused("Enter a whole number, for example 12 or 1,300")
    digits = re.sub("[, ]", "", tidy).lstrip("0") or "0"
    if len(digits) > len(str(MOST)):
        raise FigureRefused(f"Check this number: it is larger than {MOST:,}")
    return Decimal(digits)


def read_figure(text: str, unit: str) -> Decimal | None:
    """What was typed for a measure of this unit; blank is None.

    :raises FigureRefused: with a sentence for the person who typed it.
    """
    if unit != Unit.POUNDS:
        return read_count(text)
    if not text.strip():
        return None
    try:
        amount = pounds(text)
    except MoneyRefused as refusal:
        raise FigureRefused(str(refusal)) from None
    if amount < 0:
        raise FigureRefused("Enter 0 or more: money spent cannot be negative")
    return amount


def tidy_typed(text: str) -> str:
    """What was typed, fit to be kept beside its error: no control characters, not longer than a cell."""
    return "".join(char for char in text if char.isprintable())[:LONGEST_TYPED]


def keys_of(measure: Asked, services: Iterable[str]) -> list[Key]:
    """The cells of a measure: one for each service, or one for the contract."""
    return [(measure.code, service) for service in services] if measure.by_service else [(measure.code, WHOLE)]


def sheet_of(figures: Mapping[Key, Decimal | None], measures: Iterable[Asked], services: tuple[str, ...]) -> Sheet:
    """All counts and amounts that stand or follow: each service and the whole contract.

    A figure that was given stands before one that follows: a paper may state only its result. A total with a blank part
    is unknown.
    """
    sheet: Sheet = dict(figures)
    for measure in measures:
        if measure.unit == Unit.PERCENT:
            continue
        for key in keys_of(measure, services):
            if sheet.get(key) is None and measure.numerator:
                sheet[key] = _follows(measure.numerator, key[1], sheet)
        if measure.by_service:
            parts = [sheet.get(key) for key in keys_of(measure, services)]
            known = [part for part in parts if part is not None]
            sheet[measure.code, WHOLE] = sum(known, Decimal(0)) if parts and len(known) == len(parts) else None
    return sheet


def _follows(formula: str, service: str, sheet: Sheet) -> Decimal | None:
    return evaluate(formula, {code: sheet.get((code, service)) for _, code in terms(formula)})


def ratio_of(measure: Asked, sheet: Sheet, service: str = WHOLE) -> Ratio | None:
    """Numerator and denominator of a percentage, or None while one of them is unknown."""
    above, below = _follows(measure.numerator, service, sheet), _follows(measure.denominator, service, sheet)
    return None if above is None or below is None else Ratio(int(above), int(below))


def is_large_change(new: Decimal | None, old: Decimal | None) -> bool:
    """W01: changed by more than a quarter and by 8 or more: worth a second look."""
    if new is None or old is None:
        return False
    return abs(new - old) >= LARGE_BY and abs(new - old) * 4 > old


def supported_in_year(open_on_1_april: int, started: Iterable[int]) -> int:
    """Victims supported in the year so far, each case once: open on 1 April plus all that started since.

    Adding up the quarters would count a case in every quarter in which it was open.
    """
    return open_on_1_april + sum(started)

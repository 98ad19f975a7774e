"""The catalogue's own rules: its file is read and checked as a whole, and a formula is a sum of codes."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from commissioning.kernel.refusals import Refusal
from commissioning.measures.kinds import Direction, Section, Unit

YES_NO = {"yes": True, "no": False}
NEEDED = ("code", "name", "definition", "why", "how_to_count", "example", "source")
CHOICES = {"section": Section, "unit": Unit, "direction": Direction}


class CatalogueRefused(Refusal):
    """The file of measures has a fault; the sentence names the line."""


def terms(formula: str) -> list[tuple[int, str]]:
    """The sum as signs and codes: "B01 + B02 - B03P" is [(1, "B01"), (1, "B02"), (-1, "B03P")].

    :raises ValueError: anything but codes joined by + and -.
    """
    if not re.fullmatch(r"[A-Z0-9]+( [+-] [A-Z0-9]+)*", formula):
        raise ValueError(f"{formula!r} is not a sum of measure codes")
    words = ["+", *formula.split()]
    return [(1 if sign == "+" else -1, code) for sign, code in zip(words[::2], words[1::2], strict=True)]


def evaluate(formula: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The sum, or None as soon as one of its figures is missing: blank is not zero."""
    found = [(sign, values.get(code)) for sign, code in terms(formula)]
    known = [sign * value for sign, value in found if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def read_catalogue(rows: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The rows of measures.csv as fields of measures, checked as a whole.

    :raises CatalogueRefused: a word that is not known, an empty explanation, a code twice, a formula of unknown codes.
    """
    measures = [_read(number, row) for number, row in enumerate(rows, start=2)]
    codes = [measure["code"] for measure in measures]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise CatalogueRefused(f"These codes stand twice: {', '.join(sorted(twice))}")
    for number, measure in enumerate(measures, start=2):
        _check_formulas(number, measure, set(codes))
    return measures


def _read(number: int, row: Mapping[str, str]) -> dict[str, Any]:
    if missing := [name for name in NEEDED if not (row.get(name) or "").strip()]:
        raise CatalogueRefused(f"Line {number}: {', '.join(missing)} is empty")
    for name, choices in CHOICES.items():
        if row[name] not in choices.values:
            raise CatalogueRefused(f"Line {number}: {name} is {row[name]!r}, not one of {', '.join(choices.values)}")
    if row["entered"] not in YES_NO or row["by_service"] not in YES_NO:
        raise CatalogueRefused(f"Line {number}: entered and by_service are yes or no")
    flags = {"order": int(row["order"]), "entered": YES_NO[row["entered"]], "by_service": YES_NO[row["by_service"]]}
    return {**row, **flags}


def _check_formulas(number: int, measure: Mapping[str, Any], codes: set[str]) -> None:
    for name in ("numerator", "denominator"):
        formula = measure[name]
        try:
            unknown = {code for _, code in terms(formula)} - codes if formula else set()
        except ValueError as error:
            raise CatalogueRefused(f"Line {number}: {error}") from None
        if unknown:
            raise CatalogueRefused(f"Line {number}: the {name} names {', '.join(sorted(unknown))}, which is no measure")
    if (measure["unit"] == Unit.PERCENT) != bool(measure["denominator"]):
        raise CatalogueRefused(f"Line {number}: a percentage has a denominator, and nothing else has")

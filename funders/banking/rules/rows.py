"""Reading one row of a bank file: what arrived when, under which reference; or what is wrong, in which column, and how to mend it."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices

from commissioning.kernel.money import MoneyRefused, as_pounds, pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import short
from funders.banking.rules.columns import Columns
from funders.contributions.rules import LARGEST
from funders.receipts.rules import LONGEST_REFERENCE

LONGEST_TEXT, LONGEST_TYPED = 300, 60
DATE_FORMATS = {"dmy": "Day, month, year", "ymd": "Year, month, day", "mdy": "Month, day, year"}
LIKE = {"dmy": "01/04/2026 or 1 Apr 2026", "ymd": "2026-04-01 or 20260401", "mdy": "04/01/2026 or Apr 1 2026"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOT_A_DATE_WORD = {"st", "nd", "rd", "th", "of", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"}
_COMPACT = {"dmy": (2, 4), "mdy": (2, 4), "ymd": (4, 6)}
_PLAIN = re.compile(r"\d+(?:\.\d{1,2})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d{1,2}", re.ASCII)
_SIGNED = re.compile(
    r"(?P<before>[-+]?)(?:£|gbp)?(?P<inner>[-+]?)(?P<figures>.*?)(?P<after>[-+]?)(?P<side>cr|dr)?", re.IGNORECASE | re.DOTALL
)


class RowKind(TextChoices):
    """What becomes of a row."""

    MATCHED = "matched", "Matched to an instalment"
    UNMATCHED = "unmatched", "Not matched: into suspense"
    KNOWN = "known", "Known already"
    OUT = "out", "Not money in"
    ERROR = "error", "Cannot be posted"


MONEY_IN = (RowKind.MATCHED, RowKind.UNMATCHED)


class RowFault(Refusal):
    """What is wrong with a row. `field` is the role of the column ("date", "amount", "out", "reference") or None for the whole row."""

    def __init__(self, sentence: str, *, field: str | None = None, typed: str = "") -> None:
        super().__init__(sentence, field=field)
        self.typed = typed[:LONGEST_TYPED]


@dataclass(frozen=True)
class Reading:
    """A row as it was read. `kind` is set where that alone decides: money that went out, or a fault."""

    kind: RowKind | None
    happened_on: datetime.date | None = None
    amount: Decimal | None = None
    bank_reference: str = ""
    text: str = ""
    note: str = ""
    column: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Guide:
    """How the rows of one file are to be read. `earliest` and `latest` are the days that money of the fund can have arrived on."""

    columns: Columns
    heading: Sequence[str]
    date_format: str
    earliest: datetime.date
    latest: datetime.date


def earliest_day(first_year: int) -> datetime.date:
    """Money may come a year before the fund begins, not earlier."""
    return FinancialYear(first_year - 1).first_day


def read_row(cells: Sequence[str], guide: Guide) -> Reading:
    """What a row says; a fault becomes a reading of kind ERROR that names its column."""
    told = _text_of(cells, guide.columns)
    try:
        _check_width(cells, guide)
        amount, how = _money_of(cells, guide.columns)
        if amount < 0:
            return Reading(RowKind.OUT, _day_or_none(cells, guide), -amount, text=told, note="Money that went out: left out of the import.")
        happened_on = read_date(cells[guide.columns.date], guide.date_format)
        check_day(happened_on, guide)
        reference = read_reference(cells[guide.columns.reference])
    except RowFault as fault:
        place = getattr(guide.columns, fault.field) if fault.field else None
        column = guide.heading[place] or f"Column {place + 1}" if place is not None else "Whole row"
        return Reading(RowKind.ERROR, text=told, note=str(fault), column=column, typed=fault.typed)
    return Reading(None, happened_on, amount, reference, told, how)


def _day_or_none(cells: Sequence[str], guide: Guide) -> datetime.date | None:
    """The day of a row that is left out anyway: no fault is made of it."""
    try:
        return read_date(cells[guide.columns.date], guide.date_format)
    except RowFault:
        return None


def _text_of(cells: Sequence[str], columns: Columns) -> str:
    places = [place for place in (columns.payer, columns.text) if place is not None and place < len(cells)]
    return ", ".join(cells[place] for place in places if cells[place])[:LONGEST_TEXT]


def _check_width(cells: Sequence[str], guide: Guide) -> None:
    filled = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    if filled > len(guide.heading):
        sentence = (
            f"The row has {filled} cells and the heading {len(guide.heading)}. Put quotation marks round a text that holds the separator."
        )
        raise RowFault(sentence)
    if len(cells) <= guide.columns.last:
        raise RowFault(f"The row has {len(cells)} cells and the heading {len(guide.heading)}. Fill in what is missing.")


def _money_of(cells: Sequence[str], columns: Columns) -> tuple[Decimal, str]:
    """The amount, below zero if it went out, and how it was read if it was not plain."""
    came, went = cells[columns.amount], cells[columns.out] if columns.out is not None else ""
    if columns.out is None:
        amount, how = read_amount(came, field="amount")
    else:
        amount, how = read_amount(came, field="amount") if came else (Decimal(0), "")
        gone = abs(read_amount(went, field="out")[0]) if went else Decimal(0)
        if amount < 0:
            raise RowFault(
                "Money in cannot be below zero. Take out the minus sign, or put it into the column of money out.",
                field="amount",
                typed=came,
            )
        if amount and gone:
            raise RowFault("The row has money in and money out. Leave one of them empty.", field="amount", typed=came)
        if not came and not went:
            raise RowFault("The amount is missing. Enter it in pounds and pence, for example 45916.66.", field="amount")
        amount = amount - gone
    if not amount:
        raise RowFault("The amount is £0.00, which is no money. Enter the amount or delete the row.", field="amount", typed=came or went)
    return amount, how


def read_amount(typed: str, *, field: str) -> tuple[Decimal, str]:
    """Pounds as banks write them: 1,000.00, £1,000, (30.00), 30.00-, 30.00 DR. Below zero is money out.

    :raises RowFault:
    """
    tidy = "".join(typed.split()).replace("\u2212", "-")
    if not tidy:
        raise RowFault("The amount is missing. Enter it in pounds and pence, for example 45916.66.", field=field)
    inside = re.fullmatch(r"\((.+)\)", tidy)
    found = _SIGNED.fullmatch(inside[1] if inside else tidy)
    assert found
    signs = [bool(inside), found["before"] == "-", found["inner"] == "-", found["after"] == "-", (found["side"] or "").lower() == "dr"]
    figures = found["figures"]
    if sum(signs) > 1 or figures[:1] in {"-", "+", "£"}:
        raise RowFault(
            f"“{typed[:LONGEST_TYPED]}” has more than one sign. Write it with one, for example 45916.66.", field=field, typed=typed
        )
    if _DECIMAL_COMMA.fullmatch(figures):
        raise RowFault(
            f"“{typed[:LONGEST_TYPED]}” has a comma before the pence. Write a full stop there, for example 45916.66.",
            field=field,
            typed=typed,
        )
    amount = _figures(figures, typed, field)
    if amount > LARGEST:
        raise RowFault(
            f"The amount must be {as_pounds(LARGEST, whole=True)} or less. Check the number of noughts.", field=field, typed=typed
        )
    how = "" if _PLAIN.fullmatch(figures) and not found["side"] else f"“{typed}” was read as {as_pounds(amount)}."
    return -amount if any(signs) else amount, how[: LONGEST_TYPED * 2]


def _figures(figures: str, typed: str, field: str) -> Decimal:
    part = figures.partition(".")[2]
    if len(part) > 2 and part.isascii() and part.isdigit():
        sentence = f"“{typed[:LONGEST_TYPED]}” has more than two figures after the point. Write pounds and pence, for example 45916.66."
        raise RowFault(sentence, field=field, typed=typed)
    try:
        return pounds(figures) if figures[:1].isdigit() or figures[:1] == "." else _no_amount(typed, field)
    except MoneyRefused:
        return _no_amount(typed, field)


def _no_amount(typed: str, field: str) -> Decimal:
    sentence = f"“{typed[:LONGEST_TYPED]}” is not an amount of money. Write it in figures and in full, for example 45916.66."
    raise RowFault(sentence, field=field, typed=typed)


def read_date(typed: str, date_format: str) -> datetime.date:
    """A day in the order that was chosen for the file; a time after it is passed over, two figures of a year are of this century.

    :raises RowFault:
    """
    if not typed:
        raise RowFault(f"The date is missing. Enter it like {LIKE[date_format]}.", field="date")
    words = [one for one in re.findall(r"\d+|[a-z]+", typed.lower(), re.ASCII) if one not in _NOT_A_DATE_WORD]
    if words and len(words[0]) == 8 and words[0].isdigit():
        first, second = _COMPACT[date_format]
        words = [words[0][:first], words[0][first:second], words[0][second:]]
    try:
        return _day(words[:3], date_format)
    except (ValueError, IndexError, KeyError):
        sentence = (
            f"“{typed[:LONGEST_TYPED]}” is no date in the order {DATE_FORMATS[date_format].lower()}. Write it like {LIKE[date_format]}."
        )
        raise RowFault(sentence, field="date", typed=typed) from None


def _day(words: Sequence[str], date_format: str) -> datetime.date:
    """:raises ValueError, IndexError: not a day."""
    parts = dict(zip(date_format, words, strict=True))
    if date_format != "ymd" and (named := next((one for one in words[:2] if one.isalpha()), "")):
        parts = {"m": named, "d": words[1 - words.index(named)], "y": words[2]}
    month = _MONTHS.index(parts["m"][:3]) + 1 if parts["m"].isalpha() else int(parts["m"])
    if len(parts["y"]) not in (2, 4):
        raise ValueError(parts["y"])
    return datetime.date(int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0), month, int(parts["d"]))


def check_day(day: datetime.date, guide: Guide) -> None:
    """:raises RowFault: money of the fund cannot have arrived on that day."""
    if day > guide.latest:
        sentence = f"{short(day)} is still to come. Check the year, and whether day and month stand in the order that you chose."
        raise RowFault(sentence, field="date", typed=short(day))
    if day < guide.earliest:
        raise RowFault(
            f"{short(day)} is before {short(guide.earliest)}, too early for this fund. Check the year.", field="date", typed=short(day)
        )


def read_reference(typed: str) -> str:
    """:raises RowFault:"""
    if not typed:
        raise RowFault(
            "The bank reference is missing. Without it the money could be posted twice: enter the bank’s own number.", field="reference"
        )
    if len(typed) > LONGEST_REFERENCE:
        sentence = f"The bank reference has {len(typed)} characters and the most is {LONGEST_REFERENCE}. Is it another column?"
        raise RowFault(sentence, field="reference", typed=typed)
    return typed

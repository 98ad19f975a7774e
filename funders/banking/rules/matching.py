"""Which instalment a row pays: by what its text names, then by exact amount and partner where only one can be meant."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.words import join

SHORTEST_REFERENCE, LONGEST_KEY, MOST_WORDS = 4, 60, 8


@dataclass
class Payable:
    """An instalment that a row may pay. `left` is what is still to come; `is_invoiced` whether money may be received for it."""

    pk: int
    reference: str
    contribution: str
    invoice: str
    funder: str
    due_on: datetime.date
    left: Decimal
    is_invoiced: bool


@dataclass(frozen=True)
class Match:
    """The instalment's key, or None; and why, for the officer."""

    instalment: int | None
    note: str


class Matcher:
    """Finds instalments row by row, and remembers what earlier rows of the file already pay."""

    def __init__(self, payables: Iterable[Payable]) -> None:
        self._invoices: dict[str, list[Payable]] = {}
        self._references: dict[str, list[Payable]] = {}
        self._funders: dict[str, list[Payable]] = {}
        for one in payables:
            if _is_telling(invoice := _joined(one.invoice)):
                self._invoices.setdefault(invoice, []).append(one)
            for reference in (one.reference, one.contribution):
                self._references.setdefault(_joined(reference), []).append(one)
            self._funders.setdefault(_joined(one.funder), []).append(one)

    def match(self, text: str, amount: Decimal) -> Match:
        """:param text: what the bank says of the payer and the payment; `amount` in pounds."""
        keys = list(_keys(text))
        for named, how in ((self._invoices, "The text names the invoice"), (self._references, "The text names")):
            if found := _all(named, keys):
                return self._named(found, amount, how, by_invoice=named is self._invoices)
        return self._guessed([one for one in _all(self._funders, keys) if one.is_invoiced and one.left == amount], amount)

    def _named(self, found: list[Payable], amount: Decimal, how: str, *, by_invoice: bool) -> Match:
        open_ones = [one for one in found if one.is_invoiced and one.left > 0]
        if not open_ones:
            why = "has been paid in full" if found[0].is_invoiced else "is not invoiced yet"
            return Match(None, f"{how} {found[0].invoice if by_invoice else found[0].reference}, which {why}.")
        exact = [one for one in open_ones if one.left == amount]
        if len(open_ones) > 1 and len(exact) != 1 and len({one.contribution for one in open_ones}) > 1:
            return Match(None, f"The text names {join(one.reference for one in open_ones[:3])}. Choose which of them is paid.")
        chosen = exact[0] if len(exact) == 1 else min(open_ones, key=lambda one: one.due_on)
        return self._taken(chosen, amount, f"{how} {chosen.invoice if by_invoice else chosen.reference}.")

    def _guessed(self, found: list[Payable], amount: Decimal) -> Match:
        if len(found) > 1:
            return Match(None, f"{len(found)} instalments of {found[0].funder} are for {as_pounds(amount)}. Choose which of them is paid.")
        if found:
            return self._taken(found[0], amount, f"The only invoiced instalment of {found[0].funder} for {as_pounds(amount)}.")
        return Match(None, "Nothing in the text names an instalment, and no partner and amount fit.")

    def _taken(self, one: Payable, amount: Decimal, note: str) -> Match:
        over = amount - one.left
        one.left = max(one.left - amount, Decimal(0))
        return Match(one.pk, f"{note} {as_pounds(over)} more than is still to come goes into suspense." if over > 0 else note)


def _all(named: dict[str, list[Payable]], keys: Iterable[str]) -> list[Payable]:
    """Every instalment that one of the keys names, once."""
    return list({one.pk: one for key in keys for one in named.get(key, ())}.values())


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Z0-9]+", text.upper())


def _joined(text: str) -> str:
    return "".join(_words(text))


def _is_telling(key: str) -> bool:
    """Whether a reference is long enough, and holds a figure, so that no ordinary word is taken for it."""
    return len(key) >= SHORTEST_REFERENCE and any(char.isdigit() for char in key)


def _keys(text: str) -> Iterator[str]:
    """Runs of words without what parts them: banks write INV-7 as INV 7 or INV7."""
    words = _words(text)
    for start in range(len(words)):
        key = ""
        for word in words[start : start + MOST_WORDS]:
            key += word
            if len(key) > LONGEST_KEY:
                break
            yield key

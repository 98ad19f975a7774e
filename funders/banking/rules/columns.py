"""Where the heading of a bank file stands, and which of its columns is which."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from funders.banking.rules import ImportRefused

FEWEST_COLUMNS = 3
HEADING_WITHIN = 20
# What banks and ledgers call their columns; the first that is found is proposed.
USUAL_NAMES = {
    "date": ("date", "transaction date", "posting date", "posted date", "entry date", "booking date", "value date", "day"),
    "amount": ("amount", "credit", "credit amount", "paid in", "money in", "receipts", "in", "value", "amount gbp"),
    "out": ("debit", "debit amount", "paid out", "money out", "payments", "out"),
    "reference": ("bank reference", "transaction id", "transaction reference", "transaction number", "entry reference", "reference", "ref", "id"),
    "text": ("description", "details", "narrative", "transaction description", "text", "payment reference", "particulars", "memo"),
    "payer": ("payer", "name", "payer name", "counterparty", "counter party", "customer", "from"),
}  # fmt: skip
NEEDED = ("date", "amount", "reference")
LABELS = {
    "date": "Date",
    "amount": "Money in",
    "out": "Money out",
    "reference": "Bank reference",
    "text": "Text",
    "payer": "Who paid",
}
SPOKEN = {
    "date": "the date",
    "amount": "the money that came in",
    "out": "the money that went out",
    "reference": "the bank reference",
    "text": "the text",
    "payer": "who paid",
}


@dataclass(frozen=True)
class Columns:
    """Positions of the columns, the first is 0. Without `out`, an amount below zero is money that went out."""

    date: int
    amount: int
    reference: int
    out: int | None = None
    text: int | None = None
    payer: int | None = None

    @classmethod
    def of(cls, positions: Mapping[str, Any]) -> "Columns":
        return cls(**{role: positions.get(role) for role in SPOKEN})  # type: ignore[arg-type]

    @property
    def last(self) -> int:
        return max(place for place in vars(self).values() if place is not None)


def heading_place(rows: Sequence[Sequence[str]]) -> int:
    """The place of the heading among the first rows: banks write the account above it.

    :raises ImportRefused: none of the first rows is a heading of at least three columns, or nothing follows it.
    """
    for place, row in enumerate(rows[:HEADING_WITHIN]):
        if sum(bool(cell) for cell in row) >= FEWEST_COLUMNS and not any(re.fullmatch(r"[\d\s£.,/:+()-]+", cell) for cell in row if cell):
            if not any(any(after) for after in rows[place + 1 :]):
                raise ImportRefused("The file holds a heading and no row. Export the days again from the bank or ledger.", field="file")
            return place
    raise ImportRefused(
        f"The first {HEADING_WITHIN} rows hold no heading with at least three columns (date, amount, bank reference). "
        "Export the file with its column names.",
        field="file",
    )


def heading_key(heading: Sequence[str]) -> str:
    """The same for files with the same heading: by it the columns are remembered."""
    return hashlib.sha256("\x1f".join(name.casefold() for name in heading).encode()).hexdigest()


def proposed(heading: Sequence[str]) -> dict[str, int]:
    """Columns by their usual names; what is not recognised is left out."""
    plain = [" ".join(re.findall(r"[a-z]+", name.casefold())) for name in heading]
    found: dict[str, int] = {}
    for role, names in USUAL_NAMES.items():
        for name in names:
            if name in plain and plain.index(name) not in found.values():
                found[role] = plain.index(name)
                break
    return found


def check_columns(chosen: Mapping[str, int | None], width: int) -> dict[str, int]:
    """The positions that were chosen.

    :raises ImportRefused: one that is needed is missing, is not in the file, or was chosen twice.
    """
    kept = {role: place for role, place in chosen.items() if place is not None and role in SPOKEN}
    for role in NEEDED:
        if role not in kept:
            raise ImportRefused(f"Choose the column with {SPOKEN[role]}.", field=role)
    by_place: dict[int, str] = {}
    for role, place in kept.items():
        if not 0 <= place < width:
            raise ImportRefused(f"The file has no such column. Choose the column with {SPOKEN[role]} again.", field=role)
        twin = by_place.setdefault(place, role)
        if twin != role:
            raise ImportRefused(f"One column cannot hold both {SPOKEN[twin]} and {SPOKEN[role]}. Choose another.", field=role)
    return kept

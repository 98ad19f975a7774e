"""A statement is a table of sums by giver and year. What a pot spent is shared among its givers to the penny. No clock, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from commissioning.kernel.money import split
from funders.pool.rules import NOTHING

Key = tuple[str, int]


@dataclass(frozen=True)
class Sums:
    """Pounds, each certainty for itself: what is asked is not pledged, pledged is not agreed, agreed is not received, received is not paid.

    `pooled` is what a giver keeps in the pool without a contribution here; `carried` what a year end took from one year into the next; `returned` what of it was paid back. What is in kind is no money and stands apart.
    """

    asked: Decimal = NOTHING
    pooled: Decimal = NOTHING
    carried: Decimal = NOTHING
    indicative: Decimal = NOTHING
    pledged: Decimal = NOTHING
    conditional: Decimal = NOTHING
    agreed: Decimal = NOTHING
    received: Decimal = NOTHING
    allocated: Decimal = NOTHING
    committed: Decimal = NOTHING
    paid: Decimal = NOTHING
    returned: Decimal = NOTHING
    in_kind: Decimal = NOTHING

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})

    @property
    def secured(self) -> Decimal:
        return self.pooled + self.agreed


NAMES = tuple(one.name for one in fields(Sums))


def total(rows: Iterable[Sums]) -> Sums:
    """All of them together."""
    found = Sums()
    for one in rows:
        found += one
    return found


def after_moving(
    givers: Mapping[Key, Mapping[int, Decimal]], moved: Mapping[tuple[int, str, str], Decimal]
) -> dict[Key, dict[int, Decimal]]:
    """What each giver has in each pot and year when money has moved between pots: it stays the money of those who gave to the pot that it
    left, in proportion to what they have there, to the penny.

    :param givers: pounds by pot and year and by giver (its place). :param moved: pounds by year, pot that it left and pot to which it went.
    """
    found = {key: dict(parts) for key, parts in givers.items()}
    for (year, from_pot, to_pot), amount in moved.items():
        left, come = found.get((from_pot, year), {}), found.setdefault((to_pot, year), {})
        bearing = {giver: part for giver, part in left.items() if part > 0}
        going = min(amount, sum(bearing.values(), NOTHING))
        for giver, part in zip(bearing, split(going, list(bearing.values())) if bearing else (), strict=True):
            left[giver] -= part
            come[giver] = come.get(giver, NOTHING) + part
    return found


def shared_out(amounts: Mapping[Key, Decimal], givers: Mapping[Key, Mapping[int, Decimal]]) -> dict[tuple[int, int], Decimal]:
    """What each giver bears of the spending of the pots that it gave to, in proportion to what is secured from it.

    :param amounts: pounds by pot and year. :param givers: for each pot and year, what is secured from each giver (by its place).
    :returns: pounds by giver and year; they add up to `amounts` to the penny, odd pennies by largest remainder.
    :raises ValueError: a pot spent and nobody gave to it.
    """
    found: dict[tuple[int, int], Decimal] = {}
    for (pot, year), amount in sorted(amounts.items()):
        if not amount:
            continue
        bearing = {giver: part for giver, part in givers.get((pot, year), {}).items() if part > 0}
        if not bearing:
            raise ValueError(f"{amount} of {pot} in {year} has no giver")
        for giver, part in zip(bearing, split(amount, list(bearing.values())), strict=True):
            found[giver, year] = found.get((giver, year), NOTHING) + part
    return found


def by_pot(lines: Mapping[tuple[int, int], Decimal], pots: Mapping[tuple[int, int], Mapping[str, Decimal]]) -> dict[Key, Decimal]:
    """What is committed of each line, from its pots in proportion to what each has set aside for it.

    :param lines: pounds by year and line. :param pots: for each year and line, what it has from each pot.
    """
    found: dict[Key, Decimal] = {}
    for key, amount in sorted(lines.items()):
        bearing = {pot: part for pot, part in pots.get(key, {}).items() if part > 0}
        if not amount or not bearing:
            continue
        for pot, part in zip(bearing, split(amount, list(bearing.values())), strict=True):
            found[pot, key[0]] = found.get((pot, key[0]), NOTHING) + part
    return found

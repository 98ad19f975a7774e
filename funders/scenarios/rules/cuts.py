"""What less money buys: lines of a fund's requirement cut in proportion, or with protected lines kept whole. Amounts are pounds a year.

Source of the two ways, and of their test vectors: the contingency of 10 to 20 % in the framework of 2017, on the requirement of 2012.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commissioning.kernel.money import PENNY, as_pounds, split
from commissioning.kernel.refusals import Refusal
from funders.pool.rules import NOTHING

ONE, TENTH, NOUGHT = Decimal(1), Decimal("0.1"), Decimal("0.0")
MANY = 100


class ScenarioRefused(Refusal):
    """Such a cut cannot be worked out."""


@dataclass(frozen=True)
class Line:
    """A line of the requirement: quantity x unit cost."""

    label: str
    quantity: Decimal
    unit: str
    unit_cost: Decimal
    amount: Decimal


@dataclass(frozen=True)
class CutLine:
    """What is left of a line, and how much it still buys."""

    line: Line
    left: Decimal
    is_protected: bool

    @property
    def lost(self) -> Decimal:
        return self.line.amount - self.left

    @property
    def quantity(self) -> Decimal:
        """What is left, in units of the line: whole ones where there are a hundred or more, else to the nearest tenth.

        1,170 cases, 3.6 posts. Of a line that is not cut, all of it.
        """
        if not self.lost:
            return self.line.quantity + NOUGHT
        step = ONE if self.line.quantity >= MANY else TENTH
        return min(self.line.quantity, (self.left / self.line.unit_cost).quantize(step, rounding=ROUND_HALF_UP)) + NOUGHT

    @property
    def quantity_lost(self) -> Decimal:
        return self.line.quantity - self.quantity


@dataclass(frozen=True)
class Cut:
    """The requirement after a cut."""

    percent: Decimal
    amount: Decimal
    lines: tuple[CutLine, ...]

    @property
    def left(self) -> Decimal:
        return sum((one.left for one in self.lines), NOTHING)


def cut_of(lines: Sequence[Line], percent: Decimal, protected: Collection[int] = ()) -> Cut:
    """Take a percentage of all lines together off those that are not protected, in proportion to what they cost.

    :param percent: 0 to 100, of all lines together.
    :param protected: places in `lines` of those that are kept whole.
    :raises ScenarioRefused: no percentage, every line protected, or more to cut than the others cost.
    """
    amount = part_of(whole_of(lines), percent)
    return Cut(percent, amount, take_off(lines, amount, protected))


def part_of(amount: Decimal, percent: Decimal) -> Decimal:
    """A percentage of an amount, to the penny.

    :raises ScenarioRefused: no percentage from 0 to 100.
    """
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise ScenarioRefused("The cut must be from 0 to 100 %.", field="percent")
    return (amount * percent / 100).quantize(PENNY, rounding=ROUND_HALF_UP)


def whole_of(lines: Sequence[Line]) -> Decimal:
    return sum((one.amount for one in lines), NOTHING)


def take_off(lines: Sequence[Line], amount: Decimal, protected: Collection[int] = ()) -> tuple[CutLine, ...]:
    """Each line after `amount` pounds are taken off those that are not protected, in proportion to what they cost.

    :param protected: places in `lines` of those that are kept whole.
    :raises ScenarioRefused: more to take off than the lines that are not protected cost.
    """
    open_places = [place for place in range(len(lines)) if place not in protected]
    free = whole_of([lines[place] for place in open_places])
    if amount > free:
        raise ScenarioRefused(
            f"{as_pounds(amount)} cannot be saved: what is not protected costs {as_pounds(free)}. Protect less, or cut less.",
            field="protected",
        )
    shares = split(free - amount, [lines[place].amount for place in open_places]) if open_places else []
    left = dict(zip(open_places, shares, strict=True))
    return tuple(CutLine(one, left.get(place, one.amount), place not in left) for place, one in enumerate(lines))

"""Disclosure control: small counts of people never reach a wider audience, and cannot be worked out from what does.

Partner view (named people under a sharing agreement): 1 to 4 hidden, others exact, and other cells hidden with them
until nothing can be worked out from the total. Public view: 1 to 7 hidden, others rounded to the nearest 5. Zero is
shown. A hidden figure is drawn as "[c]" (confidential), one that was never received as "[x]".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

CONFIDENTIAL = "[c]"
NOT_AVAILABLE = "[x]"
ROUNDED_TO = 5
ROUNDING_SPAN = 2


class View(StrEnum):
    OWN = "own"
    PARTNER = "partner"
    PUBLIC = "public"


SMALL_UP_TO = {View.OWN: 0, View.PARTNER: 4, View.PUBLIC: 7}


@dataclass(frozen=True)
class Shown:
    """What a reader may see of one count: a value, or a marker in its place."""

    value: int | None
    marker: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.marker == CONFIDENTIAL

    def __str__(self) -> str:
        return self.marker if self.value is None else f"{self.value:,}"


HIDDEN = Shown(None, CONFIDENTIAL)
MISSING = Shown(None, NOT_AVAILABLE)


@dataclass(frozen=True)
class ShownRow:
    """A one-way table (one dimension and its total) as one audience may see it."""

    cells: tuple[Shown, ...]
    total: Shown


def shown_count(count: int | None, view: View) -> Shown:
    """One count of people that stands alone, without parts or total beside it."""
    if count is None:
        return MISSING
    if is_small(count, view):
        return HIDDEN
    return Shown(_rounded(count) if view is View.PUBLIC else count)


def shown_row(counts: Sequence[int | None], view: View) -> ShownRow:
    """Counts of people that add up to a total (of those received), as `view` may see them.

    Always mask the exact counts of the whole table at once; a cell masked on its own says too much beside its total.
    """
    total = sum(count for count in counts if count is not None)
    if view is View.OWN:
        return ShownRow(tuple(MISSING if count is None else Shown(count) for count in counts), Shown(total))
    hidden = {position for position, count in enumerate(counts) if count is not None and is_small(count, view)}
    total_hidden = is_small(total, view)
    while hidden and not total_hidden and _can_be_worked_out(counts, hidden, view):
        following = _next_smallest(counts, hidden)
        total_hidden = not following
        hidden |= following
    cells = (HIDDEN if position in hidden else _open(count, view) for position, count in enumerate(counts))
    return ShownRow(tuple(cells), HIDDEN if total_hidden else _open(total, view))


def shown_percent(numerator: int | None, denominator: int | None, view: View) -> Shown:
    """Whole percent, computed from the figures that `view` may see; hidden when either side of it is a few people.

    :raises ValueError: a numerator above its denominator.
    """
    if numerator is None or not denominator:
        return MISSING
    if numerator > denominator:
        raise ValueError(f"{numerator} of {denominator} is more than all")
    if is_small(numerator, view) or is_small(denominator - numerator, view):
        return HIDDEN
    above, below = (_rounded(numerator), _rounded(denominator)) if view is View.PUBLIC else (numerator, denominator)
    return Shown(min(100, (200 * above + below) // (2 * below)))


def is_small(count: int, view: View) -> bool:
    return 1 <= count <= SMALL_UP_TO[view]


def _rounded(count: int) -> int:
    return (count + ROUNDING_SPAN) // ROUNDED_TO * ROUNDED_TO


def _open(count: int | None, view: View) -> Shown:
    return MISSING if count is None else Shown(_rounded(count) if view is View.PUBLIC else count)


def _next_smallest(counts: Sequence[int | None], hidden: set[int]) -> set[int]:
    """The smallest cells above zero that are still open: hiding a zero would protect nothing.

    Equal cells go together: which of them stayed open would tell a reader who knows this rule where the small one is.
    """
    still_open = [count for position, count in enumerate(counts) if count and position not in hidden]
    if not still_open:
        return set()
    return {position for position, count in enumerate(counts) if count == min(still_open)}


def _can_be_worked_out(counts: Sequence[int | None], hidden: set[int], view: View) -> bool:
    """Whether the open figures narrow a hidden cell down further than the rule itself does.

    A reader knows that what is hidden adds up to something between `least` and `most`: the total less the open cells,
    each of them as far off as rounding allows.
    """
    few, small = len(hidden), SMALL_UP_TO[view]
    only_small = all(is_small(counts[position] or 0, view) for position in hidden)
    open_counts = [count for position, count in enumerate(counts) if count and position not in hidden]
    total = sum(count for count in counts if count)
    if view is View.PARTNER:
        together = total - sum(open_counts)
        return few == 1 or (only_small and together in (few, few * small))
    rounded = [_rounded(count) for count in open_counts]
    span = ROUNDING_SPAN * (len(rounded) + 1)
    least, most = _rounded(total) - sum(rounded) - span, _rounded(total) - sum(rounded) + span
    return most - (few - 1) < small or (only_small and least - (few - 1) * small > 1)

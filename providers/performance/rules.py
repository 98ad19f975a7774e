"""Ratings, intervals and what a rating needs before it may be given. Pure.

Source: the rating rules of the quarterly performance report (five words and RAG from one number; Wilson intervals).
"""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from django.db.models import TextChoices

from commissioning.measures.kinds import Direction

NEAR_PERCENT = Decimal(5)
FEWEST_FOR_A_RATING = 8
Z95 = 1.959963984540054


class Rating(TextChoices):
    """The five words for performance against a target."""

    GOOD = "good", "Good"
    APPROACHING = "approaching", "Approaching target"
    IMPROVE = "improve", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"
    OTHER = "other", "Other"


RAG = {
    Rating.GOOD: "Green",
    Rating.APPROACHING: "Amber",
    Rating.IMPROVE: "Amber",
    Rating.INADEQUATE: "Red",
    Rating.OTHER: "Grey",
}


@dataclass(frozen=True)
class Interval:
    """A 95 % interval in percent, one place, within 0 and 100."""

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


def rating_of(value: Decimal | None, *, target: Decimal, floor: Decimal, direction: str, denominator: int | None = None) -> Rating:
    """The rating of a percentage or count against its target and floor.

    Target 60 and floor 50: 60 is Good, 57 Approaching, 56.9 and 50 Require improvement, 49.9 is Inadequate. If the floor lies
    above "near the target", the floor wins. For measures where lower is better everything is mirrored.

    :param denominator: of a percentage; below 8 nothing is rated.
    """
    if value is None or direction == Direction.CONTEXT or (denominator is not None and denominator < FEWEST_FOR_A_RATING):
        return Rating.OTHER
    sign = -1 if direction == Direction.LOWER else 1
    here, goal, least = sign * value, sign * target, sign * floor
    near = goal - target * NEAR_PERCENT / 100
    if here >= goal:
        return Rating.GOOD
    if here < least:
        return Rating.INADEQUATE
    return Rating.APPROACHING if here >= near else Rating.IMPROVE


def wilson(numerator: int, denominator: int) -> Interval | None:
    """The 95 % Wilson interval of a share, in percent; None when there is nothing to divide by.

    :raises ValueError: a numerator above its denominator or below zero.
    """
    if not 0 <= numerator <= max(denominator, 0):
        raise ValueError(f"{numerator} of {denominator} is no share")
    if not denominator:
        return None
    share, square = numerator / denominator, Z95 * Z95 / denominator
    middle = (share + square / 2) / (1 + square)
    half = Z95 * sqrt(share * (1 - share) / denominator + square / (4 * denominator)) / (1 + square)
    low, high = (Decimal(str(round(100 * min(1.0, max(0.0, edge)), 1))) for edge in (middle - half, middle + half))
    return Interval(low, high)

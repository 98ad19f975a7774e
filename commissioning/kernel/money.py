"""Pounds and pence: always Decimal with two places, never float, and parts that always add up to the whole."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from commissioning.kernel.refusals import Refusal

PENNY = Decimal("0.01")
POUND = Decimal(1)
LARGEST = Decimal("9999999999.99")
_SPACES = str.maketrans("", "", "\u00a0\u2009\u202f\u200b\ufeff \t")


class MoneyRefused(Refusal):
    """What was typed is not an amount of money."""


def pounds(text: str) -> Decimal:
    """Read an amount as people type it: "£551,000", "45916.66", "1 250", "-30". Two places come back.

    :raises MoneyRefused: anything else, with a sentence for the person who typed it.
    """
    tidy = text.strip().replace("\u2212", "-").translate(_SPACES)
    negative = tidy.startswith("-")
    digits = tidy.removeprefix("-").removeprefix("£")
    if digits.lower().endswith(("k", "m")):
        raise MoneyRefused("Write the amount in full, for example 551,000 instead of 551k")
    whole, _, fraction = digits.partition(".")
    groups = whole.split(",")
    well_grouped = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    figures = "".join(groups) + fraction
    if not figures or not figures.isascii() or not figures.isdigit() or not well_grouped:
        raise MoneyRefused("Enter an amount of money, for example 551,000 or 45,916.66")
    if len(fraction) > 2:
        raise MoneyRefused("Enter pounds and pence, with no more than two figures after the point")
    amount = Decimal(f"{''.join(groups) or '0'}.{fraction or '0'}").quantize(PENNY)
    if amount > LARGEST:
        raise MoneyRefused("The amount must be smaller than £10,000,000,000")
    return -amount if negative else amount


def split(total: Decimal, parts: Sequence[int | Decimal], unit: Decimal = PENNY) -> list[Decimal]:
    """Share `total` (pounds) in the ratio of `parts` by largest remainder; ties go to the first listed.

    The shares are whole multiples of `unit` (a penny unless told otherwise) and always add up to `total`.
    7 : 4 : 1 on £551,000 is £321,416.67, £183,666.67 and £45,916.66.

    :raises ValueError: no parts, a negative part, parts that are all nothing, or a total that is no multiple of `unit`.
    """
    weights = [Decimal(part) for part in parts]
    whole = sum(weights, Decimal(0))
    if not weights or min(weights) < 0 or whole <= 0:
        raise ValueError("Parts must be zero or more, and at least one of them more than zero")
    units = total / unit
    if units != units.to_integral_value():
        raise ValueError(f"{total} cannot be shared in whole units of {unit}")
    sign, count = (-1, -int(units)) if units < 0 else (1, int(units))
    scaled, divisor = _as_integers(weights)
    shares = [count * weight // divisor for weight in scaled]
    remainders = [count * weight % divisor for weight in scaled]
    by_remainder = sorted(range(len(scaled)), key=lambda position: (-remainders[position], position))
    for position in by_remainder[: count - sum(shares)]:
        shares[position] += 1
    return [(sign * share * unit).quantize(PENNY) for share in shares]


def _as_integers(weights: Sequence[Decimal]) -> tuple[list[int], int]:
    """The same ratio in whole numbers, so that no remainder is lost to rounding."""
    places = max(0, *(-int(weight.as_tuple().exponent) for weight in weights))
    scaled = [int(weight.scaleb(places)) for weight in weights]
    return scaled, sum(scaled)


def pence(amount: Decimal) -> int:
    """Pounds to whole pence.

    :raises ValueError: the amount has a fraction of a penny.
    """
    in_pence = amount * 100
    if in_pence != in_pence.to_integral_value():
        raise ValueError(f"{amount} has a fraction of a penny")
    return int(in_pence)


def from_pence(count: int) -> Decimal:
    """Whole pence to pounds with two places."""
    return (Decimal(count) / 100).quantize(PENNY)


def as_pounds(amount: Decimal | int, *, whole: bool = False) -> str:
    """Words for an amount: "£321,416.67"; with `whole`, to the nearest pound "£321,417"; below zero "−£30.00"."""
    try:
        rounded = Decimal(amount).quantize(POUND if whole else PENNY, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError(f"{amount} is not an amount of money") from None
    return f"{'−' if rounded < 0 else ''}£{abs(rounded):,}"

"""Where things stand on a chart, and how its numbers are said."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Number = float | None
WIDTH = 720
LEFT, RIGHT, TOP, BOTTOM = 84, 16, 24, 242


@dataclass(frozen=True)
class Scale:
    """The upright axis: from zero (or a round number below everything shown) to a round number above it."""

    top_value: float
    step: float
    low_value: float = 0.0

    @classmethod
    def over(cls, values: Sequence[Number], target: float | None) -> "Scale":
        shown = [0.0, *(value for value in values if value is not None), *([target] if target is not None else [])]
        step = _round_step((max(shown) - min(shown)) / 4 or 1)
        low = step * math.floor(min(shown) / step)
        return cls(top_value=max(low + step, step * math.ceil(max(shown) / step)), step=step, low_value=low)

    def y(self, value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (value - self.low_value) / (self.top_value - self.low_value)

    def ticks(self) -> list[float]:
        return [self.low_value + self.step * number for number in range(round((self.top_value - self.low_value) / self.step) + 1)]


@dataclass(frozen=True)
class Groups:
    """The places along the foot of the chart."""

    labels: int
    series: int

    @property
    def width(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(1, self.labels)

    @property
    def bar(self) -> float:
        return min(64.0, self.width * 0.7 / max(1, self.series))

    def left(self, place: int, number: int) -> float:
        return LEFT + self.width * place + (self.width - self.bar * self.series) / 2 + self.bar * number

    def middles(self) -> list[float]:
        return [LEFT + self.width * (place + 0.5) for place in range(self.labels)]


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999999)


def say(value: float | None, unit: str) -> str:
    """A number in full: "£321,416.67", "62.5%", "not available"."""
    if value is None:
        return "not available"
    size = abs(value)
    number = f"{size:,.2f}".rstrip("0").rstrip(".") if size % 1 else f"{size:,.0f}"
    if unit == "£" and "." in number:
        number = f"{size:,.2f}"
    return f"{'−' if value < 0 and number != '0' else ''}{f'£{number}' if unit == '£' else f'{number}{unit}'}"


def say_short(value: float, unit: str) -> str:
    """A number beside an axis or above a bar: thousands and millions in short, as "£321k"."""
    for size, letter in ((1e6, "m"), (1e3, "k")):
        scaled = value / size
        if abs(scaled) >= 10 or (abs(scaled) >= 1 and round(scaled, 1) == scaled):
            number = say(round(scaled, 0 if abs(scaled) >= 100 else 1), "")
            minus, digits = ("−", number[1:]) if number.startswith("−") else ("", number)
            return f"{minus}£{digits}{letter}" if unit == "£" else f"{number}{letter}{unit}"
    return say(value, unit)

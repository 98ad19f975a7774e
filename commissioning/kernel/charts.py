"""Charts as SVG that stand on page and paper: with title, table and one sentence, readable in black and white.

Colours are presentation attributes (the page's policy allows no style attributes, and paper has no style sheet); each
series also has its own pattern, so that a photocopy still tells them apart. Numbers come in as they are to be shown:
protect small numbers before drawing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from commissioning.kernel.tables import Column, Table

WIDTH = 720
FONTS = "Atkinson Hyperlegible Next, system-ui, Arial, sans-serif"
LEFT, RIGHT, TOP, BOTTOM = 84, 16, 16, 58
INK, SOFT, GRID = "#14282d", "#4a5f64", "#c9d7d6"
FILLS = ("#0d3a40", "#4fa3a0", "#f0ad1e", "#d3dfdf")
EDGES = ("#0d3a40", "#17797a", "#7a5500", "#4a5f64")
DASHES = ("", "7 4", "2 4", "10 3 2 3")
Number = float | None
Series = Mapping[str, Sequence[Number]]


@dataclass(frozen=True)
class Chart:
    """What `components/chart.html` shows. `identity` starts its ids, so that a page may have several. `svg` is safe to print as it is: every word in it is escaped."""

    title: str
    finding: str
    svg: str
    table: Table
    identity: str = "chart"


def bar_chart(
    *, title: str, finding: str, labels: Sequence[str], series: Series, unit: str = "", target: float | None = None, identity: str = "chart"
) -> Chart:
    """Bars side by side: one group a label, one bar a series. A None leaves a gap, which is not zero."""
    scale = Scale.over([value for values in series.values() for value in values], target)
    groups = Groups(len(labels), len(series))
    bars = [
        _bar(
            number,
            groups.left(place, number),
            scale.y(value),
            groups.bar,
            scale.bottom - scale.y(value),
            f"{name}, {label}: {_say(value, unit)}",
        )
        for number, (name, values) in enumerate(series.items())
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
        if value is not None
    ]
    return _chart(title, finding, labels, series, unit, scale, [*bars, *_target(scale, target, unit)], groups.middles(), identity)


def stacked_chart(
    *, title: str, finding: str, labels: Sequence[str], series: Series, unit: str = "", target: float | None = None, identity: str = "chart"
) -> Chart:
    """Bars on top of each other: one bar a label, one layer a series, the first at the bottom."""
    totals = [sum(values[place] or 0 for values in series.values()) for place in range(len(labels))]
    scale = Scale.over(totals, target)
    groups = Groups(len(labels), 1)
    heights = [0.0] * len(labels)
    bars = []
    for number, (name, values) in enumerate(series.items()):
        for place, (label, value) in enumerate(zip(labels, values, strict=True)):
            if value:
                top, bottom = scale.y(heights[place] + value), scale.y(heights[place])
                bars.append(_bar(number, groups.left(place, 0), top, groups.bar, bottom - top, f"{name}, {label}: {_say(value, unit)}"))
                heights[place] += value
    return _chart(title, finding, labels, series, unit, scale, [*bars, *_target(scale, target, unit)], groups.middles(), identity)


def line_chart(
    *, title: str, finding: str, labels: Sequence[str], series: Series, unit: str = "", target: float | None = None, identity: str = "chart"
) -> Chart:
    """A run over time: one line a series, broken where a value is missing."""
    scale = Scale.over([value for values in series.values() for value in values], target)
    groups = Groups(len(labels), 1)
    middles = groups.middles()
    drawn: list[str] = []
    for number, (name, values) in enumerate(series.items()):
        points = [(x, scale.y(value)) if value is not None else None for x, value in zip(middles, values, strict=True)]
        drawn += [_line(number, one, two) for one, two in pairwise(points) if one and two]
        drawn += [
            f'<circle class="chart__point" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="4.5" fill="#ffffff" stroke="{EDGES[number % 4]}" '
            f'stroke-width="2.5"><title>{escape(f"{name}, {label}: {_say(value, unit)}")}</title></circle>'
            for point, label, value in zip(points, labels, values, strict=True)
            if point
        ]
    return _chart(title, finding, labels, series, unit, scale, [*_target(scale, target, unit), *drawn], middles, identity)


@dataclass(frozen=True)
class Scale:
    """The upright axis: from zero to a round number above everything shown."""

    top_value: float
    step: float
    bottom: float = 300 - BOTTOM

    @classmethod
    def over(cls, values: Sequence[Number], target: float | None) -> "Scale":
        highest = max([0.0, *(value for value in values if value is not None), *([target] if target else [])])
        step = _round_step(highest / 4 or 1)
        return cls(top_value=step * max(1, math.ceil(highest / step)), step=step)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - TOP) * max(0.0, value) / self.top_value

    def ticks(self) -> list[float]:
        return [self.step * number for number in range(round(self.top_value / self.step) + 1)]


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


def _say(value: float | None, unit: str) -> str:
    if value is None:
        return "not available"
    number = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return f"£{number}" if unit == "£" else f"{number}{unit}"


def _short(value: float, unit: str) -> str:
    """An axis label: thousands and millions in short."""
    for size, letter in ((1e6, "m"), (1e3, "k")):
        if value >= 10 * size or (value >= size and value % size == 0):
            return _say(value / size, "").join(("£" if unit == "£" else "", f"{letter}{unit if unit not in ('£', '') else ''}"))
    return _say(value, unit)


def _bar(number: int, x: float, y: float, width: float, height: float, said: str) -> str:
    fill = f'fill="{FILLS[number % 4]}" stroke="{EDGES[number % 4]}"'
    where = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(0.0, height):.1f}"'
    plain = f'<rect class="chart__series-{number % 4 + 1}" {where} {fill}><title>{escape(said)}</title></rect>'
    return plain + (_hatching(number, x, y, width, height) if number % 4 else "")


def _hatching(number: int, x: float, y: float, width: float, height: float) -> str:
    """Lines across a bar that tell series apart without colour: level for the second, upright for the third."""
    edge = EDGES[number % 4]
    if number % 4 == 1:
        steps = [y + offset for offset in range(8, int(height), 8)]
        path = "".join(f"M{x:.1f} {one:.1f}h{width:.1f}" for one in steps)
    else:
        gap = 8 if number % 4 == 2 else 16
        steps = [x + offset for offset in range(gap, int(width), gap)]
        path = "".join(f"M{one:.1f} {y:.1f}v{height:.1f}" for one in steps)
    return f'<path d="{path}" fill="none" stroke="{edge}" stroke-width="1"/>' if path else ""


def _line(number: int, one: tuple[float, float], two: tuple[float, float]) -> str:
    dash = f' stroke-dasharray="{DASHES[number % 4]}"' if DASHES[number % 4] else ""
    where = f'x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{two[0]:.1f}" y2="{two[1]:.1f}"'
    return f'<line class="chart__line" {where} stroke="{EDGES[number % 4]}" stroke-width="2.5"{dash}/>'


def _target(scale: Scale, target: float | None, unit: str) -> list[str]:
    if target is None:
        return []
    y = scale.y(target)
    return [
        f'<line class="chart__target" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{SOFT}" stroke-width="1.5" '
        'stroke-dasharray="6 4"/>',
        _text(WIDTH - RIGHT, y - 6, f"Target {_say(target, unit)}", "end", SOFT),
    ]


def _text(x: float, y: float, words: str, anchor: str = "middle", colour: str = INK) -> str:
    return f'<text class="chart__text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="13" fill="{colour}">{escape(words)}</text>'


def _wrapped(words: str, room: float) -> list[str]:
    """At most three lines that fit `room`; what does not fit ends in an ellipsis (the table has it whole)."""
    letters = max(4, int(room / 7))
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    lines = [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in lines]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: letters - 1]}…"]


def _axes(scale: Scale, unit: str, labels: Sequence[str], middles: Sequence[float]) -> list[str]:
    drawn = []
    for tick in scale.ticks():
        y = scale.y(tick)
        drawn.append(f'<line class="chart__grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}"/>')
        drawn.append(_text(LEFT - 8, y + 4.5, _short(tick, unit), "end", SOFT))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    for x, label in zip(middles, labels, strict=True):
        drawn += [_text(x, scale.bottom + 18 + 15 * number, line) for number, line in enumerate(_wrapped(label, room))]
    return drawn


def _legend(series: Series, y: float) -> list[str]:
    drawn, x = [], float(LEFT)
    for number, name in enumerate(series):
        drawn.append(_bar(number, x, y - 12, 18, 14, name))
        drawn.append(_text(x + 25, y, name, "start"))
        x += 25 + 7.4 * len(name) + 22
    return drawn


def _chart(
    title: str,
    finding: str,
    labels: Sequence[str],
    series: Series,
    unit: str,
    scale: Scale,
    drawn: list[str],
    middles: list[float],
    identity: str,
) -> Chart:
    height = 300 if len(series) < 2 else 330
    parts = [*_axes(scale, unit, labels, middles), *drawn, *(_legend(series, 318) if len(series) > 1 else [])]
    svg = (
        f'<svg class="chart__picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{FONTS}" role="img" '
        f'aria-labelledby="{escape(identity)}-title {escape(identity)}-desc">'
        f'<title id="{escape(identity)}-title">{escape(title)}</title><desc id="{escape(identity)}-desc">{escape(finding)}</desc>'
        f"{''.join(parts)}</svg>"
    )
    return Chart(title=title, finding=finding, svg=svg, table=_table(title, labels, series, unit), identity=identity)


def _table(title: str, labels: Sequence[str], series: Series, unit: str) -> Table:
    columns = [Column("label", ""), *(Column(f"series{number}", name, "count") for number, name in enumerate(series))]
    rows = [
        {"label": label, **{f"series{number}": _say(values[place], unit) for number, values in enumerate(series.values())}}
        for place, label in enumerate(labels)
    ]
    return Table(columns=columns, rows=rows, caption=f"{title}: the figures")

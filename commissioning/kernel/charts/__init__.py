"""Charts as SVG that stand on page and paper: with title, table and one sentence, readable in black and white.

Colours are presentation attributes (the page's policy allows no style attributes, and paper has no style sheet); each
series also has its own pattern or marker, so that a photocopy still tells them apart. Numbers come in as they are to be
shown: protect small numbers before drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from commissioning.kernel.charts import drawing
from commissioning.kernel.charts.drawing import FONTS, HEIGHT, MOST_SERIES, WIDTH, Key
from commissioning.kernel.charts.scale import Groups, Number, Scale, say, say_short
from commissioning.kernel.tables import Column, Table

Series = Mapping[str, Sequence[Number]]
MOST_SAID = 14

__all__ = ["Chart", "Groups", "Level", "Scale", "Series", "bar_chart", "line_chart", "stacked_chart"]


@dataclass(frozen=True)
class Chart:
    """What `components/chart.html` shows. `identity` starts its ids, so that a page may have several.

    `svg` is safe to print as it is: every word in it is escaped.
    """

    title: str
    finding: str
    svg: str
    table: Table
    identity: str = "chart"


@dataclass(frozen=True)
class Level:
    """A line across each bar of a stack, at a height of its own: what is spent, against what there is.

    `beyond` has the number by which it goes beyond what may be, in the chart's unit; zero or None where it does not.
    """

    name: str
    values: Sequence[Number]
    beyond: Sequence[Number]
    beyond_name: str


def bar_chart(
    *,
    title: str,
    finding: str,
    labels: Sequence[str],
    series: Series,
    unit: str = "",
    target: float | None = None,
    identity: str = "chart",
    across: str = "Shown for",
) -> Chart:
    """Bars side by side: one group a label, one bar a series. A None leaves a gap, which is not zero.

    :param unit: "£" goes before the numbers, anything else after them ("%", " people").
    :param across: heading of the labels in the table of figures ("Quarter", "Contract area").
    :raises ValueError: more series than patterns, or a series of another length than `labels`.
    """
    scale = Scale.over(_all(series), target)
    groups = Groups(len(labels), len(series))
    drawn: list[str] = []
    for number, label, place, value in _values(series, labels):
        name = list(series)[number]
        drawn += drawing.bar(
            number, groups.left(place, number), scale.y(value), groups.bar, scale.y(0), f"{name}, {label}: {say(value, unit)}"
        )
    if len(labels) * len(series) <= MOST_SAID:
        drawn += [
            drawing.above(groups.left(place, number) + groups.bar / 2, scale, value, unit, groups.bar)
            for number, _, place, value in _values(series, labels)
        ]
    return _chart(title, finding, labels, series, unit, identity, across, scale, drawn, drawing.bar_keys(series), target=target)


def stacked_chart(
    *,
    title: str,
    finding: str,
    labels: Sequence[str],
    series: Series,
    unit: str = "",
    target: float | None = None,
    identity: str = "chart",
    across: str = "Shown for",
    level: Level | None = None,
) -> Chart:
    """Bars on top of each other: one bar a label, one layer a series, the first at the bottom.

    A bar with a value missing has no total: "part only" or "no figure" stands in its place.

    :param level: a line across each bar, red and with words below the label where it goes beyond what may be.

    :raises ValueError: as `bar_chart`, and for a value below zero, which cannot be stacked.
    """
    if any(value is not None and value < 0 for value in _all(series)):
        raise ValueError("A value below zero cannot be stacked")
    totals = [sum(values[place] or 0 for values in series.values()) for place in range(len(labels))]
    scale = Scale.over([*totals, *(level.values if level else ())], target)
    groups, heights = Groups(len(labels), 1), [0.0] * len(labels)
    drawn: list[str] = []
    for number, label, place, value in _values(series, labels):
        if value:
            said = f"{list(series)[number]}, {label}: {say(value, unit)}"
            top, bottom = scale.y(heights[place] + value), scale.y(heights[place])
            drawn += drawing.bar(number, groups.left(place, 0), top, groups.bar, bottom, said)
            heights[place] += value
    drawn += _totals(totals, series, unit, scale, groups)
    keys, shown = drawing.bar_keys(series), series
    if level:
        drawn += _level(level, labels, unit, scale, groups)
        keys += [drawing.level_key(level.name, beyond=False)]
        keys += [drawing.level_key(level.beyond_name, beyond=True)] if any(level.beyond) else []
        shown = {**series, level.name: level.values, **({level.beyond_name: level.beyond} if any(level.beyond) else {})}
    return _chart(title, finding, labels, shown, unit, identity, across, scale, drawn, keys, target=target)


def _totals(totals: Sequence[float], series: Series, unit: str, scale: Scale, groups: Groups) -> list[str]:
    """The sum above each bar, where there are few of them; a bar with a part missing has none."""
    drawn = []
    for place, total in enumerate(totals if len(totals) <= MOST_SAID else ()):
        middle, parts = groups.left(place, 0) + groups.bar / 2, [values[place] for values in series.values()]
        if None not in parts:
            drawn.append(drawing.above(middle, scale, total, unit, groups.bar))
        else:
            drawn.append(drawing.text(middle, scale.y(total) - 6, "part only" if any(parts) else "no figure", halo=True))
    return drawn


def _level(level: Level, labels: Sequence[str], unit: str, scale: Scale, groups: Groups) -> list[str]:
    """The line across each bar, and the words below the label of each that goes beyond what may be."""
    drawn = []
    for place, (label, value, beyond) in enumerate(zip(labels, level.values, level.beyond, strict=True)):
        if value:
            said = f"{level.name}, {label}: {say(value, unit)}"
            said += f", {level.beyond_name}: {say(beyond, unit)}" if beyond else ""
            drawn.append(drawing.level(groups.left(place, 0), scale.y(value), groups.bar, said, beyond=bool(beyond)))
        if beyond:
            words, middle = f"{say_short(beyond, unit)} too much", groups.left(place, 0) + groups.bar / 2
            drawn.append(drawing.under(middle, drawing.lines_of(label, len(labels)), words, groups.width))
    return drawn


def line_chart(
    *,
    title: str,
    finding: str,
    labels: Sequence[str],
    series: Series,
    unit: str = "",
    target: float | None = None,
    centre: float | None = None,
    identity: str = "chart",
    across: str = "Quarter",
) -> Chart:
    """A run over time: one line a series, broken where a value is missing.

    :param centre: the median (or mean) of a run chart, drawn as a thin line.
    :raises ValueError: as `bar_chart`.
    """
    scale = Scale.over([*_all(series), centre], target)
    middles = Groups(len(labels), 1).middles()
    drawn: list[str] = []
    for number, values in enumerate(series.values()):
        points = [(x, scale.y(value)) if value is not None else None for x, value in zip(middles, values, strict=True)]
        drawn += [drawing.line(number, one, two) for one, two in pairwise(points) if one and two]
    for number, label, place, value in _values(series, labels):
        drawn.append(drawing.marker(number, middles[place], scale.y(value), f"{list(series)[number]}, {label}: {say(value, unit)}"))
    return _chart(
        title, finding, labels, series, unit, identity, across, scale, drawn, drawing.line_keys(series), target=target, centre=centre
    )


def _all(series: Series) -> list[Number]:
    if len(series) > MOST_SERIES:
        raise ValueError(f"A chart holds {MOST_SERIES} series; {len(series)} could not be told apart")
    return [value for values in series.values() for value in values]


def _values(series: Series, labels: Sequence[str]) -> list[tuple[int, str, int, float]]:
    """Each value that is there: number of its series, label, place of the label, value."""
    return [
        (number, label, place, value)
        for number, values in enumerate(series.values())
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
        if value is not None
    ]


def _chart(
    title: str,
    finding: str,
    labels: Sequence[str],
    series: Series,
    unit: str,
    identity: str,
    across: str,
    scale: Scale,
    drawn: list[str],
    keys: list[Key],
    *,
    target: float | None = None,
    centre: float | None = None,
) -> Chart:
    shown = keys if len(series) > 1 else []
    across_lines: list[str] = []
    for kind, value, name in (("centre", centre, "Median"), ("target", target, "Target")):
        if value is not None:
            across_lines.append(drawing.across(kind, scale.y(value)))
            shown = [*shown, Key(f"{name} {say(value, unit)}", drawing.across_key(kind))]
    legend, rows = drawing.legend(shown)
    parts = [*drawing.axes(scale, unit, labels, Groups(len(labels), 1).middles()), *across_lines, *drawn, *legend]
    name = escape(identity)
    svg = (
        f'<svg class="chart__picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + 24 * rows}" '
        f'font-family="{FONTS}" role="img" aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(finding)}</desc>{"".join(parts)}</svg>'
    )
    return Chart(title=title, finding=finding, svg=svg, table=_table(title, labels, series, unit, across), identity=identity)


def _table(title: str, labels: Sequence[str], series: Series, unit: str, across: str) -> Table:
    columns = [Column("label", across), *(Column(f"series{number}", name, "count") for number, name in enumerate(series))]
    rows = [
        {"label": label, **{f"series{number}": say(values[place], unit) for number, values in enumerate(series.values())}}
        for place, label in enumerate(labels)
    ]
    return Table(columns=columns, rows=rows, caption=f"{title}: the figures")

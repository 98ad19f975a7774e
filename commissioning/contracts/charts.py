"""The time of a contract as one bar: first term, options, extensions, and today."""

import datetime
from collections.abc import Sequence
from html import escape

from commissioning.contracts.rules import Segment
from commissioning.kernel import words
from commissioning.kernel.charts import Chart
from commissioning.kernel.charts.drawing import FONTS, GRID, INK, bar, text
from commissioning.kernel.tables import Column, Table

WIDTH, LEFT, TOP, THICK = 720, 12, 34, 44
FOOT = TOP + THICK
SERIES = {"term": 0, "option": 1, "extension": 2}
OPEN = 3  # an option that is not exercised


def term_chart(pieces: Sequence[Segment], today: datetime.date) -> Chart:
    """A contract's time, drawn to scale. What is no commitment yet is drawn lightly and says so."""
    first, last = pieces[0].first_day, pieces[-1].last_day
    per_day = (WIDTH - 2 * LEFT) / ((last - first).days + 1)

    def x_of(day: datetime.date) -> float:
        return LEFT + (day - first).days * per_day

    drawn: list[str] = []
    for piece in pieces:
        begin, end = x_of(piece.first_day), x_of(piece.last_day + datetime.timedelta(days=1))
        drawn += bar(SERIES[piece.kind] if piece.is_committed else OPEN, begin, TOP, end - begin, FOOT, f"{piece.label}: {_said(piece)}")
        if end - begin > 90:
            drawn.append(text((begin + end) / 2, TOP - 10, piece.label if piece.kind != "extension" else "Extension"))
        drawn += _edge(begin, piece.first_day)
    drawn += [text(WIDTH - LEFT, FOOT + 20, str(last.year), "end"), *_today(x_of(today), first <= today <= last)]
    table = Table(_columns(), [_row(one) for one in pieces], caption="Term, options and extensions")
    return Chart("Term and options", _finding(pieces), _svg(drawn, _finding(pieces)), table, identity="term")


def _edge(x: float, day: datetime.date) -> list[str]:
    line = f'<line class="chart__grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{FOOT + 6}" stroke="{GRID}"/>'
    return [line, text(max(x, LEFT), FOOT + 20, str(day.year), "start")]


def _today(x: float, is_within: bool) -> list[str]:
    if not is_within:
        return []
    line = f'<line class="chart__line" x1="{x:.1f}" y1="{TOP - 5}" x2="{x:.1f}" y2="{FOOT + 5}" stroke="{INK}" stroke-width="2.5"/>'
    anchor = "end" if x > WIDTH - 60 else "start" if x < 60 else "middle"
    return [line, text(x, FOOT + 42, "Today", anchor)]


def _svg(drawn: Sequence[str], finding: str) -> str:
    return (
        f'<svg class="chart__picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {FOOT + 54}" font-family="{FONTS}" '
        'role="img" aria-labelledby="term-title term-desc"><title id="term-title">Term and options</title>'
        f'<desc id="term-desc">{escape(finding)}</desc>{"".join(drawn)}</svg>'
    )


def _finding(pieces: Sequence[Segment]) -> str:
    until = max(one.last_day for one in pieces if one.is_committed)
    open_months = sum(one.months for one in pieces if not one.is_committed)
    more = f" Options of {words.plural(open_months, 'month')} more are not used." if open_months else ""
    return f"The contract runs until {words.on(until)}.{more}"


def _said(piece: Segment) -> str:
    return f"{words.short(piece.first_day)} to {words.short(piece.last_day)}"


def _columns() -> list[Column]:
    return [
        Column("label", "Part"),
        Column("first", "First day", "day"),
        Column("last", "Last day", "day"),
        Column("months", "Months", "count"),
        Column("state", "State"),
    ]


def _row(piece: Segment) -> dict[str, object]:
    state = "Committed" if piece.is_committed else "Not used yet"
    return {"label": piece.label, "first": piece.first_day, "last": piece.last_day, "months": piece.months, "state": state}

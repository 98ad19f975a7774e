"""The marks of a chart: bars, lines, markers, words, as pieces of SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from commissioning.kernel.charts.scale import BOTTOM, LEFT, RIGHT, WIDTH, Scale, say_short

HEIGHT = 300
FONTS = "Atkinson Hyperlegible Next, system-ui, Arial, sans-serif"
MOST_SERIES = 5
INK, SOFT, GRID, ALARM = "#14282d", "#4a5f64", "#c9d7d6", "#b3261e"
FILLS = ("#0d3a40", "#4fa3a0", "#f0ad1e", "#d3dfdf", "#ffffff")
EDGES = ("#0d3a40", "#17797a", "#7a5500", "#4a5f64", "#14282d")
DASHES = ("", "7 4", "2 4", "10 3 2 3", "14 5")
ACROSS = {"target": 'stroke-dasharray="6 4" stroke-width="1.5"', "centre": 'stroke-width="1"'}
LETTER = 7.2  # width of a letter at 13 pixels, on the safe side


@dataclass(frozen=True)
class Key:
    """One entry of the legend: its words and its sign, drawn at the origin, 22 wide and centred on the line of words."""

    words: str
    sign: str


def bar(number: int, x: float, y: float, width: float, foot: float, said: str) -> list[str]:
    """A bar between `y` and `foot` (the line of zero, or the layer below), with its words for a pointer that rests on it."""
    top, height = min(y, foot), abs(foot - y)
    where = f'x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    colours = f'fill="{FILLS[number]}" stroke="{EDGES[number]}"'
    plain = f'<rect class="chart__series-{number + 1}" {where} {colours}><title>{escape(said)}</title></rect>'
    return [plain, *_hatching(number, x, top, width, height)]


def _hatching(number: int, x: float, y: float, width: float, height: float) -> list[str]:
    """Lines across a bar that tell series apart without colour: level, upright close, upright wide, slanting."""
    if number == 1:
        path = "".join(f"M{x:.1f} {y + offset:.1f}h{width:.1f}" for offset in range(8, int(height), 8))
    elif number == 4:
        path = "".join(_slanting(x, y, offset, width, height) for offset in range(10, int(width + height), 10))
    elif number:
        gap = 8 if number == 2 else 16
        path = "".join(f"M{x + offset:.1f} {y:.1f}v{height:.1f}" for offset in range(gap, int(width), gap))
    else:
        path = ""
    return [f'<path d="{path}" fill="none" stroke="{EDGES[number]}" stroke-width="1"/>'] if path else []


def _slanting(x: float, y: float, offset: int, width: float, height: float) -> str:
    """One line of the slanting hatching, from the upper or right edge down to the left or lower one."""
    right, low = min(offset, width), min(offset, height)
    return f"M{x + right:.1f} {y + offset - right:.1f}L{x + offset - low:.1f} {y + low:.1f}"


def line(number: int, one: tuple[float, float], two: tuple[float, float]) -> str:
    where = f'x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{two[0]:.1f}" y2="{two[1]:.1f}"'
    return f'<line class="chart__line" {where} {_line_look(number)}/>'


def _line_look(number: int) -> str:
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    return f'stroke="{EDGES[number]}" stroke-width="2.5"{dash}'


def marker(number: int, x: float, y: float, said: str = "") -> str:
    """A point of a line, in the shape of its series: circle, square, triangle, diamond, cross."""
    shapes = (
        f"M{x - 5:.1f} {y:.1f}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
        f"M{x - 4.5:.1f} {y - 4.5:.1f}h9v9h-9z",
        f"M{x:.1f} {y - 5.5:.1f}l5.5 10h-11z",
        f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z",
        f"M{x - 5:.1f} {y - 5:.1f}l10 10M{x + 5:.1f} {y - 5:.1f}l-10 10",
    )
    look = f'fill="#ffffff" stroke="{EDGES[number]}" stroke-width="2.5"'
    return f'<path class="chart__point" d="{shapes[number]}" {look}>{f"<title>{escape(said)}</title>" if said else ""}</path>'


def above(x: float, scale: Scale, value: float, unit: str, room: float) -> str:
    """The number above its bar (below it, when it hangs down), if there is room for it."""
    said = say_short(value, unit)
    if len(said) * LETTER > max(room, 30) * 1.5:
        return ""
    return text(x, scale.y(value) + (-6 if value >= 0 else 16), said, halo=True)


def level(x: float, y: float, width: float, said: str, *, beyond: bool) -> str:
    """A line across a bar and a little beyond it, on a white edge; red, thicker and with feet where it is `beyond` what may be."""
    left, right = x - 8, x + width + 8
    path = f"M{left:.1f} {y:.1f}H{right:.1f}" + (f"M{left:.1f} {y - 5:.1f}v10M{right:.1f} {y - 5:.1f}v10" if beyond else "")
    colour, thick = (ALARM, 4) if beyond else (INK, 3)
    edge = f'<path d="{path}" fill="none" stroke="#ffffff" stroke-width="{thick + 4}"/>'
    line = (
        f'<path class="chart__level" d="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"><title>{escape(said)}</title></path>'
    )
    return edge + line


def level_key(words: str, *, beyond: bool) -> Key:
    return Key(words, level(8, 0, 6, words, beyond=beyond))


def under(x: float, lines: int, words: str, room: float) -> str:
    """Red words below the label of a bar, which takes `lines` lines; as wide as their place lets them be."""
    shown = words if len(words) * LETTER <= room else f"{words[: max(1, int(room / LETTER) - 1)]}…"
    return text(x, BOTTOM + 18 + 15 * lines, shown, colour=ALARM, halo=True)


def across(kind: str, y: float) -> str:
    """A line over the whole width: the target, or the centre of a run."""
    return f'<line class="chart__{kind}" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{SOFT}" {ACROSS[kind]}/>'


def across_key(kind: str) -> str:
    return f'<line x1="0" y1="0" x2="22" y2="0" stroke="{SOFT}" {ACROSS[kind]}/>'


def bar_keys(names: Iterable[str]) -> list[Key]:
    return [Key(name, "".join(bar(number, 2, -7, 18, 7, name))) for number, name in enumerate(names)]


def line_keys(names: Iterable[str]) -> list[Key]:
    return [
        Key(name, f'<line x1="0" y1="0" x2="22" y2="0" {_line_look(number)}/>{marker(number, 11, 0)}') for number, name in enumerate(names)
    ]


def legend(keys: Sequence[Key]) -> tuple[list[str], int]:
    """The entries, side by side as far as they fit; and how many rows they take."""
    drawn, x, row = [], float(LEFT), 0
    for key in keys:
        width = 28 + LETTER * len(key.words) + 22
        if x + width > WIDTH and x > LEFT:
            x, row = float(LEFT), row + 1
        y = HEIGHT + 12 + 24 * row
        drawn.append(f'<g transform="translate({x:.1f} {y:.1f})">{key.sign}{text(28, 4.5, key.words, "start")}</g>')
        x += width
    return drawn, row + 1 if keys else 0


def text(x: float, y: float, words: str, anchor: str = "middle", colour: str = INK, *, halo: bool = False) -> str:
    """Words; with `halo` on a white edge, so that a line behind them does not cross them out."""
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="13" fill="{colour}"'
    edge = ' stroke="#ffffff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return f'<text class="chart__text" {where}{edge}>{escape(words)}</text>'


def axes(scale: Scale, unit: str, labels: Sequence[str], middles: Sequence[float]) -> list[str]:
    drawn = []
    for tick in scale.ticks():
        y, colour = scale.y(tick), SOFT if abs(tick) < scale.step / 2 else GRID
        drawn.append(f'<line class="chart__grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{colour}"/>')
        drawn.append(text(LEFT - 8, y + 4.5, say_short(tick, unit), "end", SOFT))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    for x, label in zip(middles, labels, strict=True):
        drawn += [text(x, BOTTOM + 18 + 15 * number, words) for number, words in enumerate(_wrapped(label, room))]
    return drawn


def lines_of(words: str, labels: int) -> int:
    """How many lines a label takes where there are so many of them."""
    return len(_wrapped(words, (WIDTH - LEFT - RIGHT) / max(1, labels)))


def _wrapped(words: str, room: float) -> list[str]:
    """At most three lines that fit `room`; what does not fit ends in an ellipsis (the table has it whole)."""
    letters = max(4, int(room / LETTER))
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    lines = [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in lines]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: letters - 1]}…"]

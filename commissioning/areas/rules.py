"""The schematic map: where each district's tile stands. Neighbours are roughly neighbours; size means nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, SPACE = 92, 74, 6
LONGEST_LINE = 11


@dataclass(frozen=True)
class Spot:
    """A tile of the map in its own units: the upper left corner, and the name broken into lines."""

    x: int
    y: int
    lines: tuple[str, ...]


def spot(column: int, row: int, name: str) -> Spot:
    return Spot(column * (WIDTH + SPACE), row * (HEIGHT + SPACE), broken(name))


def broken(name: str) -> tuple[str, ...]:
    """A name in lines that fit a tile: "Tonbridge and Malling" in "Tonbridge" and "and Malling"."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LONGEST_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def map_size(places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Width and height that hold tiles at these columns and rows."""
    columns = max((column for column, _ in places), default=0) + 1
    rows = max((row for _, row in places), default=0) + 1
    return columns * (WIDTH + SPACE) - SPACE, rows * (HEIGHT + SPACE) - SPACE

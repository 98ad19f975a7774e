from dataclasses import dataclass

from commissioning.home.registry import GROUPS, Tile, tiles_for
from commissioning.organisations.seat import Seat


@dataclass(frozen=True)
class Home:
    """The front page of one seat: what needs it now, then the rest by group."""

    urgent: list[Tile]
    groups: list[tuple[str, list[Tile]]]


def home_of(seat: Seat) -> Home:
    tiles = tiles_for(seat)
    calm = [tile for tile in tiles if not tile.urgent]
    groups = [(group, [tile for tile in calm if tile.group == group]) for group in GROUPS]
    return Home([tile for tile in tiles if tile.urgent], [(group, own) for group, own in groups if own])

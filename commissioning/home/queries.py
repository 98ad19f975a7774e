from dataclasses import dataclass

from commissioning.home.registry import GROUPS, Tile, tiles_for
from commissioning.organisations.seat import Seat


@dataclass(frozen=True)
class Home:
    """The front page of one seat: what needs it now, then the rest in the order of the groups."""

    urgent: list[Tile]
    calm: list[Tile]


def home_of(seat: Seat) -> Home:
    tiles = tiles_for(seat)
    calm = [tile for tile in tiles if not tile.urgent]
    return Home([tile for tile in tiles if tile.urgent], sorted(calm, key=lambda tile: GROUPS.index(tile.group)))

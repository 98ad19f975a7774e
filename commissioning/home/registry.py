"""What the front page shows and where the navigation leads: each house gives its own parts at start-up.

A house calls `register_tiles` and `register_place` in its `home_tiles.py`, which its app imports when it is ready.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat

GROUPS = ("Money", "Tenders and bids", "Contracts", "Returns", "Reports", "People and records")


@dataclass(frozen=True)
class Tile:
    """One figure of the front page: what it is, how much, one sentence, one place to go.

    `urgent` tiles stand first, under "What needs you now"; the others stand in their `group` by `order`.
    """

    title: str
    value: str = ""
    sentence: str = ""
    url: str = ""
    urgent: bool = False
    order: int = 50
    group: str = "Reports"

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"{self.group!r} is not a group of the front page; choose one of {', '.join(GROUPS)}")


@dataclass(frozen=True)
class Place:
    """A section of the navigation, for the seats that hold one of `roles`; no roles: for everybody signed in."""

    title: str
    url_name: str
    roles: frozenset[Role] = frozenset()
    order: int = 50


@dataclass(frozen=True)
class Link:
    """A place as the page draws it."""

    title: str
    url: str
    here: bool
    exact: bool


TileSource = Callable[[Seat], Iterable[Tile]]
_sources: dict[str, TileSource] = {}
_places: dict[str, Place] = {}


def register_tiles(source: TileSource) -> TileSource:
    """Let `source(seat)` give tiles to the front page. May decorate the function."""
    _sources[f"{source.__module__}.{source.__name__}"] = source
    return source


def register_place(place: Place) -> None:
    _places[place.url_name] = place


def registered_sources() -> list[str]:
    """The dotted names of all sources, for the test that no house's file was misspelt."""
    return sorted(_sources)


def registered_places() -> list[Place]:
    return sorted(_places.values(), key=lambda place: (place.order, place.title))


def tiles_for(seat: Seat) -> list[Tile]:
    """All tiles of this seat, by order and title."""
    tiles = [tile for source in _sources.values() for tile in source(seat)]
    return sorted(tiles, key=lambda tile: (tile.order, tile.title))


def links_for(seat: Seat, path: str) -> list[Link]:
    """The navigation of this seat on the page at `path`; the deepest place that holds the page is marked."""
    if not seat.signed_in:
        return []
    mine = [place for place in registered_places() if not place.roles or seat.has(*place.roles)]
    urls = [reverse(place.url_name) for place in mine]
    here = max((url for url in urls if url == path or (url != "/" and path.startswith(url))), key=len, default="")
    return [Link(place.title, url, url == here, url == path) for place, url in zip(mine, urls, strict=True)]

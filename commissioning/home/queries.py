import datetime
from dataclasses import dataclass

from commissioning.areas.queries import AreaOnDay, DistrictOnDay, areas_on, districts_on
from commissioning.home.registry import GROUPS, Tile, tiles_for
from commissioning.organisations.seat import Seat
from commissioning.publication.forms import OPEN
from commissioning.publication.queries import tenders_for_everybody
from commissioning.tenders.models import Tender

OPEN_ON_FRONT = 3


@dataclass(frozen=True)
class Home:
    """The front page of one seat: what needs it now, then the rest in the order of the groups."""

    urgent: list[Tile]
    calm: list[Tile]


def home_of(seat: Seat) -> Home:
    tiles = tiles_for(seat)
    calm = [tile for tile in tiles if not tile.urgent]
    return Home([tile for tile in tiles if tile.urgent], sorted(calm, key=lambda tile: GROUPS.index(tile.group)))


@dataclass(frozen=True)
class Front:
    """What a visitor sees that changes: the areas of today, and the open tenders that end soonest."""

    day: datetime.date
    districts: list[DistrictOnDay]
    areas: list[AreaOnDay]
    tenders: list[Tender]


def front_on(now: datetime.datetime, today: datetime.date) -> Front:
    districts = districts_on(today)
    return Front(today, districts, areas_on(today, districts), list(tenders_for_everybody(now=now, show=OPEN)[:OPEN_ON_FRONT]))

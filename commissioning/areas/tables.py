"""The areas as a table, and as tiles of a schematic map."""

from dataclasses import dataclass
from datetime import date

from commissioning.areas.queries import AreaOnDay, DatedName, DistrictOnDay
from commissioning.areas.rules import Spot, map_size, spot
from commissioning.kernel.tables import Column, Table
from commissioning.kernel.words import join, short

COLUMNS = (
    Column("district", "District"),
    Column("gss_code", "GSS code"),
    Column("area", "Contract area"),
    Column("names", "Other names"),
)


@dataclass(frozen=True)
class TileOfMap:
    """`series` is the class of colour, 1 to 4; none for an area that stands apart, which has a dashed border instead."""

    spot: Spot
    title: str
    mark: str = ""
    series: int = 0
    apart: bool = False


def area_table(districts: list[DistrictOnDay], day: date) -> Table:
    rows = [
        {
            "district": one.name,
            "gss_code": one.gss_code,
            "area": _area_name(one),
            "names": join([said(name) for name in one.other_names]),
        }
        for one in sorted(districts, key=_place)
    ]
    return Table(COLUMNS, rows, caption=f"Districts and contract areas on {short(day)}")


def said(name: DatedName) -> str:
    """ "Shepway until 31 March 2018"."""
    since = f" since {short(name.since)}" if name.since else ""
    return f"{name.name}{since}{f' until {short(name.until)}' if name.until else ''}"


def tile_map(districts: list[DistrictOnDay], areas: list[AreaOnDay]) -> dict[str, object]:
    """What the map's template draws: `tiles`, `width`, `height`."""
    marks = {area.area.pk: area for area in areas}
    tiles = [_tile(one, marks.get(one.area.pk) if one.area else None) for one in districts]
    width, height = map_size([(one.column, one.row) for one in districts])
    return {"tiles": tiles, "width": width, "height": height}


def _tile(district: DistrictOnDay, area: AreaOnDay | None) -> TileOfMap:
    place = spot(district.column, district.row, district.name)
    if area is None:
        return TileOfMap(place, f"{district.name}: no contract area on this day")
    series = 0 if area.area.apart else (int(area.mark) - 1) % 4 + 1
    return TileOfMap(place, f"{district.name}: area {area.mark}", area.mark, series, area.area.apart)


def _area_name(district: DistrictOnDay) -> str:
    return district.area.name if district.area else "None on this day"


def _place(district: DistrictOnDay) -> tuple[bool, int, str]:
    """By area, those apart last, then by name."""
    return (district.area.apart, district.area.order, district.name) if district.area else (True, 0, district.name)

"""The districts and contract areas as they were on a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from commissioning.areas.models import AreaDistrict, ContractArea, District, DistrictName


@dataclass(frozen=True)
class DatedName:
    name: str
    since: date | None
    until: date | None  # the last day, not the day after


@dataclass(frozen=True)
class DistrictOnDay:
    """A district under the name that it had on the day, and the area that it lay in, if there was one."""

    gss_code: str
    name: str
    other_names: tuple[DatedName, ...]
    column: int
    row: int
    area: ContractArea | None


@dataclass(frozen=True)
class AreaOnDay:
    """`mark` names the area on the map: "1" to "4", or the first letter of one that stands apart."""

    area: ContractArea
    mark: str
    districts: tuple[DistrictOnDay, ...]


def districts_on(day: date) -> list[DistrictOnDay]:
    """All districts, by name."""
    places = AreaDistrict.objects.filter(valid__contains=day).select_related("area")
    found = District.objects.prefetch_related(
        Prefetch("names", DistrictName.objects.order_by("valid")), Prefetch("places", places, to_attr="places_on_day")
    )
    return sorted((_district(one, day) for one in found), key=lambda district: district.name)


def district_names(area: int, day: date) -> tuple[str, ...]:
    """The districts of one contract area (by its primary key), with the names that they bore on that day."""
    inside = AreaDistrict.objects.filter(area=area, valid__contains=day).values("district")
    return tuple(DistrictName.objects.filter(district__in=inside, valid__contains=day).order_by("name").values_list("name", flat=True))


def areas_on(day: date, districts: list[DistrictOnDay] | None = None) -> list[AreaOnDay]:
    """The contract areas that were in force on a day, each with its districts; those under a contract of their own last."""
    found = districts_on(day) if districts is None else districts
    areas = ContractArea.objects.order_by("apart", "order")
    by_area = [(area, tuple(one for one in found if one.area and one.area.pk == area.pk)) for area in areas]
    in_force = [(area, inside) for area, inside in by_area if inside]
    return [AreaOnDay(area, area.name[0] if area.apart else str(number), inside) for number, (area, inside) in enumerate(in_force, start=1)]


def _district(district: District, day: date) -> DistrictOnDay:
    names = [_dated(name) for name in district.names.all()]
    now = next((name for name in names if _holds(name, day)), names[-1] if names else DatedName(district.gss_code, None, None))
    places = getattr(district, "places_on_day", [])
    return DistrictOnDay(
        gss_code=district.gss_code,
        name=now.name,
        other_names=tuple(name for name in names if name != now),
        column=district.tile_column,
        row=district.tile_row,
        area=places[0].area if places else None,
    )


def _dated(name: DistrictName) -> DatedName:
    """Ranges leave their upper end out; people name the last day."""
    upper = name.valid.upper
    return DatedName(name.name, name.valid.lower, date.fromordinal(upper.toordinal() - 1) if upper else None)


def _holds(name: DatedName, day: date) -> bool:
    return (name.since is None or name.since <= day) and (name.until is None or day <= name.until)

"""The partnership, its thirteen districts with their dated names, and the four contract areas of 2017 with Medway apart."""

import csv
from datetime import date
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from commissioning.areas.models import AreaDistrict, ContractArea, District, DistrictName, Partnership

DATA = Path(__file__).parent / "data"


def load() -> str:
    partnership, _ = Partnership.objects.get_or_create(code="kent-and-medway", defaults={"name": "Kent and Medway"})
    areas = {row["code"]: (_area(partnership, row), date.fromisoformat(row["since"])) for row in _rows("contract_areas.csv")}
    for row in _rows("districts.csv"):
        area, since = areas[row["contract_area"]]
        district = _district(partnership, row)
        AreaDistrict.objects.get_or_create(area=area, district=district, defaults={"valid": DateRange(since, None)})
    return f"{District.objects.count()} districts in {ContractArea.objects.filter(apart=False).count()} contract areas, and Medway apart."


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _area(partnership: Partnership, row: dict[str, str]) -> ContractArea:
    fields = {"partnership": partnership, "name": row["name"], "order": int(row["order"]), "apart": row["apart"] == "yes"}
    return ContractArea.objects.get_or_create(code=row["code"], defaults=fields)[0]


def _district(partnership: Partnership, row: dict[str, str]) -> District:
    tile = {"tile_column": int(row["tile_column"]), "tile_row": int(row["tile_row"])}
    fields = {"partnership": partnership, "unitary": row["unitary"] == "yes", **tile}
    district, _ = District.objects.get_or_create(gss_code=row["gss_code"], defaults=fields)
    renamed_on = date.fromisoformat(row["renamed_on"]) if row["renamed_on"] else None
    names = [(row["name_before"], DateRange(None, renamed_on))] if renamed_on else []
    for name, valid in [*names, (row["name"], DateRange(renamed_on, None))]:
        DistrictName.objects.get_or_create(district=district, name=name, defaults={"valid": valid})
    return district

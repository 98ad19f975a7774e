from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from commissioning.areas import demo
from commissioning.areas.models import AreaDistrict, ContractArea, District, DistrictName
from commissioning.areas.queries import DatedName, areas_on, district_names, districts_on

TODAY = date(2026, 11, 22)


@pytest.fixture
def kent(db):
    return demo.load()


def names(area):
    return [district.name for district in area.districts]


def test_the_four_areas_of_2017_with_their_districts_and_medway_apart(kent):
    assert [(area.mark, names(area)) for area in areas_on(TODAY)] == [
        ("1", ["Dartford", "Gravesham", "Maidstone", "Swale"]),
        ("2", ["Sevenoaks", "Tonbridge and Malling", "Tunbridge Wells"]),
        ("3", ["Ashford", "Canterbury", "Folkestone and Hythe"]),
        ("4", ["Dover", "Thanet"]),
        ("M", ["Medway"]),
    ]


@pytest.mark.parametrize(
    ("day", "name"), [(date(2018, 3, 31), "Shepway"), (date(2018, 4, 1), "Folkestone and Hythe"), (date(1974, 4, 1), "Shepway")]
)
def test_a_district_has_the_name_of_the_day(kent, day, name):
    found = next(one for one in districts_on(day) if one.gss_code == "E07000112")
    assert found.name == name


def test_the_other_name_says_until_when(kent):
    found = next(one for one in districts_on(TODAY) if one.gss_code == "E07000112")
    assert found.other_names == (DatedName("Shepway", None, date(2018, 3, 31)),)


def test_before_the_contracts_of_2017_no_area_was_in_force(kent):
    assert areas_on(date(2017, 3, 31)) == []
    assert len(districts_on(date(2017, 3, 31))) == 13
    assert len(areas_on(date(2017, 4, 1))) == 5


def test_the_loader_changes_nothing_the_second_time(kent):
    assert demo.load() == kent == "13 districts in 4 contract areas, and Medway apart."
    assert (District.objects.count(), DistrictName.objects.count(), AreaDistrict.objects.count()) == (13, 14, 13)


def test_the_database_refuses_a_district_in_two_areas_at_once(kent):
    dover, west = District.objects.get(gss_code="E07000108"), ContractArea.objects.get(code="west")
    with pytest.raises(DatabaseError, match="district_one_area_at_a_time"), transaction.atomic():
        AreaDistrict.objects.create(area=west, district=dover, valid=DateRange(date(2020, 1, 1), date(2020, 1, 2)))
    AreaDistrict.objects.create(area=west, district=dover, valid=DateRange(date(2010, 1, 1), date(2017, 4, 1)))


def test_the_database_refuses_two_names_at_once(kent):
    dover = District.objects.get(gss_code="E07000108")
    with pytest.raises(DatabaseError, match="district_one_name_at_a_time"), transaction.atomic():
        DistrictName.objects.create(district=dover, name="Dubris", valid=DateRange(None, date(400, 1, 1)))


def test_the_names_of_an_area_are_those_of_the_day(kent):
    day = date(2017, 4, 1)
    for area in areas_on(day):
        assert list(district_names(area.area.pk, day)) == [one.name for one in area.districts]

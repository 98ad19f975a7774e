import io

import pytest
from django.core.management import CommandError, call_command

from commissioning.measures.actions import CATALOGUE, load_measures
from commissioning.measures.models import Measure
from commissioning.measures.queries import measures_by_section


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    assert load_measures() == 17
    before = list(Measure.objects.values())
    assert load_measures() == 17
    assert list(Measure.objects.values()) == before


@pytest.mark.django_db
def test_loading_brings_a_changed_measure_back_to_the_file():
    load_measures()
    Measure.objects.filter(code="A01").update(name="Something else")
    load_measures()
    assert Measure.objects.get(code="A01").name == "Referrals received"


@pytest.mark.django_db
def test_a_file_with_a_fault_changes_nothing(tmp_path):
    load_measures()
    file = tmp_path / "measures.csv"
    file.write_text(CATALOGUE.read_text(encoding="utf-8").replace("Referrals received", "Renamed").replace("percent", "share"))
    before = list(Measure.objects.values())
    with pytest.raises(Exception, match="Line 4: unit is 'share'"):
        load_measures(file=file)
    assert list(Measure.objects.values()) == before


@pytest.mark.django_db
def test_the_command_says_what_stands(tmp_path):
    out = io.StringIO()
    call_command("load_measures", stdout=out)
    assert out.getvalue() == "17 measures stand as in the file.\n"
    file = tmp_path / "measures.csv"
    file.write_text(CATALOGUE.read_text(encoding="utf-8").replace(",people,", ",souls,", 1))
    with pytest.raises(CommandError, match="Line 2: unit is 'souls'"):
        call_command("load_measures", file=file)


@pytest.mark.django_db
def test_measures_stand_under_their_sections():
    load_measures()
    found = [(section.label, [measure.code for measure in measures]) for section, measures in measures_by_section()]
    assert found == [
        ("Referrals", ["A01", "A02N", "A02", "A07"]),
        ("Caseload", ["B01", "B02", "B03P", "B03U", "B04", "B05"]),
        ("Outcomes at exit", ["E01N", "E02N", "E03N", "E01", "E02", "E03"]),
        ("Money", ["F04"]),
    ]

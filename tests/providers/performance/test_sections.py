"""What the returns give to the quarterly report: right totals, and nobody can be found in them."""

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from commissioning.kernel.small_numbers import HIDDEN, MISSING, Shown
from commissioning.periods.models import ReportingPeriod
from providers.report_sections import headline, outcomes, received, total, trend
from tests.factories import make_area
from tests.providers.cast import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_in_october():
    with time_machine.travel("2026-10-06 10:00", tick=False):
        yield


def said(section):
    return {figure.label: figure.value for figure in section.figures}


def rows(section, number=0):
    return {row[0]: row[1:] for row in section.tables[number].rows}


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((Shown(42), Shown(32), Shown(17)), Shown(91)),
        ((Shown(42), HIDDEN, Shown(17)), HIDDEN),
        ((Shown(42), HIDDEN, MISSING), MISSING),
        ((Shown(0), Shown(0)), Shown(0)),
        ((), MISSING),
    ],
)
def test_a_sum_is_as_protected_and_as_complete_as_its_parts(parts, whole):
    assert total(parts) == whole


def test_the_county_is_the_sum_of_its_areas_without_those_apart():
    west, east = make_case(), make_case()
    medway = make_case(area=make_area(apart=True))
    for case in (west, east, medway):
        case.accepted()
    found = headline(west.second)
    assert said(found)["Victims supported in Kent"] == str(2 * supported_by(west))
    assert found.finding.startswith(f"{2 * supported_by(west)} victims were supported in Kent; 3 of 3 returns came in.")
    assert len(rows(outcomes(west.second))) == 3


def supported_by(case):
    return int(rows(outcomes(case.second))[case.contract.area.name][-1])


def test_a_missing_return_leaves_the_county_without_a_sum_and_is_named():
    here, there = make_case(), make_case()
    here.accepted()
    found = headline(here.second)
    assert said(found)["Victims supported in Kent"] == "[x]"
    assert said(found)["Returns received"] == "1 of 2"
    assert str(there.contract.provider) in received(here.second).finding
    assert rows(outcomes(here.second))[there.contract.area.name] == ("[x]", "[x]", "[x]", "[x]")


def test_a_few_people_are_found_neither_in_the_table_nor_from_the_sum_nor_in_the_words_nor_in_the_chart():
    here, there = make_case(), make_case()
    here.accepted()
    few = {
        f"{code}_{service}": "0" for code in ("A01", "A02N", "A07", "B01", "B03P", "B03U", "E01N", "E02N", "E03N") for service in SERVICES
    }
    few |= {f"B02_{service}": "0" for service in SERVICES} | {"A01_REF": "3", "A02N_REF": "3", "B02_REF": "3"}
    there.accepted(**few)
    found = outcomes(here.second)
    assert rows(found)[there.contract.area.name][-2:] == ("[c]", "[c]")
    assert said(headline(here.second))["Victims supported in Kent"] == "[c]"
    assert "to protect a few people" in headline(here.second).finding
    assert there.contract.area.name not in found.finding
    assert [values[list(found.charts[0].labels).index(there.contract.area.name)] for values in found.charts[0].series.values()] == [
        0,
        0,
        None,
    ]
    assert rows(trend(here.second))[here.second.name] == ("[c]",)


SERVICES = ("IDVA_HR", "OUT", "REF")


def test_a_rate_of_a_few_people_is_hidden_and_what_is_not_accepted_is_not_rated():
    case = make_case()
    case.submitted(E02N_OUT="1", E02N_IDVA_HR="1", E02N_REF="1")
    table = outcomes(case.second).tables[1]
    assert table.rows
    assert {row[-1] for row in table.rows} == {"Other (Grey)"}
    assert any(row[2] == "[c]" for row in table.rows)


def test_a_special_period_adds_up_on_its_own_and_enters_no_trend(paper):
    assert outcomes(paper).finding.startswith("42 IDVA + 32 outreach + 17 refuge = 91 victims supported")
    assert headline(paper).finding.startswith("91 victims were supported;")
    assert not trend(paper).tables


@pytest.fixture
def paper():
    """Dartford, April to July 2017, as the demo loads it."""
    call_command("load_kent", stdout=StringIO())
    return ReportingPeriod.objects.get(kind="special")

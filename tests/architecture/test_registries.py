"""What the houses give to joint things has arrived: a misspelt file name would otherwise fail in silence."""

from importlib import import_module
from pathlib import Path

import pytest
from celery import current_app
from django.urls import reverse

from commissioning.home.registry import registered_places, registered_sources
from commissioning.kernel import gates
from commissioning.kernel.due import registered_due
from commissioning.organisations.roles import Role
from commissioning.organisations.routes import routes
from commissioning.reports.registry import sections
from funders.contributions.queries import _progress
from funders.contributions.tables import registered_deeds
from tests.architecture.samples import HOUSES

ROOT = Path(__file__).parents[2]
FRONTS = ("report_sections", "home_tiles", "gate_checks", "tasks")


def given_by(house, modules):
    return [one for one in modules if one.startswith(f"{house}.")]


@pytest.mark.parametrize("house", HOUSES)
def test_every_front_file_is_there_and_can_be_imported(house):
    for front in FRONTS:
        assert import_module(f"{house}.{front}").__doc__


@pytest.mark.parametrize("house", HOUSES)
def test_each_house_gives_tiles_to_the_front_page(house):
    assert given_by(house, registered_sources())


@pytest.mark.parametrize("house", [house for house in HOUSES if house != "commissioning"])
def test_each_upper_house_gives_sections_to_the_report(house):
    assert given_by(house, [section.build.__module__ for section in sections()])


def test_the_money_stands_at_the_gates_of_tender_and_award():
    checks = {gate: [check.__module__ for check in found] for gate, found in gates._checks.items()}
    assert given_by("funders", checks["tender.publish"])
    assert given_by("funders", checks["award.approve"])
    assert given_by("funders", checks["contribution.withdraw"])
    assert given_by("funders", checks["contract.sign"])
    assert given_by("funders", checks["contract.extend"])
    assert given_by("funders", checks["commitment.release"])
    assert given_by("funders", checks["allocation.take_back"])


def test_what_the_gates_read_of_the_money_is_held_until_whoever_passes_is_done():
    holds = {gate: [lock.__module__ for lock in found] for gate, found in gates._holds.items()}
    assert [given_by("funders", holds[gate]) for gate in ("tender.publish", "award.approve", "contract.sign")] == [
        ["funders.gate_checks"]
    ] * 3


def test_the_history_of_a_contribution_tells_of_its_money():
    assert registered_deeds() == ["receipts"]
    assert given_by("funders", [annotate.__module__ for annotate in _progress]) == ["funders.receipts.queries"]


def test_what_is_due_is_asked_of_every_slice_that_has_a_calendar():
    assert {"calls", "cover", "receipts", "reports", "returns", "tenders"} <= {name.split(".")[0] for name in registered_due()}


def test_every_place_of_the_navigation_can_be_opened_by_those_who_see_it():
    guards = {route.name: route.guard for route in routes()}
    for place in registered_places():
        assert reverse(place.url_name)
        who = guards[place.url_name].get
        seen_by = place.roles or frozenset(Role)
        assert isinstance(who, str) or seen_by <= who, place.title


def test_every_task_carries_the_name_of_its_slice():
    slices = {path.name for house in HOUSES for path in (ROOT / house).iterdir() if path.is_dir()}
    ours = [name for name in current_app.tasks if not name.startswith(("celery.", "tests."))]
    assert ours
    assert [name for name in ours if name.split(".")[0] not in slices] == []

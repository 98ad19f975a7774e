"""Models and life cycles: who acted beside when, every state with its next ones, no money that cascades, no forgotten migration."""

import re
from enum import EnumMeta
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.architecture.samples import HOUSES

ROOT = Path(__file__).parents[2]
OURS = [model for house in HOUSES for model in apps.get_app_config(house).get_models()]
STATE_FILES = sorted(str(path.relative_to(ROOT)) for house in HOUSES for path in (ROOT / house).rglob("states.py"))
# Words that would hold somebody's story: the portal keeps totals only.
PERSONAL = set(
    re.findall(
        r"\w+",
        """
    first_name last_name full_name surname forename given_name family_name nickname maiden_name victim survivor
    perpetrator child children dob date_of_birth birth_date birthday age nhs_number national_insurance ni_number
    passport address home_address street house_number postcode telephone phone mobile next_of_kin gp religion
    ethnicity sexuality gender disability nationality immigration_status crime_number case_reference case_number
    case_id marac_number refuge_address location latitude longitude photo diagnosis injuries incident story
    """,
    )
)


def fields_of(model, kind=models.Field):
    return [one for one in model._meta.get_fields() if isinstance(one, kind) and one.model is model]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_moment_names_its_person(model):
    names = {field.name for field in fields_of(model)}
    alone = [name for name in names if name.endswith("_at") and name.removesuffix("_at") + "_by" not in names]
    assert alone == [], "name it `..._on_clock` if the clock acted, else add the person"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_field_holds_a_person_who_uses_a_service(model):
    assert {field.name for field in fields_of(model)} & PERSONAL == set()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_money_is_decimal_with_two_places(model):
    money = [field for field in fields_of(model) if field.name.endswith("amount")]
    wrong = [field.name for field in money if not isinstance(field, models.DecimalField) or field.decimal_places != 2]
    assert wrong == []
    assert fields_of(model, models.FloatField) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nothing_that_holds_money_is_deleted_with_something_else(model):
    holds_money = any(field.name.endswith("amount") for field in fields_of(model))
    cascades = [field.name for field in fields_of(model, models.ForeignKey) if field.remote_field.on_delete is models.CASCADE]
    assert not (holds_money and cascades), cascades


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_constraint_has_a_name_of_its_own(model):
    assert all(not constraint.name.startswith(("unique_", "check_")) for constraint in model._meta.constraints)
    assert not model._meta.unique_together


@pytest.mark.parametrize("path", STATE_FILES)
def test_every_state_has_a_row_in_next_and_can_be_reached(path):
    module = import_module(path.removesuffix(".py").replace("/", "."))
    states = [one for one in vars(module).values() if isinstance(one, EnumMeta) and one.__module__ == module.__name__]
    tables = {name: table for name, table in vars(module).items() if name == "NEXT" or name.endswith("_NEXT")}
    assert states
    assert tables, "a life cycle is data: write NEXT"
    for table in tables.values():
        (kind,) = {type(state) for state in table}
        assert set(table) == set(kind), "every state has a row"
        first = next(iter(kind))
        assert _reached_from(first, table) == set(kind), "every state can be reached from the first"


def _reached_from(first, table):
    reached, waiting = {first}, [first]
    while waiting:
        for state in table[waiting.pop()]:
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    return reached


def test_no_migration_is_missing(django_db_blocker, django_db_setup):
    out = StringIO()
    with django_db_blocker.unblock():
        call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes" in out.getvalue()


def test_every_migration_has_a_name_that_a_person_gave():
    names = [path.stem for house in HOUSES for path in (ROOT / house / "migrations").glob("0*.py")]
    assert names
    assert [name for name in names if re.search(r"_auto_|_initial$|^\d+_(?:alter|add|remove|rename)_", name)] == []

"""The floors of a slice: what a view may not do, what rules may not know, how large a file may grow."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.samples import HOUSES

ROOT = Path(__file__).parents[2]
SOURCES = [path for house in HOUSES for path in sorted((ROOT / house).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FLOORS = {
    "states", "rules", "models", "permissions", "queries", "messages", "actions", "forms", "tables", "charts", "views", "api", "urls",
}  # fmt: skip
# Templates that print markup as it is, each looked at: the form pack prints what its own fields rendered.
REVIEWED = {f"templates/portal/layout/{name}.html": ["|safe"] for name in ("div", "row", "fieldset")}


def shown(path):
    return str(path.relative_to(ROOT))


def floor(path):
    """The floor of a file: its own name, or that of the package it was split into."""
    return path.stem if path.stem in FLOORS else path.parent.name


def on(*floors):
    return [path for path in SOURCES if floor(path) in floors]


def functions_of(path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def imports_of(path):
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{one.name}" for one in node.names]
    return names


def calls_of(path):
    """Names of the methods that are called: `date.today()` gives "today"."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {function.attr for function in calls if isinstance(function, ast.Attribute)}


def attributes_of(path):
    return {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("path", [path for path in on("views", "api") if "kernel" not in path.parts], ids=shown)
def test_a_view_neither_queries_nor_saves(path):
    assert attributes_of(path) & {"objects", "save", "delete", "select_for_update", "bulk_create"} == set()
    assert [name for name in imports_of(path) if name.startswith("django.db")] == []


@pytest.mark.parametrize("path", on("rules", "states"), ids=shown)
def test_rules_and_states_know_neither_database_nor_clock_nor_settings(path):
    forbidden = ("django.db.transaction", "django.db.connection", "django.utils.timezone", "django.conf", "django.http", "time.")
    assert [name for name in imports_of(path) if name.startswith(forbidden)] == []
    assert attributes_of(path) & {"objects", "save"} == set()
    assert calls_of(path) & {"now", "today"} == set()


@pytest.mark.parametrize("path", on("actions", "queries", "permissions", "messages"), ids=shown)
def test_what_acts_or_reads_knows_nothing_of_pages(path):
    assert [name for name in imports_of(path) if name.startswith(("django.http", "django.shortcuts"))] == []


@pytest.mark.parametrize("path", on("queries", "permissions"), ids=shown)
def test_what_reads_does_not_write(path):
    assert attributes_of(path) & {"save", "bulk_create", "select_for_update", "get_or_create", "update_or_create"} == set()


@pytest.mark.parametrize("path", on("actions"), ids=shown)
def test_an_action_of_somebody_is_keyword_only(path):
    public = [node for node in functions_of(path) if node.col_offset == 0 and not node.name.startswith("_")]
    wrong = [node.name for node in public if "by" in {one.arg for one in node.args.args}]
    assert wrong == [], "write `def verb(*, ..., by: Seat)`"


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_a_file_stays_readable(path):
    assert len(path.read_text().splitlines()) <= 300
    most = 25 if floor(path) == "views" else 40
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines" for node in functions_of(path) if node.end_lineno - node.lineno >= most
    ]
    assert long == []


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_a_template_stays_readable_and_within_the_content_policy(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 120
    assert re.findall(r"\sstyle=|\son[a-z]+=\"|javascript:", text) == []
    assert re.findall(r"\|safe\b|autoescape off", text) == REVIEWED.get(shown(path), [])


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_no_import_hides_in_a_function(path):
    hidden = [
        f"{node.name} line {inner.lineno}"
        for node in functions_of(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_slice_is_a_lumber_room():
    names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert names & {"common", "utils", "helpers", "misc", "tools"} == set()


def test_no_signals_as_plumbing():
    assert [shown(path) for path in SOURCES if re.search(r"\b(?:post|pre)_(?:save|delete)\b|@receiver", path.read_text())] == []


def test_few_templates_print_markup_as_it_is():
    assert len(REVIEWED) <= 5
    assert all((ROOT / path).is_file() for path in REVIEWED)


def test_no_empty_test_folder_mirrors_nothing():
    """Tests mirror the source: tests/<house>/<slice>/ exists only where <house>/<slice>/ does."""
    folders = [path for house in HOUSES for path in (ROOT / "tests" / house).iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert [shown(path) for path in folders if not (ROOT / path.relative_to(ROOT / "tests")).is_dir()] == []

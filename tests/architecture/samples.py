"""Objects of the demo to fill addresses with: for each route, the rows of its own slice that have such a reference."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from commissioning.organisations.routes import Route

HOUSES = ("commissioning", "funders", "providers")
MOST_EACH = 2
OWNERS = ("organisation", "provider", "funder", "commissioner", "host")


def models_of(slice_name: str) -> list[type[Model]]:
    return [one for house in HOUSES for one in apps.get_app_config(house).get_models() if f".{slice_name}.models" in one.__module__]


def arguments_for(route: Route) -> Iterator[dict[str, Any]]:
    """Values for the placeholders of an address: none if it has none, else from rows that have the first of them as a field."""
    if not route.arguments:
        yield {}
    for model in models_of(route.slice_name) if route.arguments else []:
        for row in rows_with(model, route):
            yield arguments_from(row, route)


def rows_with(model: type[Model], route: Route, **wanted: Any) -> list[Model]:
    """The newest rows of a model whose fields fill the first placeholder of the address; the others are numbered from 1."""
    names = {field.name for field in model._meta.get_fields()}
    first = next(iter(route.arguments)).rstrip("_")
    if first not in names:
        return []
    return list(model._default_manager.filter(**wanted).order_by("-pk")[:MOST_EACH])


def arguments_from(row: Model, route: Route) -> dict[str, Any]:
    numbered = {"int": 1, "str": "A"}
    return {name: getattr(row, name.rstrip("_"), numbered.get(kind, "none")) for name, kind in route.arguments.items()}


def owner_field(model: type[Model]) -> str:
    """The field that says which organisation a row belongs to, or ""."""
    names = {field.name for field in model._meta.get_fields()}
    return next((name for name in OWNERS if name in names), "")

"""Objects of the demo to fill addresses with: for each route, the rows of its own slice that have such a reference."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from commissioning.organisations.routes import Route

HOUSES = ("commissioning", "funders", "providers")
MOST_EACH = 2


def models_of(slice_name: str) -> list[type[Model]]:
    return [one for house in HOUSES for one in apps.get_app_config(house).get_models() if f".{slice_name}.models" in one.__module__]


def arguments_for(route: Route) -> Iterator[dict[str, Any]]:
    """Values for the placeholders of an address: none if it has none, else from rows that have all of them as fields."""
    if not route.arguments:
        yield {}
        return
    for model in models_of(route.slice_name):
        if not all(name in {field.name for field in model._meta.get_fields()} for name in route.arguments):
            continue
        for row in model._default_manager.order_by("-pk")[:MOST_EACH]:
            yield {name: getattr(row, name) for name in route.arguments}

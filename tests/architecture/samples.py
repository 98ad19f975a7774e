"""Objects of the demo to fill addresses with: for each route, the rows of its own slice that have such a reference."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from commissioning.organisations.models import Person
from commissioning.organisations.routes import Route
from commissioning.organisations.seat import Seat

HOUSES = ("commissioning", "funders", "providers")
MOST_EACH = 2
# Slices whose addresses carry the reference of something that another slice keeps.
SPEAKS_OF = {
    "banking": ("ledger", "pool"),
    "accounts": ("pool",),
    "bids": ("tenders",),
    "budget": ("pool", "contracts"),
    "calls": ("pool",),
    "contributions": ("pool",),
    "cover": ("tenders",),
    "evaluation": ("tenders", "bids"),
    "in_kind": ("pool",),
    "fund_setup": ("pool",),
    "ledger": ("pool",),
    "publication": ("tenders", "contracts"),
    "receipts": ("contributions",),
    "reports": ("periods",),
    "returns": ("contracts", "periods"),
    "scenarios": ("pool",),
    "spending": ("pool", "contracts"),
    "partners": ("contributions",),
    "pooled": ("pool",),
    "transfers": ("pool",),
    "year_end": ("pool",),
    "performance": ("contracts", "periods", "measures"),
}
OWNERS = ("organisation", "provider", "funder", "commissioner", "host")


def models_of(slice_name: str) -> list[type[Model]]:
    """The models that the addresses of a slice may name: its own, and those of the slices that it speaks of."""
    spoken_of = (slice_name, *SPEAKS_OF.get(slice_name, ()))
    every = [one for house in HOUSES for one in apps.get_app_config(house).get_models()]
    return [one for one in every if one.__module__.split(".")[1] in spoken_of]


def arguments_for(route: Route, seat: Seat) -> Iterator[dict[str, Any]]:
    """Values for the placeholders of an address: none if it has none, else from rows that have the first of them as a
    field, the newest ones and those of the seat's own organisation."""
    if not route.arguments:
        yield {}
    for model in models_of(route.slice_name) if route.arguments else []:
        ours = [row for owner in owner_fields(model) for row in rows_with(model, route, **{owner: seat.organisation})]
        for row in {row.pk: row for row in [*rows_with(model, route), *ours]}.values():
            yield arguments_from(row, route)


def rows_with(model: type[Model], route: Route, **wanted: Any) -> list[Model]:
    """The newest and the oldest rows of a model whose fields fill the first placeholder of the address."""
    if field_for(model, next(iter(route.arguments))) is None:
        return []
    found = model._default_manager.filter(**wanted).distinct()
    return [*found.order_by("-pk")[:MOST_EACH], *found.order_by("pk")[:MOST_EACH]]


def field_for(model: type[Model], argument: str) -> str | None:
    """The field that fills a placeholder: of its name, or the reference of the model that it names ("bid", "receipt")."""
    names = {field.name for field in model._meta.get_fields()}
    plain = argument.rstrip("_")
    if plain in names and not model._meta.get_field(plain).is_relation:
        return plain
    return "reference" if plain == model.__name__.lower() and "reference" in names else None


def arguments_from(row: Model, route: Route) -> dict[str, Any]:
    usual = {"int": 1, "letter": "a", "ending": "pdf"}
    return {
        name: getattr(row, field) if (field := field_for(type(row), name)) else usual.get(name, usual.get(kind, "none"))
        for name, kind in route.arguments.items()
    }


def owner_fields(model: type[Model]) -> list[str]:
    """The fields that say which organisations a row belongs to: both sides of a contract. People belong by their memberships."""
    if model is Person:
        return ["memberships__organisation"]
    names = {field.name for field in model._meta.get_fields()}
    return [name for name in OWNERS if name in names]

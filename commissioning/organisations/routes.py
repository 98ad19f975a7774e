"""Every address of the portal with its guard: what the role table prints and the route tests walk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

from commissioning.organisations.guards import Guard, Who
from commissioning.organisations.roles import Role

# A value that fits each kind of placeholder in an address and names nothing.
NOTHING = {
    "str": "NO-22222222",
    "slug": "no-such-thing",
    "int": 999999,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "no/such/thing",
}


@dataclass(frozen=True)
class Route:
    """One address. `arguments` maps each placeholder to its kind: {"reference": "str"}."""

    name: str
    path: str
    guard: Guard | None
    arguments: dict[str, str]

    @property
    def slice_name(self) -> str:
        """Where the role table lists it: "tenders", "account", or "front" for pages of no slice."""
        if ":" in self.name:
            return self.name.split(":")[0]
        return "account" if self.path.startswith("/account/") else "front"

    def url(self, **values: Any) -> str:
        """The address with these values; what is left out gets a value that names nothing."""
        filled = {key: values.get(key, NOTHING.get(kind, "no-such-thing")) for key, kind in self.arguments.items()}
        return reverse(self.name, kwargs=filled)


def routes() -> list[Route]:
    """All named addresses, in the order of the address book."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns: list[URLPattern | URLResolver], path: str, namespace: str) -> Iterator[Route]:
    kinds = {type(converter): kind for kind, converter in get_converters().items()}
    for one in patterns:
        here = path + _written(one)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, here, f"{namespace}{one.namespace}:" if one.namespace else namespace)
            continue
        arguments = {key: kinds.get(type(converter), "str") for key, converter in _arguments(one, path).items()}
        name = namespace + (one.name or "")
        yield Route(name, here, getattr(one.callback, "guard", None), arguments)


def _written(one: URLPattern | URLResolver) -> str:
    return str(one.pattern).removeprefix("^").removesuffix("$")


def _arguments(one: URLPattern, path: str) -> dict[str, Any]:
    named = dict.fromkeys(one.pattern.regex.groupindex)
    return {**named, **one.pattern.converters}


def in_words(who: Who) -> str | list[str]:
    """A guard's word, or role codes in the portal's order; nobody is an empty list."""
    if isinstance(who, str):
        return who
    return [role.value for role in Role if who and role in who]

"""Funds that a tender can be paid from. The house that holds the money registers where to find them; the ground only asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FundChoice:
    code: str
    name: str


Source = Callable[[], Iterable[FundChoice]]
_sources: dict[str, Source] = {}


def register_funds(source: Source) -> Source:
    """Let `source()` name the funds to choose from. May decorate the function."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source
    return source


def registered_funds() -> list[str]:
    """The dotted names of all sources, for the test that none has gone missing."""
    return sorted(_sources)


def funds() -> list[FundChoice]:
    return [fund for source in _sources.values() for fund in source()]

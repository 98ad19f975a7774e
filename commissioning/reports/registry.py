"""Parts of the quarterly report, given by every house in its `report_sections.py`.

A section is data, never markup: the report freezes it as JSON and draws page, PDF and tables from the frozen copy.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from commissioning.periods.models import ReportingPeriod

CellKind = Literal["text", "money", "count", "percent", "day"]


@dataclass(frozen=True)
class Figure:
    """A headline number, already in words: `Figure("Victims supported", "91", "target 100")`."""

    label: str
    value: str
    note: str = ""
    rating: str = ""


@dataclass(frozen=True)
class TableData:
    """Rows as text, ready to print; `kinds` says how each column is set (numbers right, text left)."""

    caption: str
    head: tuple[str, ...]
    kinds: tuple[CellKind, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class ChartData:
    """One chart. `series` maps a name to one number (or None) per label. `finding` says in one sentence what it shows."""

    kind: Literal["bar", "stacked", "line"]
    title: str
    finding: str
    labels: tuple[str, ...]
    series: dict[str, tuple[float | None, ...]]
    unit: str = ""
    target: float | None = None


@dataclass(frozen=True)
class SectionContent:
    """What a house has to say for one period. `finding` is one sentence; the rest may be empty."""

    finding: str
    paragraphs: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[TableData, ...] = ()
    charts: tuple[ChartData, ...] = ()
    decisions: tuple[str, ...] = ()
    illustrative: bool = False


Builder = Callable[[ReportingPeriod], SectionContent]


@dataclass(frozen=True)
class Section:
    key: str
    order: int
    title: str
    build: Builder = field(compare=False)


_sections: dict[str, Section] = {}


def register_section(key: str, *, order: int, title: str, build: Builder) -> None:
    """Give the report a part. Orders: 1-9 status and headline, 10-29 outcomes, 30-49 money, 50-69 contracts, 90- annexes."""
    _sections[key] = Section(key, order, title, build)


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda one: (one.order, one.key))

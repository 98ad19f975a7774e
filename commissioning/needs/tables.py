from collections.abc import Iterable
from decimal import Decimal

from commissioning.kernel.tables import Column, Table
from commissioning.needs.models import NeedsFigure

FILE_COLUMNS = (
    Column("topic", "Topic"),
    Column("label", "Figure"),
    Column("value", "Value", "count"),
    Column("margin", "Margin (plus or minus)", "count"),
    *(Column(key, label) for key, label in (("unit", "Unit"), ("scope", "Whom it counts"), ("period", "When"))),
    *(Column(key, label) for key, label in (("caveat", "Take care"), ("source", "Source"), ("code", "Code"))),
)


def by_topic(figures: Iterable[NeedsFigure]) -> list[tuple[str, list[dict[str, str]]]]:
    """Each topic with its figures as rows of a summary list: what, how much, and under it whom, when, the care to take, where."""
    found: dict[str, list[dict[str, str]]] = {}
    for figure in figures:
        note = " ".join([f"{figure.scope}; {figure.period}.", figure.caveat, f"Source: {figure.source}."])
        found.setdefault(figure.topic, []).append({"key": figure.label, "value": said(figure), "note": " ".join(note.split())})
    return list(found.items())


def file_table(figures: Iterable[NeedsFigure]) -> Table:
    """For a file: the value as a bare number, beside its margin and unit."""
    rows = [{**_words(figure), "value": _plain(figure.value), "margin": _plain(figure.margin)} for figure in figures]
    return Table(FILE_COLUMNS, rows, caption="Figures of the papers")


def said(figure: NeedsFigure) -> str:
    """ "54,773 people (± 11,000)", "£317 million"."""
    unit = figure.unit
    margin = f" (± {_figure(figure.margin)})" if figure.margin else ""
    if unit.startswith("£"):
        return f"£{_figure(figure.value)}{unit.removeprefix('£')}{margin}"
    return f"{_figure(figure.value)} {unit}{margin}"


def _words(figure: NeedsFigure) -> dict[str, str]:
    return {key: getattr(figure, key) for key in ("topic", "label", "unit", "scope", "period", "caveat", "source", "code")}


def _figure(value: Decimal) -> str:
    return f"{_plain(value):,}"


def _plain(value: Decimal | None) -> Decimal | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value.normalize()

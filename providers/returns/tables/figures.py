"""Figures as a page shows them: each measure by service and in total, with last quarter's beside."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.tables import Column, Table
from commissioning.kernel.words import count, percent
from commissioning.measures.kinds import Section, Service, Unit
from commissioning.measures.models import Measure
from providers.returns.models import OutcomeReturn, ReturnVersion
from providers.returns.queries.single import Review
from providers.returns.rules.figures import WHOLE, Asked, Key, Sheet, is_large_change, keys_of, ratio_of
from providers.returns.rules.versions import Difference


def figure_words(value: Decimal | None, unit: str) -> str:
    """A figure in a page: "1,300", "£121,250.00", nothing for a blank."""
    if value is None:
        return ""
    return as_pounds(value) if unit == Unit.POUNDS else count(int(value))


def ratio_words(measure: Asked, sheet: Sheet, service: str = WHOLE) -> str:
    """ "70% (7 of 10)", or "0 of 0" where nothing can be worked out."""
    ratio = ratio_of(measure, sheet, service)
    if ratio is None:
        return ""
    return f"{percent(ratio.percent)} ({ratio})" if ratio.percent is not None else str(ratio)


def words_for(measure: Asked, sheet: Sheet, key: Key) -> str:
    return ratio_words(measure, sheet, key[1]) if measure.unit == Unit.PERCENT else figure_words(sheet.get(key), measure.unit)


def service_words(service: str) -> str:
    return Service(service).label if service else "All services"


@dataclass(frozen=True)
class Shown:
    """One cell of the table of a return."""

    label: str
    text: str
    last: str
    url: str = ""
    queried: bool = False
    unusual: bool = False


@dataclass(frozen=True)
class Line:
    measure: Measure
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Block:
    """One section of a return as a table: a column for each service and the total."""

    section: str
    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]


def blocks_of(
    measures: Iterable[Measure],
    services: tuple[str, ...],
    sheet: Sheet,
    last: Sheet,
    *,
    queried: Collection[Key] = (),
    ask_about: OutcomeReturn | None = None,
) -> list[Block]:
    """All figures of a return under their sections.

    :param queried: the cells about which a query is open.
    :param ask_about: the return, for whom each figure is a link to ask about it.
    """
    listed = list(measures)
    found = []
    for section in Section:
        lines = tuple(
            Line(one, tuple(_shown(one, key, sheet, last, queried, ask_about) for key in _columns(one, services)))
            for one in listed
            if one.section == section
        )
        by_service = any(line.measure.by_service for line in lines)
        heads = (*(Service(service).label for service in services), "Total") if by_service else ("Total",)
        found.append(Block(section.value, section.label, heads, lines))
    return found


def _columns(measure: Measure, services: tuple[str, ...]) -> list[Key]:
    keys = keys_of(measure, services)
    return [*keys, (measure.code, WHOLE)] if measure.by_service else keys


def _shown(measure: Measure, key: Key, sheet: Sheet, last: Sheet, queried: Collection[Key], ask_about: OutcomeReturn | None) -> Shown:
    url = reverse("returns:ask", args=[ask_about.reference, "-".join(word for word in key if word)]) if ask_about else ""
    unusual = measure.unit != Unit.POUNDS and is_large_change(sheet.get(key), last.get(key))
    label = f"{measure.name}, {Service(key[1]).label if key[1] else 'total'}"
    return Shown(label, words_for(measure, sheet, key), words_for(measure, last, key), url, key in queried, unusual)


def review_blocks(review: Review, *, may_ask: bool) -> list[Block]:
    queried = {(query.measure.code, query.service) for query in review.open_queries}
    ask_about = review.outcome_return if may_ask else None
    found = blocks_of(review.measures, review.services, review.sheet, review.last_sheet, queried=queried, ask_about=ask_about)
    return _only_stated(found) if review.source else found


def _only_stated(blocks: list[Block]) -> list[Block]:
    """Of figures from a paper only what the paper states."""
    kept = [replace(block, lines=tuple(line for line in block.lines if any(cell.text for cell in line.cells))) for block in blocks]
    return [block for block in kept if block.lines]


def facts_table(review: Review) -> Table:
    """The figures as one fact a row, for a file."""
    columns = [
        Column("period", "Period"),
        Column("area", "Contract area"),
        Column("provider", "Provider"),
        Column("code", "Code"),
        Column("measure", "Measure"),
        Column("service", "Service"),
        Column("value", "Figure", "count"),
        Column("last", "Last quarter", "count"),
    ]
    row = review.outcome_return
    fixed = {"period": row.period.code, "area": str(row.contract.area), "provider": str(row.provider)}
    rows = [{**fixed, **_fact(review, measure, key)} for measure in review.measures for key in _columns(measure, review.services)]
    return Table(columns, rows, f"{row.contract.area}, {row.period}")


def _fact(review: Review, measure: Measure, key: Key) -> dict[str, Any]:
    is_percent = measure.unit == Unit.PERCENT
    values = [_percent(measure, sheet, key) if is_percent else _plain(measure, sheet, key) for sheet in (review.sheet, review.last_sheet)]
    service = service_words(key[1])
    return {"code": measure.code, "measure": measure.name, "service": service, "value": values[0], "last": values[1]}


def _plain(measure: Measure, sheet: Sheet, key: Key) -> Decimal | int | None:
    value = sheet.get(key)
    return value if value is None or measure.unit == Unit.POUNDS else int(value)


def _percent(measure: Measure, sheet: Sheet, key: Key) -> Decimal | None:
    ratio = ratio_of(measure, sheet, key[1])
    return ratio.percent if ratio else None


def changes_table(differences: Iterable[Difference], measures: Iterable[Measure], caption: str, old: str, new: str) -> Table:
    """What one version changed against another."""
    known = {measure.code: measure for measure in measures}
    columns = [Column("measure", "Measure"), Column("service", "Service"), Column("old", old, "count"), Column("new", new, "count")]
    rows = [
        {
            "measure": known[one.key[0]].name,
            "service": service_words(one.key[1]),
            "old": figure_words(one.old, known[one.key[0]].unit) or "blank",
            "new": figure_words(one.new, known[one.key[0]].unit) or "blank",
        }
        for one in differences
    ]
    return Table(columns, rows, caption)


def version_pairs(review: Review) -> list[dict[str, Any]]:
    """Each version with what it changed against the one before it, newest first."""
    older = [*review.versions[1:], None][: len(review.versions)]
    return [
        {"version": new, "identity": f"version-{new.number}", "table": _against(review, old, new) if old else None}
        for new, old in zip(review.versions, older, strict=True)
    ]


def _against(review: Review, old: ReturnVersion, new: ReturnVersion) -> Table:
    caption = f"Version {new.number} against version {old.number}"
    return changes_table(review.between(old, new), review.measures, caption, "Before", "After")

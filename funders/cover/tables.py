"""Overrides in tables: the list, and the years and pounds of one."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at
from funders.cover.models import Override
from funders.cover.rules import TAKEN, read
from funders.cover.states import OverrideState
from funders.pool.rules import NOTHING
from funders.statements.rules import Uncovered

OUTSIDE_NOTE = "Outside the fund: nobody can agree money of this fund for a year that it does not have."
COLOURS = {OverrideState.PROPOSED: "amber", OverrideState.CONFIRMED: "red", OverrideState.WITHDRAWN: "grey"}


def state_tag(override: Override) -> Tag:
    state = OverrideState(override.state)
    return Tag(str(state.label), COLOURS[state])


def overrides_table(rows: Iterable[Override], *, for_file: bool = False) -> Table:
    columns = (
        Column("reference", "Override", "text" if for_file else "link"),
        Column("tender", "Tender"),
        Column("fund", "Fund"),
        Column("missing", "Missing when proposed", "money"),
        Column("commissioner", "Proposed by"),
        Column("partner", "Second signatory"),
        Column("proposed_at", "Proposed", "moment" if for_file else "day"),
        Column("state", "How it stands", "tag"),
        *([Column("reason", "Reason")] if for_file else []),
    )
    return Table(columns, [_row(one, for_file=for_file) for one in rows], "Overrides")


def _row(one: Override, *, for_file: bool) -> dict[str, Any]:
    return {
        "reference": one.reference if for_file else Link(one.reference, reverse("cover:override", args=[one.reference])),
        "tender": one.tender.title,
        "fund": str(one.fund),
        "missing": sum((year.missing for year in read(one.years)), NOTHING),
        "commissioner": str(one.commissioner),
        "partner": str(one.partner or ""),
        "proposed_at": one.proposed_at,
        "state": state_tag(one),
        "reason": one.reason,
    }


UNCOVERED_COLUMNS = (
    Column("year", "Year"),
    Column("needed", "Needed", "money"),
    Column("secured", "Pooled or agreed", "money"),
    Column("committed", "Committed to contracts", "money"),
    Column("signed", "Signed, not yet committed", "money"),
    Column("asked", "Asked for by other tenders", "money"),
    Column("missing", "Missing", "money"),
    Column("passed", "Let pass by two partners", "money"),
    Column("left", "In the way", "money"),
)


def uncovered_table(years: Iterable[Uncovered], caption: str, *, overridden: Mapping[int, Decimal] | None = None) -> Table:
    """What others take has a column where they do. :param overridden: what two partners have let pass, by year; with it, two more."""
    listed = list(years)
    empty = {key for key in TAKEN if not any(getattr(one.taken, key) for one in listed)}
    columns = [one for one in UNCOVERED_COLUMNS if one.key not in (empty if overridden else {*empty, "passed", "left"})]
    rows = [_uncovered_row(one, (overridden or {}).get(one.year.start, NOTHING)) for one in listed]
    notes = [OUTSIDE_NOTE] if any(one.outside for one in listed) else []
    return Table(columns, [{column.key: row[column.key] for column in columns} for row in rows], caption, notes=notes)


def _uncovered_row(one: Uncovered, passed: Decimal) -> dict[str, Any]:
    label = f"{one.year} (outside the fund)" if one.outside else str(one.year)
    sums = {"needed": one.needed, "secured": one.secured, "missing": one.missing, **{key: getattr(one.taken, key) for key in TAKEN}}
    return {"year": label, **sums, "passed": passed, "left": max(NOTHING, one.missing - passed)}


def override_rows(override: Override) -> list[dict[str, Any]]:
    """Who signed what, when and why."""
    proposed = f"{at(override.proposed_at)}, by {override.proposed_by} for {override.commissioner}"
    rows = [
        {"key": "Tender", "value": override.tender.title, "note": override.tender.reference},
        {"key": "Fund", "value": str(override.fund), "note": f"Held by {override.fund.host}"},
        {"key": "Reason", "value": override.reason},
        {"key": "Proposed", "value": proposed},
    ]
    if override.confirmed_at:
        rows.append({"key": "Confirmed", "value": f"{at(override.confirmed_at)}, by {override.confirmed_by} for {override.partner}"})
    if override.withdrawn_at:
        value = f"{at(override.withdrawn_at)}, by {override.withdrawn_by}"
        rows.append({"key": "Withdrawn", "value": value, "note": override.withdrawn_because})
    return rows

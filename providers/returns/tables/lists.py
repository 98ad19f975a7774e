"""Lists of returns, the inbox, and the stages of one return."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.home.registry import Tile
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, days_away, on, plural, short
from providers.returns.kinds import Timeliness
from providers.returns.models import OutcomeReturn, ReturnVersion
from providers.returns.queries.lists import Received, timeliness_of
from providers.returns.states import FINAL, ReturnState

COLOURS = {
    ReturnState.NOT_STARTED: "grey",
    ReturnState.DRAFT: "amber",
    ReturnState.AWAITING_SIGN_OFF: "purple",
    ReturnState.SUBMITTED: "blue",
    ReturnState.QUERIED: "orange",
    ReturnState.ACCEPTED: "green",
    ReturnState.FROZEN: "teal",
    ReturnState.NOT_SUBMITTED: "red",
    ReturnState.FROZEN_UNACCEPTED: "red",
}
URGENT = {Timeliness.OVERDUE: "red", Timeliness.MISSING: "red", Timeliness.LATE: "orange", Timeliness.EXTENDED: "amber"}


def state_tag(outcome_return: OutcomeReturn) -> Tag:
    state = ReturnState(outcome_return.state)
    return Tag(str(state.label), COLOURS[state])


def timeliness_tag(how: Timeliness) -> Tag:
    return Tag(str(how.label), URGENT.get(how, "grey"))


def returns_table(
    rows: Iterable[OutcomeReturn], versions: dict[tuple[int, int], ReturnVersion], today: datetime.date, caption: str
) -> Table:
    """Returns of all years: where they stand, when they came, and how many victims were supported."""
    columns = [
        Column("period", "Period", "link"),
        Column("area", "Contract area"),
        Column("provider", "Provider"),
        Column("state", "State", "tag"),
        Column("due_on", "Due", "day"),
        Column("submitted_at", "Submitted", "day"),
        Column("how", "In time", "tag"),
        Column("supported", "Victims supported", "count"),
        Column("version", "Version", "count"),
    ]
    return Table(columns, [_row(one, versions.get((one.contract_id, one.period_id)), today) for one in rows], caption)


def _row(one: OutcomeReturn, version: ReturnVersion | None, today: datetime.date) -> dict[str, Any]:
    return {
        "period": Link(str(one.period), reverse("returns:return", args=[one.reference])),
        "area": str(one.contract.area),
        "provider": str(one.provider),
        "state": state_tag(one),
        "due_on": one.due_on,
        "submitted_at": one.first_submitted_at,
        "how": timeliness_tag(timeliness_of(one, today)),
        "supported": supported_in(version) if version else None,
        "version": version.number if version else None,
    }


def supported_in(version: ReturnVersion) -> int | None:
    """B05 over all services of a version: as stated, or open at the start plus started."""
    figures = version.content["figures"]
    stated = [Decimal(row["value"]) for row in figures if row["measure"] == "B05"]
    flows = [Decimal(row["value"]) for row in figures if row["measure"] in ("B01", "B02")]
    return int(sum(stated or flows, Decimal(0))) if stated or flows else None


def inbox_table(found: Iterable[Received], caption: str) -> Table:
    columns = [
        Column("area", "Contract area", "link"),
        Column("provider", "Provider"),
        Column("period", "Period"),
        Column("stage", "Where it stands", "tag"),
        Column("how", "In time", "tag"),
        Column("note", "To do"),
    ]
    return Table(columns, [_inbox_row(one) for one in found], caption)


def inbox_tiles(counts: Mapping[str, int]) -> list[Tile]:
    """How many returns stand where."""
    return [
        Tile("Waiting for you", str(counts["ours"]), "Certified, to be read and accepted.", group="Returns"),
        Tile("With the provider", str(counts["provider"]), "Queried, or being corrected.", group="Returns"),
        Tile("Accepted", str(counts["accepted"]), "Their figures go into the report.", group="Returns"),
        Tile("Not received", str(counts["missing"]), "Nothing has come in yet.", group="Returns"),
    ]


def _inbox_row(one: Received) -> dict[str, Any]:
    row = one.outcome_return
    area = str(one.contract.area)
    return {
        "area": Link(area, reverse("returns:return", args=[row.reference])) if row else area,
        "provider": str(one.contract.provider),
        "period": str(one.period),
        "stage": state_tag(row) if row else Tag("Being corrected", "orange") if one.was_sent else Tag("Not received", "grey"),
        "how": timeliness_tag(one.timeliness),
        "note": _note(one),
    }


def _note(one: Received) -> str:
    if one.outcome_return is None:
        if one.was_sent:
            return "A version came in; the provider is correcting it"
        extended = ", extended" if one.period.extended_from else ""
        return f"{plural(one.days_late, 'day')} late" if one.days_late else f"Due {short(one.period.due_on)}{extended}"
    state = one.outcome_return.state
    if one.to_read:
        return f"{plural(one.to_read, 'answer')} to read"
    if one.unanswered:
        return f"Waits for {plural(one.unanswered, 'answer')} of the provider"
    return "Review it" if state == ReturnState.SUBMITTED else ""


def stages_of(row: OutcomeReturn) -> list[dict[str, str]]:
    """The life of a return as one stream: filled in, signed, reviewed, frozen."""
    place = {
        ReturnState.NOT_STARTED: 0,
        ReturnState.DRAFT: 0,
        ReturnState.AWAITING_SIGN_OFF: 1,
        ReturnState.SUBMITTED: 2,
        ReturnState.QUERIED: 2,
        ReturnState.ACCEPTED: 3,
        ReturnState.FROZEN: 4,
        ReturnState.NOT_SUBMITTED: 0,
        ReturnState.FROZEN_UNACCEPTED: 2,
    }[ReturnState(row.state)]
    stopped = row.state in (ReturnState.NOT_SUBMITTED, ReturnState.FROZEN_UNACCEPTED)
    notes = {
        0: "" if place else str(ReturnState(row.state).label),
        2: str(ReturnState.QUERIED.label) if row.state == ReturnState.QUERIED else "",
        3: short(row.accepted_at) if row.accepted_at else "",
    }
    titles = ("Fill in", "Sign off", "Review", "Accepted and frozen")
    return [{"title": title, "state": _step(number, place, stopped), "note": notes.get(number, "")} for number, title in enumerate(titles)]


def _step(number: int, place: int, stopped: bool) -> str:
    if number < place or (number == 3 and place == 3):
        return "done"
    return ("stopped" if stopped else "now") if number == place else "later"


def due_words(row: OutcomeReturn, today: datetime.date) -> str:
    """ "Due Friday 4 December 2026 (in 12 days), extended from 20 October 2026: reason"."""
    if row.first_submitted_at:
        said = f"Submitted {at(row.first_submitted_at)}: {timeliness_of(row, today).label.lower()}"
    elif row.state in FINAL:
        said = f"Was due {on(row.due_on)} and did not come in"
    else:
        said = f"Due {on(row.due_on)} ({days_away((row.due_on - today).days)})"
    return f"{said}. Extended from {short(row.extended_from)}: {row.extended_because}" if row.extended_from else f"{said}."


def summary_rows(row: OutcomeReturn, version: ReturnVersion | None, today: datetime.date) -> list[dict[str, str]]:
    rows = [
        {"key": "Contract area", "value": str(row.contract.area)},
        {"key": "Period", "value": str(row.period)},
        {"key": "Provider", "value": str(row.provider)},
        {"key": "Commissioner", "value": str(row.commissioner)},
    ]
    if version and (source := version.content.get("source")):
        return [
            *rows,
            {"key": "Source", "value": str(source)},
            {"key": "Entered", "value": f"{version.certified_by}, {at(version.certified_at)}"},
        ]
    rows.append({"key": "Due", "value": due_words(row, today)})
    if row.prepared_at and row.prepared_by:
        rows.append({"key": "Prepared", "value": f"{row.prepared_by}, {at(row.prepared_at)}"})
    if version:
        rows.append({"key": "Certified", "value": f"{version.certified_by}, {at(version.certified_at)} (version {version.number})"})
    if row.accepted_at and row.accepted_by:
        rows.append({"key": "Accepted", "value": f"{row.accepted_by}, {at(row.accepted_at)}"})
    return rows

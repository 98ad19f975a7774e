"""Filling in: each page is saved as it was typed, wrong or unfinished; sending asks for everything."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.refusals import StaleEdit
from commissioning.kernel.words import at, in_london, plural
from commissioning.organisations.seat import Seat
from providers.returns.actions.steps import check_allowed, locked, move
from providers.returns.kinds import Part
from providers.returns.messages import tell_certifiers
from providers.returns.models import OutcomeReturn, ReturnLine, ReturnPart
from providers.returns.permissions import can_fill_in
from providers.returns.queries.working import Working, name_of, working_return
from providers.returns.rules.checks import ReturnRefused
from providers.returns.rules.figures import FigureRefused, Key, read_figure, tidy_typed
from providers.returns.rules.screening import check_text
from providers.returns.states import ReturnState


@transaction.atomic
def save_part(
    *,
    outcome_return: OutcomeReturn,
    part: str,
    typed: Mapping[Key, str],
    note: str,
    seen: int | None,
    by: Seat,
    now: datetime.datetime,
) -> ReturnPart:
    """Save one page of a return: figures where they can be read, else the text as typed, to be mended later.

    :param typed: what stands in each cell; a cell that is left out is left blank.
    :param seen: the version of the page that was read, 0 for one that was never saved.
    :raises StaleEdit: somebody else saved the page in between.
    :raises PersonalDataRefused: the words could point to a person or a refuge; they are not stored.
    """
    row = locked(outcome_return)
    check_allowed(can_fill_in(by, row))
    today = in_london(now).date()
    check_text(note, today, field="note")
    working = working_return(row, today)
    figures, unread = _read(working, part, typed)
    page = ReturnPart.objects.select_for_update(of=("self",)).select_related("changed_by").filter(outcome_return=row, part=part).first()
    page = page or ReturnPart(outcome_return=row, provider_id=row.provider_id, part=part, version=0)
    if _stands_already(page, working, figures, unread, note):
        return page
    _check_page_seen(page, seen)
    _write_lines(row, working, figures)
    page.note, page.typed = note, unread
    page.version += 1
    page.changed_at, page.changed_by = now, by.person
    page.save()
    _begin(row, part, by=by, now=now)
    return page


def _read(working: Working, part: str, typed: Mapping[Key, str]) -> tuple[dict[Key, Decimal | None], dict[str, str]]:
    """The figures of a page, and what was typed that is none, by the cell's name. Cells of other pages are not looked at."""
    figures: dict[Key, Decimal | None] = {}
    unread: dict[str, str] = {}
    units = {measure.code: measure.unit for measure in working.measures}
    for key in working.cells(part):
        try:
            figures[key] = read_figure(typed.get(key, ""), units[key[0]])
        except FigureRefused:
            figures[key] = None
            unread[name_of(key)] = tidy_typed(typed[key]) or "?"
    return figures, unread


def _stands_already(page: ReturnPart, working: Working, figures: dict, unread: dict, note: str) -> bool:
    same = all(working.figures.get(key) == value for key, value in figures.items())
    return bool(page.pk) and same and page.typed == unread and page.note == note


def _check_page_seen(page: ReturnPart, seen: int | None) -> None:
    if page.version == seen:
        return
    when = f" {at(page.changed_at)}" if page.changed_at else ""
    raise StaleEdit(
        f"{page.changed_by or 'Somebody'} saved this page{when}, after you had opened it. What you typed is still here, "
        "with the other figures beside it. Check both, then save again."
    )


def _write_lines(row: OutcomeReturn, working: Working, figures: Mapping[Key, Decimal | None]) -> None:
    measures = {measure.code: measure for measure in working.measures}
    lines = [
        ReturnLine(outcome_return=row, provider_id=row.provider_id, measure=measures[code], service=service, value=value)
        for (code, service), value in figures.items()
    ]
    ReturnLine.objects.filter(outcome_return=row, measure__code__in={code for code, _ in figures}).delete()
    ReturnLine.objects.bulk_create(line for line in lines if line.value is not None)


def _begin(row: OutcomeReturn, part: str, *, by: Seat, now: datetime.datetime) -> None:
    label = Part(part).label
    if row.state == ReturnState.NOT_STARTED:
        move(row, ReturnState.DRAFT, verb="began to fill in", by=by, now=now)
    record(by=by, verb="filled in", on=row, after={"page": str(label)})


@transaction.atomic
def send_for_sign_off(*, outcome_return: OutcomeReturn, by: Seat, now: datetime.datetime) -> OutcomeReturn:
    """Hand a complete return to the organisation's certifiers.

    :raises ReturnRefused: something is missing or cannot be right.
    """
    row = locked(outcome_return)
    check_allowed(can_fill_in(by, row))
    found = working_return(row, in_london(now).date()).findings
    if found:
        raise ReturnRefused(f"This return is not ready: {plural(len(found), 'thing')} still to mend. They are listed below.")
    move(
        row,
        ReturnState.AWAITING_SIGN_OFF,
        verb="sent for sign-off",
        by=by,
        now=now,
        prepared_at=now,
        prepared_by=by.person,
        sent_back_because="",
    )
    tell_certifiers(row, by=by)
    return row

"""Periods begin, open and freeze by the clock; a person may only give more time, with a reason that the report shows."""

import datetime
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.quarters import FinancialYear, Quarter
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from commissioning.periods.models import PeriodKind, ReportingPeriod
from commissioning.periods.rules import calendar_from, calendar_of, check_extension, state_on
from commissioning.periods.states import NEXT, PeriodState

VERBS = {PeriodState.OPEN: "opened", PeriodState.FROZEN: "froze"}


@transaction.atomic
def create_quarters(*, year: FinancialYear, today: datetime.date, by: Seat) -> list[ReportingPeriod]:
    """The four quarters of a year, in the state of today; those that exist stay as they are."""
    return [_create(quarter, today=today, by=by) for quarter in year.quarters]


def _create(quarter: Quarter, *, today: datetime.date, by: Seat) -> ReportingPeriod:
    days = {"first_day": quarter.first_day, "last_day": quarter.last_day}
    return _plan(quarter.code, {"name": quarter.label, "kind": PeriodKind.QUARTER, **days}, today=today, by=by)


@transaction.atomic
def create_special(
    *, code: str, name: str, first_day: datetime.date, last_day: datetime.date, today: datetime.date, by: Seat
) -> ReportingPeriod:
    """A period that is no quarter and never stands in a row of quarters, such as April to July 2017."""
    fields = {"name": name, "kind": PeriodKind.SPECIAL, "first_day": first_day, "last_day": last_day}
    return _plan(code, fields, today=today, by=by)


def _plan(code: str, fields: dict[str, Any], *, today: datetime.date, by: Seat) -> ReportingPeriod:
    calendar = calendar_of(fields["last_day"])
    state = state_on(today, last_day=fields["last_day"], freeze_on=calendar.freeze_on)
    days = {"due_on": calendar.due_on, "freeze_on": calendar.freeze_on}
    period, made = ReportingPeriod.objects.get_or_create(code=code, defaults={**fields, **days, "state": state})
    if made:
        record(by=by, verb="planned", on=period, after=days)
    return period


@transaction.atomic
def extend(*, period: ReportingPeriod, due_on: datetime.date, reason: str, by: Seat) -> ReportingPeriod:
    """Give every return of the period until `due_on`; the freeze moves behind it, and the report says "extended".

    :raises PeriodRefused: the period is frozen, the day is not later, or there is no reason.
    """
    locked = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    check_extension(state=locked.state, old=locked.due_on, new=due_on, reason=reason)
    before = {"due_on": locked.due_on, "freeze_on": locked.freeze_on}
    locked.extended_from = locked.extended_from or locked.due_on
    locked.extended_because = reason.strip()
    locked.due_on = due_on
    locked.freeze_on = calendar_from(due_on).freeze_on
    locked.save()
    record(by=by, verb="extended", on=locked, before=before, after={"due_on": locked.due_on, "freeze_on": locked.freeze_on}, reason=reason)
    return locked


@transaction.atomic
def follow_the_clock(now: datetime.datetime) -> int:
    """Open periods that have ended, freeze those whose day has come, and plan the coming year; says how many moved."""
    today = in_london(now).date()
    year = FinancialYear.of(today)
    for coming in (year, year.next()):
        if not ReportingPeriod.objects.filter(code=coming.quarters[3].code).exists():
            create_quarters(year=coming, today=today, by=Seat.system())
    waiting = ReportingPeriod.objects.select_for_update().exclude(state=PeriodState.FROZEN).filter(last_day__lt=today)
    return sum(_bring_to(period, today) for period in waiting)


def _bring_to(period: ReportingPeriod, today: datetime.date) -> int:
    """Step by step, so that a period that was missed for weeks is opened before it is frozen."""
    wanted, moved = state_on(today, last_day=period.last_day, freeze_on=period.freeze_on), 0
    for state in (PeriodState.OPEN, PeriodState.FROZEN):
        if period.state == wanted or period.state == state:
            continue
        check_move(PeriodState, NEXT, period.state, state)
        record(by=Seat.system(), verb=VERBS[state], on=period, before={"state": period.state}, after={"state": state})
        period.state, moved = state, 1
    if moved:
        period.save(update_fields=["state"])
    return moved

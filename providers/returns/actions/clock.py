"""What the clock does: a return for each live contract when a period has ended, its opening caseload, and the freeze."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning.audit.actions import record
from commissioning.contracts.models import Contract
from commissioning.kernel.words import in_london
from commissioning.measures.models import Measure
from commissioning.organisations.seat import Seat
from commissioning.periods.models import PeriodKind, ReportingPeriod
from commissioning.periods.states import PeriodState
from providers.returns.actions.steps import locked, move
from providers.returns.messages import tell_open
from providers.returns.models import OutcomeReturn, ReturnLine
from providers.returns.queries.working import SETTLED, working_return
from providers.returns.states import EDITABLE, FINAL, ReturnState


def open_due_returns(now: datetime.datetime) -> int:
    """Open a return for every live contract and open quarter, and fill in opening caseloads; says how many were opened.

    Idempotent: one return for each contract and period, whoever asks first. Runs as the portal's own role.
    """
    made = 0
    for period in ReportingPeriod.objects.open().filter(kind=PeriodKind.QUARTER):
        live = Contract.objects.live().filter(starts_on__lte=period.last_day, ends_on__gte=period.first_day)
        for contract in live.exclude(returns__period=period).select_related("provider", "commissioner", "area"):
            made += open_return(contract=contract, period=period, now=now)[1]
        for outcome_return in _behind(period):
            fill_opening(outcome_return=outcome_return, now=now)
    return made


def _behind(period: ReportingPeriod) -> QuerySet[OutcomeReturn]:
    """Returns still being filled in whose due day was moved, or whose last return was accepted only after they were opened."""
    eve = period.first_day - datetime.timedelta(days=1)
    settled = OutcomeReturn.objects.filter(contract=OuterRef("contract"), period__last_day=eve, state__in=SETTLED)
    opening = ReturnLine.objects.filter(outcome_return=OuterRef("pk"), measure__code="B01")
    late = Q(due_on__lt=period.due_on) | (Exists(settled) & ~Exists(opening))
    return OutcomeReturn.objects.filter(late, period=period, state__in=EDITABLE)


@transaction.atomic
def open_return(*, contract: Contract, period: ReportingPeriod, now: datetime.datetime) -> tuple[OutcomeReturn, bool]:
    """The return of one contract and period, and whether it was made just now."""
    row, made = OutcomeReturn.objects.get_or_create(
        contract=contract,
        period=period,
        defaults={
            "provider": contract.provider,
            "commissioner": contract.commissioner,
            "due_on": period.due_on,
            "extended_from": period.extended_from,
            "extended_because": period.extended_because,
        },
    )
    if made:
        record(by=Seat.system(), verb="opened", on=row, after={"due_on": row.due_on})
        fill_opening(outcome_return=row, now=now)
        tell_open(row, by=Seat.system())
    return row, made


@transaction.atomic
def fill_opening(*, outcome_return: OutcomeReturn, now: datetime.datetime) -> None:
    """H04: write the cases open at the start as the last accepted return ended, and the due day as the period has it."""
    row = locked(outcome_return)
    if row.state not in EDITABLE:
        return
    _follow_extension(row)
    opening = working_return(row, in_london(now).date()).opening
    stands = dict(row.lines.filter(measure__code="B01").values_list("service", "value"))
    if not opening or stands == opening:
        return
    measure = Measure.objects.get(code="B01")
    row.lines.filter(measure=measure).delete()
    ReturnLine.objects.bulk_create(
        ReturnLine(outcome_return=row, provider_id=row.provider_id, measure=measure, service=service, value=value)
        for service, value in opening.items()
    )


def _follow_extension(row: OutcomeReturn) -> None:
    period = row.period
    if period.due_on > row.due_on:
        row.due_on, row.extended_from, row.extended_because = period.due_on, period.extended_from, period.extended_because
        row.save(update_fields=["due_on", "extended_from", "extended_because"])


def freeze_returns(now: datetime.datetime) -> int:
    """Give every return of a frozen period its last state; says how many."""
    rows = OutcomeReturn.objects.filter(period__state=PeriodState.FROZEN).filter(~Q(state__in=FINAL))
    return sum(freeze(outcome_return=row, now=now) for row in rows)


@transaction.atomic
def freeze(*, outcome_return: OutcomeReturn, now: datetime.datetime) -> bool:
    """Accepted figures are frozen; what was sent and not accepted stays so; what was never sent is not submitted."""
    row = locked(outcome_return)
    if row.state in FINAL:
        return False
    if row.state == ReturnState.ACCEPTED:
        to = ReturnState.FROZEN
    elif row.versions.exists():
        to = ReturnState.FROZEN_UNACCEPTED
    else:
        to = ReturnState.NOT_SUBMITTED
    move(row, to, verb="froze", by=Seat.system(), now=now)
    return True

"""Lists: all returns that a seat may read, the commissioner's inbox, what waits for a provider's people."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from commissioning.contracts.models import Contract
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from commissioning.periods.models import PeriodKind, ReportingPeriod
from providers.returns.kinds import Timeliness
from providers.returns.models import OutcomeReturn, ReturnQuery, ReturnQuerySet, ReturnVersion
from providers.returns.permissions import visible_to
from providers.returns.queries.single import with_names
from providers.returns.rules.lateness import days_late, timeliness
from providers.returns.states import EDITABLE, FINAL, ReturnState

# What a list says of a return that has come in.
STANDING = ("reference", "contract_id", "period_id", "state", "due_on", "extended_from", "first_submitted_at")


@dataclass(frozen=True)
class Received:
    """Where the return of one contract for one period stands, as the commissioner may know it.

    `outcome_return` is None while nothing was sent, and while a version that was sent is being corrected.
    """

    contract: Contract
    period: ReportingPeriod
    outcome_return: OutcomeReturn | None
    was_sent: bool
    timeliness: Timeliness
    days_late: int
    to_read: int = 0
    unanswered: int = 0

    @property
    def is_being_corrected(self) -> bool:
        return self.was_sent and self.outcome_return is None

    @property
    def waits_for_us(self) -> bool:
        return bool(self.outcome_return and self.outcome_return.state == ReturnState.SUBMITTED)


def timeliness_of(outcome_return: OutcomeReturn, today: datetime.date) -> Timeliness:
    submitted_at = outcome_return.first_submitted_at
    if outcome_return.period.kind == PeriodKind.SPECIAL and not submitted_at and outcome_return.state == ReturnState.FROZEN:
        return Timeliness.PAPER
    return timeliness(
        due_on=outcome_return.due_on,
        extended_from=outcome_return.extended_from,
        submitted_on=in_london(submitted_at).date() if submitted_at else None,
        today=today,
        closed=outcome_return.state in FINAL,
    )


def returns_list(seat: Seat, *, text: str = "", period: str = "", state: str = "") -> ReturnQuerySet:
    """All returns that this seat may read, newest first, filtered."""
    found = with_names(visible_to(seat))
    if text:
        named = Q(contract__area__name__icontains=text) | Q(provider__name__icontains=text) | Q(reference__icontains=text)
        found = found.filter(named)
    if period:
        found = found.filter(period__code=period)
    return found.filter(state=state) if state else found


def periods_of(seat: Seat) -> list[ReportingPeriod]:
    """The periods for which this seat may read returns."""
    return list(ReportingPeriod.objects.filter(returns__in=visible_to(seat)).distinct())


def received_by(seat: Seat, today: datetime.date) -> list[Received]:
    """For each live contract of the seat's organisation and each open quarter: what has come in; the newest quarter first."""
    wanted = list(ReportingPeriod.objects.open().filter(kind=PeriodKind.QUARTER))
    running = Contract.objects.live().filter(commissioner=seat.organisation_id).select_related("area", "provider")
    running = running.only("starts_on", "ends_on", "area__name", "area__order", "provider__name")
    sent = ReturnVersion.objects.filter(contract=OuterRef("pk")).order_by().values("period").distinct()
    contracts = list(running.annotate(sent=ArraySubquery(sent)))
    rows = visible_to(seat).filter(period__in=wanted, commissioner=seat.organisation_id).only(*STANDING)
    found = {(row.contract_id, row.period_id): row for row in rows.order_by()}
    return [
        _received(contract, period, found.get((contract.pk, period.pk)), period.pk in contract.sent, today)
        for period in wanted
        for contract in contracts
        if contract.starts_on <= period.last_day and contract.ends_on >= period.first_day
    ]


def _received(contract: Contract, period: ReportingPeriod, row: OutcomeReturn | None, was_sent: bool, today: datetime.date) -> Received:
    if row:
        row.contract, row.period = contract, period
        how = timeliness_of(row, today)
        submitted_on = in_london(row.first_submitted_at).date() if row.first_submitted_at else None
        late = days_late(due_on=row.due_on, submitted_on=submitted_on, today=today)
        return Received(contract, period, row, True, how, late)
    how = timeliness(due_on=period.due_on, extended_from=period.extended_from, submitted_on=None, today=today)
    late = 0 if was_sent else days_late(due_on=period.due_on, submitted_on=None, today=today)
    return Received(contract, period, None, was_sent, Timeliness.ON_TIME if was_sent else how, late)


def inbox_of(seat: Seat, today: datetime.date) -> list[Received]:
    """The same with the answers that wait to be read, and the queries that wait for an answer."""
    found = received_by(seat, today)
    rows = [one.outcome_return.pk for one in found if one.outcome_return]
    asked = ReturnQuery.objects.filter(outcome_return__in=rows, closed_at=None).order_by()
    counts = Counter((row, answered is not None) for row, answered in asked.values_list("outcome_return", "answered_at"))
    return [_with_counts(one, counts) for one in found]


def _with_counts(one: Received, counts: Counter[tuple[int, bool]]) -> Received:
    row = one.outcome_return
    return replace(one, to_read=counts[row.pk, True], unanswered=counts[row.pk, False]) if row else one


def returns_to_fill_in(seat: Seat) -> list[OutcomeReturn]:
    """A provider's returns that a data officer still works on, the most urgent first."""
    return list(
        with_names(visible_to(seat)).filter(provider=seat.organisation_id, state__in=EDITABLE).order_by("due_on", "contract__area__order")
    )


def returns_to_sign(seat: Seat) -> list[OutcomeReturn]:
    waiting = with_names(visible_to(seat)).filter(provider=seat.organisation_id, state=ReturnState.AWAITING_SIGN_OFF)
    return list(waiting.order_by("due_on", "contract__area__order"))


def queries_to_answer(seat: Seat) -> list[ReturnQuery]:
    """A provider's unanswered queries, oldest first."""
    unanswered = ReturnQuery.objects.filter(provider=seat.organisation_id, answered_at=None, closed_at=None)
    open_ones = unanswered.exclude(outcome_return__state__in=FINAL)
    return list(open_ones.select_related("measure", "outcome_return__contract__area", "outcome_return__period"))


def states_count(found: Iterable[Received]) -> Counter[str]:
    """How many returns wait for the commissioner, for the provider, are accepted, or have not come."""
    return Counter(_stage(one) for one in found)


def _stage(one: Received) -> str:
    if one.is_being_corrected:
        return "provider"
    if one.outcome_return is None:
        return "missing"
    return {ReturnState.SUBMITTED: "ours", ReturnState.QUERIED: "provider"}.get(ReturnState(one.outcome_return.state), "accepted")

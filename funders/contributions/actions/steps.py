"""What happens to a contribution after it was promised: firm up, wait for an event, lower, lapse. Each step is an event that stays."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.contributions.actions.writing import locked_one, save, send, write_events
from funders.contributions.messages import about_pledge, about_step
from funders.contributions.models import Contribution, Step
from funders.contributions.permissions import can_firm_up, can_lapse, can_meet, can_reduce, can_set_condition, can_unmeet
from funders.contributions.queries import lapse_reason, run_out
from funders.contributions.rules import (
    ConditionRefused,
    LapseRefused,
    PledgeRefused,
    ReductionRefused,
    check_amount,
    check_condition,
    check_lapse,
    check_met,
    check_reduction,
    check_unmet,
    firm_up_advice,
)
from funders.contributions.states import NEXT, ContributionState
from funders.pool.actions import lock


@transaction.atomic
def firm_up(*, contribution: Contribution, amount: Decimal, by: Seat, version: int | None, at: datetime) -> Contribution:
    """Make an indicative figure, or an answer of nothing, a pledge of this amount. What was said before stays in the history.

    :raises PledgeRefused: not the partner's officer, or not an amount that can be pledged.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    check_move(ContributionState, NEXT, contribution.state, ContributionState.PLEDGED)
    if not can_firm_up(by, contribution):
        raise PledgeRefused("Only a funder officer of the partner itself makes what it said before a pledge.")
    check_amount(amount, advice=firm_up_advice(contribution.state))
    before = {"state": contribution.state, "amount": contribution.amount}
    contribution.state, contribution.amount = ContributionState.PLEDGED, amount
    save(contribution, by=by, at=at)
    write_events([contribution], by=by, at=at)
    record(by=by, verb="pledged", on=contribution, before=before, after={"state": contribution.state, "amount": amount})
    send(about_pledge(contribution.pledge), by=by)
    return contribution


@transaction.atomic
def set_condition(
    *, contribution: Contribution, condition: str, due_on: date, reason: str, by: Seat, version: int | None, at: datetime
) -> Contribution:
    """Let a contribution wait for an event: from now on agreed money stands apart until it has come. Also words it anew, or moves its day.

    :raises ConditionRefused: not the partner's own, met already, no event, a day that cannot be, no reason.
    :raises GateShut: money has been received for it.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    if not can_set_condition(by, contribution):
        raise ConditionRefused("A funder officer sets the condition of a pledge, a funder approver that of agreed money, until it is met.")
    today = in_london(at).date()
    check_condition(condition=condition, due_on=due_on, year=contribution.year, today=today, reason=reason)
    lock(contribution.fund)
    pass_gate("contribution.condition", contribution)
    before = {"condition": contribution.condition, "due_on": contribution.condition_due_on}
    contribution.condition, contribution.condition_due_on, contribution.unconditional_because = condition.strip(), due_on, ""
    after = {"condition": contribution.condition, "due_on": due_on}
    _tell(contribution, Step.CONDITION, reason, before=before, after=after, by=by, at=at, effective_on=today)
    return contribution


@transaction.atomic
def meet_condition(*, contribution: Contribution, met_on: date, reason: str, by: Seat, version: int | None, at: datetime) -> Contribution:
    """The event has come: the money is secured from that day.

    :param reason: what shows it, for example the date of a letter; may be empty.
    :raises ConditionRefused: not the partner's approver, nothing waits, a day that cannot be.
    :raises GateShut: its year is closed.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    if not can_meet(by, contribution):
        raise ConditionRefused("Only a funder approver of the partner says that a condition is met, and only of agreed money that waits.")
    pledged_on, today = in_london(contribution.pledge.pledged_at).date(), in_london(at).date()
    check_met(met_on=met_on, due_on=contribution.condition_due_on, pledged_on=pledged_on, today=today)
    lock(contribution.fund)
    pass_gate("contribution.agree", contribution)
    contribution.condition_met_on = met_on
    _tell(contribution, Step.MET, reason, before={"met_on": None}, after={"met_on": met_on}, by=by, at=at, effective_on=met_on)
    return contribution


@transaction.atomic
def unmeet_condition(
    *, contribution: Contribution, unmet_on: date, reason: str, by: Seat, version: int | None, at: datetime
) -> Contribution:
    """The event has not come after all: the money is out of what is secured from that day.

    :raises ConditionRefused: not the partner's approver, it was not met, a day that cannot be, no reason.
    :raises GateShut: money has been received for it.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    if not can_unmeet(by, contribution):
        raise ConditionRefused("Only a funder approver of the partner takes back that a condition is met.")
    met_on = contribution.condition_met_on
    check_unmet(unmet_on=unmet_on, met_on=met_on, today=in_london(at).date(), reason=reason)
    lock(contribution.fund)
    pass_gate("contribution.condition", contribution)
    contribution.condition_met_on = None
    _tell(contribution, Step.UNMET, reason, before={"met_on": met_on}, after={"met_on": None}, by=by, at=at, effective_on=unmet_on)
    return contribution


@transaction.atomic
def reduce(
    *, contribution: Contribution, amount: Decimal, reason: str, decision_reference: str, by: Seat, version: int | None, at: datetime
) -> Contribution:
    """Lower an agreed amount by a decision, before the host has counter-signed it.

    :raises ReductionRefused: not the partner's approver, no lower amount, no reason, no decision.
    :raises GateShut: it is counter-signed.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    check_move(ContributionState, NEXT, contribution.state, ContributionState.AGREED)
    if not can_reduce(by, contribution):
        raise ReductionRefused("Only a funder approver of the partner lowers what is agreed.")
    check_reduction(amount=amount, before=contribution.amount, reason=reason, decision_reference=decision_reference)
    lock(contribution.fund)
    pass_gate("contribution.terms", contribution)
    before, contribution.amount = contribution.amount, amount
    contribution.decision_reference = decision_reference.strip()
    told = f"{reason.strip()} Decision: {contribution.decision_reference}"
    _tell(contribution, Step.REDUCED, told, before={"amount": before}, after={"amount": amount}, by=by, at=at)
    return contribution


@transaction.atomic
def lapse(*, contribution: Contribution, reason: str, by: Seat, version: int | None, at: datetime) -> Contribution:
    """The host notes that a promise has run out: its year ended before it was agreed, or its event did not come in time.

    :raises LapseRefused: not an officer of the host, nothing has run out, no reason.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    check_move(ContributionState, NEXT, contribution.state, ContributionState.LAPSED)
    if not can_lapse(by, contribution):
        raise LapseRefused("Only a finance or lead officer of the host partner notes that a promise has run out.")
    check_lapse(why=lapse_reason(contribution, in_london(at).date()), reason=reason)
    _lapse(contribution, reason.strip(), by=by, at=at)
    return contribution


def lapse_due(now: datetime) -> int:
    """Let promises lapse whose year, or whose day of decision, is over. Returns how many."""
    today = in_london(now).date()
    due = run_out(today)
    for one in due:
        with rls_scope([one.funder_id]):
            found = locked_one(one, one.version)
            _lapse(found, lapse_reason(found, today), by=Seat.system(), at=now)
    return len(due)


def _lapse(contribution: Contribution, reason: str, *, by: Seat, at: datetime) -> None:
    before, contribution.state = contribution.state, ContributionState.LAPSED
    _tell(contribution, "", reason, before={"state": before}, after={"state": contribution.state}, by=by, at=at)


def _tell(
    contribution: Contribution,
    step: str,
    reason: str,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    by: Seat,
    at: datetime,
    effective_on: date | None = None,
) -> None:
    """Save the row, write its event and the record, and tell those who rely on it."""
    save(contribution, by=by, at=at)
    write_events([contribution], by=by, at=at, reason=reason.strip(), step=step, effective_on=effective_on)
    said = Step(step).label.lower() if step else contribution.get_state_display().lower()
    record(by=by, verb=f"noted “{said}” of", on=contribution, before=before, after=after, reason=reason.strip())
    send(about_step(contribution, said), by=by)

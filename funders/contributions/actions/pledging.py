"""Pledge, agree, change, withdraw. Each step is an event that stays, and is written in the partner's audit trail."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.words import in_london
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.contributions.actions.writing import check_version, locked, save, send, write_events
from funders.contributions.messages import about_agreement, about_change, about_indicative, about_nothing, about_pledge, about_withdrawal
from funders.contributions.models import Contribution, Pledge, Step
from funders.contributions.permissions import can_agree, can_change, can_pledge, can_withdraw
from funders.contributions.queries import hands_of, standing_years
from funders.contributions.rules import (
    AgreementRefused,
    Certainty,
    ChangeRefused,
    PledgeRefused,
    WithdrawalRefused,
    check_agreement,
    check_certainty,
    check_change,
    check_pledge,
    check_withdrawal,
    is_zero,
)
from funders.contributions.states import NEXT, ContributionState
from funders.pool.actions import lock
from funders.pool.models import PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import basis_for


@transaction.atomic
def pledge(
    *, fund: PooledFund, funder: Organisation, amounts: Mapping[int, Decimal], conditions: str, by: Seat, at: datetime, reason: str = ""
) -> Pledge:
    """A partner's word to a fund for one or more years. It counts as secured only when an approver agrees it.

    :param amounts: pounds by the calendar year in which the financial year begins. £0 is an answer, "nothing for this year"; a year
        that is left out is not answered.
    :param reason: why nothing is given for the years of £0; may be empty.
    :raises PledgeRefused:
    """
    made = _promise(ContributionState.PLEDGED, fund, funder, amounts, conditions, reason=reason, by=by, at=at)
    send(about_pledge(made) if any(amounts.values()) else about_nothing(made), by=by)
    return made


@transaction.atomic
def note_indicative(
    *, fund: PooledFund, funder: Organisation, amounts: Mapping[int, Decimal], conditions: str, by: Seat, at: datetime
) -> Pledge:
    """What a partner expects to give, before it can pledge. It counts nowhere but in a column of its own.

    :param amounts: pounds by the calendar year in which the financial year begins.
    :raises PledgeRefused:
    """
    made = _promise(ContributionState.INDICATIVE, fund, funder, amounts, conditions, by=by, at=at)
    send(about_indicative(made), by=by)
    return made


def _promise(
    state: ContributionState,
    fund: PooledFund,
    funder: Organisation,
    amounts: Mapping[int, Decimal],
    conditions: str,
    *,
    by: Seat,
    at: datetime,
    reason: str = "",
) -> Pledge:
    if by.person is None or not (can_pledge(by, fund) and by.is_of(funder)):
        raise PledgeRefused("Only a funder officer of the partner itself can make its pledges.")
    fund = lock(fund)
    conditions = conditions.strip()
    check_pledge(
        amounts=amounts,
        conditions=conditions,
        fund_years=[year.start for year in years_of(fund)],
        standing=standing_years(fund, funder),
        today=in_london(at).date(),
        reason=reason,
        is_firm=state == ContributionState.PLEDGED,
    )
    made = Pledge.objects.create(
        fund=fund, funder=funder, conditions=conditions, illustrative=fund.illustrative, pledged_at=at, pledged_by=by.actor
    )
    sides = {"pledge": made, "fund": fund, "funder": funder, "pot": basis_for(funder.sector)}
    contributions = [Contribution(year=year, amount=amounts[year], state=_said(amounts[year], state), **sides) for year in sorted(amounts)]
    Contribution.objects.bulk_create(contributions)
    write_events([one for one in contributions if not one.is_nothing], by=by, at=at)
    write_events([one for one in contributions if one.is_nothing], by=by, at=at, reason=reason.strip())
    after = {str(one.year): one.amount for one in contributions}
    verb = "pledged" if state == ContributionState.PLEDGED else "noted as indicative"
    verb = verb if any(amounts.values()) else "answered “nothing” in"
    record(by=by, verb=verb, on=made, after={"fund": fund.code, **after, "conditions": conditions}, reason=reason.strip())
    return made


def _said(amount: Decimal, state: ContributionState) -> ContributionState:
    """£0 is no promise but an answer."""
    return state if amount else ContributionState.NOTHING


@transaction.atomic
def agree(
    *,
    pledge: Pledge,
    years: Collection[int],
    decision_reference: str,
    by: Seat,
    version: int | None,
    at: datetime,
    certainty: Certainty | None = None,
) -> Pledge:
    """The partner's approver agrees years of a pledge: from now on the fund may rely on them, unless they wait for an event.

    :param version: `version_of` the pledge as the approver read it.
    :param certainty: what the approver says of the pledge's conditions; a year for which an event is set already keeps that one.
    :raises AgreementRefused: no approver, the same who pledged, no decision, nothing to agree, conditions of which nothing is said.
    :raises ConditionRefused: an event or a day that cannot be.
    :raises GateShut: a year of it is closed.
    :raises StaleEdit: somebody changed or withdrew a part of it meanwhile.
    """
    if not can_agree(by, pledge):
        raise AgreementRefused("Only a funder approver of the partner itself can agree its pledges.")
    contributions = locked(Contribution.objects.filter(pledge=pledge))
    check_version(contributions, version)
    waiting = [one for one in contributions if one.state == ContributionState.PLEDGED]
    open_years, approver = [one.year for one in waiting], by.person.pk if by.person else 0
    hands = hands_of(waiting)
    check_agreement(years=years, open_years=open_years, decision_reference=decision_reference, approver=approver, hands=hands)
    agreed, said = [one for one in waiting if one.year in years], certainty or Certainty()
    unsettled = [one for one in agreed if not one.condition]
    check_certainty(said, conditions=pledge.conditions, years=[one.year for one in unsettled], today=in_london(at).date())
    lock(pledge.fund)
    for one in agreed:
        if one in unsettled:
            _settle(one, said)
        _agree_one(one, decision_reference.strip(), by=by, at=at)
    write_events(agreed, by=by, at=at, reason=decision_reference.strip())
    _tell_certainty(unsettled, pledge, said, by=by, at=at)
    record(by=by, verb="agreed", on=pledge, after=_as_agreed(agreed, said), reason=decision_reference.strip())
    send(about_agreement(pledge, waits=any(one.waits for one in agreed)), by=by)
    return pledge


def _agree_one(one: Contribution, decision_reference: str, *, by: Seat, at: datetime) -> None:
    pass_gate("contribution.agree", one)
    check_move(ContributionState, NEXT, one.state, ContributionState.AGREED)
    one.state, one.agreed_at, one.agreed_by = ContributionState.AGREED, at, by.person
    one.decision_reference = decision_reference
    save(one, by=by, at=at)


def _as_agreed(agreed: list[Contribution], said: Certainty) -> dict[str, object]:
    """For the record: amounts by year, what they wait for, and why the conditions do not hold them back."""
    after: dict[str, object] = {str(one.year): one.amount for one in agreed}
    after |= {f"{one.year} waits for": one.condition for one in agreed if one.condition}
    return after | ({"unconditional because": said.why.strip()} if said.why.strip() and not said.waits else {})


def _settle(contribution: Contribution, said: Certainty) -> None:
    """Let agreed money wait for its event, or note why the conditions of its pledge do not hold it back."""
    if said.waits:
        contribution.condition, contribution.condition_due_on = said.condition.strip(), said.due_on
    else:
        contribution.unconditional_because = said.why.strip()


def _tell_certainty(contributions: list[Contribution], pledge: Pledge, said: Certainty, *, by: Seat, at: datetime) -> None:
    """The event in the history of what was said of the conditions; nothing where there was nothing to say."""
    if said.waits:
        reason = f"{said.condition.strip()}. {said.why.strip()}".strip()
        write_events(contributions, by=by, at=at, reason=reason, step=Step.CONDITION, effective_on=in_london(at).date())
    elif pledge.conditions or said.why.strip():
        write_events(contributions, by=by, at=at, reason=said.why.strip(), step=Step.FIRM)


@transaction.atomic
def change_amount(*, contribution: Contribution, amount: Decimal, reason: str, by: Seat, version: int | None, at: datetime) -> Contribution:
    """Pledge another amount for the same year; £0 answers "nothing". What was agreed is not changed: it is lowered, or withdrawn.

    :raises ChangeRefused: not the partner's officer, agreed already, no reason.
    :raises PledgeRefused: not an amount that can be pledged.
    :raises StaleEdit:
    """
    (contribution,) = locked(Contribution.objects.filter(pk=contribution.pk))
    check_version([contribution], version)
    indicative = contribution.state == ContributionState.INDICATIVE
    kept = ContributionState.INDICATIVE if indicative else ContributionState.PLEDGED
    check_move(ContributionState, NEXT, contribution.state, ContributionState.NOTHING if is_zero(amount) else kept)
    if not can_change(by, contribution):
        raise ChangeRefused("Only a funder officer of the partner itself can change its pledges.")
    check_change(amount=amount, before=contribution.amount, reason=reason)
    before, contribution.amount = contribution.amount, amount
    contribution.state = _said(amount, kept)
    save(contribution, by=by, at=at)
    write_events([contribution], by=by, at=at, reason=reason.strip(), step=Step.CHANGED if amount else "")
    record(by=by, verb="changed", on=contribution, before={"amount": before}, after={"amount": amount}, reason=reason.strip())
    send(about_change(contribution), by=by)
    return contribution


@transaction.atomic
def withdraw(*, contribution: Contribution, reason: str, by: Seat, version: int | None, at: datetime) -> Contribution:
    """Take a contribution back, with a reason that stays. The same year can be pledged anew.

    :raises WithdrawalRefused: not the partner's own, agreed and no approver, no reason.
    :raises GateShut: money has been received for it.
    :raises StaleEdit:
    """
    (contribution,) = locked(Contribution.objects.filter(pk=contribution.pk))
    check_version([contribution], version)
    check_move(ContributionState, NEXT, contribution.state, ContributionState.WITHDRAWN)
    if not can_withdraw(by, contribution):
        raise WithdrawalRefused("A pledge is withdrawn by a funder officer of its partner; what was agreed, by a funder approver.")
    check_withdrawal(reason=reason)
    lock(contribution.fund)
    pass_gate("contribution.withdraw", contribution)
    before, contribution.state = contribution.state, ContributionState.WITHDRAWN
    save(contribution, by=by, at=at)
    write_events([contribution], by=by, at=at, reason=reason.strip())
    record(by=by, verb="withdrew", on=contribution, before={"state": before}, after={"state": contribution.state}, reason=reason.strip())
    send(about_withdrawal(contribution), by=by)
    return contribution

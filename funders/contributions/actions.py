"""Pledge, agree, change, withdraw. Each step is an event that stays, and is written in the partner's audit trail."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.mail import send_soon
from commissioning.kernel.models import Versioned
from commissioning.kernel.refusals import Refusal, StaleEdit
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import at as at_words
from commissioning.kernel.words import in_london
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.contributions.messages import Letter, about_agreement, about_change, about_pledge, about_withdrawal
from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.contributions.permissions import can_agree, can_change, can_pledge, can_withdraw
from funders.contributions.queries import hands_of, last_change, standing_years, version_of
from funders.contributions.rules import (
    AgreementRefused,
    ChangeRefused,
    PledgeRefused,
    WithdrawalRefused,
    check_agreement,
    check_change,
    check_pledge,
    check_withdrawal,
)
from funders.contributions.states import NEXT, ContributionState
from funders.pool.actions import lock
from funders.pool.models import PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import basis_for


@transaction.atomic
def pledge(*, fund: PooledFund, funder: Organisation, amounts: Mapping[int, Decimal], conditions: str, by: Seat, at: datetime) -> Pledge:
    """A partner's word to a fund for one or more years. It counts as secured only when an approver agrees it.

    :param amounts: pounds by the calendar year in which the financial year begins.
    :raises PledgeRefused:
    """
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
    )
    made = Pledge.objects.create(
        fund=fund, funder=funder, conditions=conditions, illustrative=fund.illustrative, pledged_at=at, pledged_by=by.actor
    )
    told = {"pledge": made, "fund": fund, "funder": funder, "pot": basis_for(funder.sector)}
    contributions = [Contribution(year=year, amount=amounts[year], **told) for year in sorted(amounts)]
    Contribution.objects.bulk_create(contributions)
    _write_events(contributions, by=by, at=at)
    after = {str(one.year): one.amount for one in contributions}
    record(by=by, verb="pledged", on=made, after={"fund": fund.code, **after, "conditions": conditions})
    send(about_pledge(made), by=by)
    return made


@transaction.atomic
def agree(*, pledge: Pledge, years: Collection[int], decision_reference: str, by: Seat, version: int | None, at: datetime) -> Pledge:
    """The partner's approver agrees years of a pledge: from now on the fund may rely on them.

    :param version: `version_of` the pledge as the approver read it.
    :raises AgreementRefused: not an approver, the same person who pledged, no decision, nothing to agree.
    :raises StaleEdit: somebody changed or withdrew a part of it meanwhile.
    """
    if not can_agree(by, pledge):
        raise AgreementRefused("Only a funder approver of the partner itself can agree its pledges.")
    contributions = _locked(Contribution.objects.filter(pledge=pledge))
    check_version(contributions, version)
    waiting = [one for one in contributions if one.state == ContributionState.PLEDGED]
    check_agreement(
        years=years,
        open_years=[one.year for one in waiting],
        decision_reference=decision_reference,
        approver=by.person.pk if by.person else 0,
        hands=hands_of(waiting),
    )
    agreed = [one for one in waiting if one.year in years]
    for one in agreed:
        check_move(ContributionState, NEXT, one.state, ContributionState.AGREED)
        one.state, one.agreed_at, one.agreed_by = ContributionState.AGREED, at, by.person
        one.decision_reference = decision_reference.strip()
        _save(one, by=by, at=at)
    _write_events(agreed, by=by, at=at, reason=decision_reference.strip())
    after = {str(one.year): one.amount for one in agreed}
    record(by=by, verb="agreed", on=pledge, after=after, reason=decision_reference.strip())
    send(about_agreement(pledge), by=by)
    return pledge


@transaction.atomic
def change_amount(*, contribution: Contribution, amount: Decimal, reason: str, by: Seat, version: int | None, at: datetime) -> Contribution:
    """Pledge another amount for the same year. What was agreed is not changed: it is withdrawn and pledged anew.

    :raises ChangeRefused: not the partner's officer, agreed already, no reason.
    :raises PledgeRefused: not an amount that can be pledged.
    :raises StaleEdit:
    """
    (contribution,) = _locked(Contribution.objects.filter(pk=contribution.pk))
    check_version([contribution], version)
    check_move(ContributionState, NEXT, contribution.state, ContributionState.PLEDGED)
    if not can_change(by, contribution):
        raise ChangeRefused("Only a funder officer of the partner itself can change its pledges.")
    check_change(amount=amount, before=contribution.amount, reason=reason)
    before, contribution.amount = contribution.amount, amount
    _save(contribution, by=by, at=at)
    _write_events([contribution], by=by, at=at, reason=reason.strip())
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
    (contribution,) = _locked(Contribution.objects.filter(pk=contribution.pk))
    check_version([contribution], version)
    check_move(ContributionState, NEXT, contribution.state, ContributionState.WITHDRAWN)
    if not can_withdraw(by, contribution):
        raise WithdrawalRefused("A pledge is withdrawn by a funder officer of its partner; what was agreed, by a funder approver.")
    check_withdrawal(reason=reason)
    lock(contribution.fund)
    pass_gate("contribution.withdraw", contribution)
    before, contribution.state = contribution.state, ContributionState.WITHDRAWN
    _save(contribution, by=by, at=at)
    _write_events([contribution], by=by, at=at, reason=reason.strip())
    record(by=by, verb="withdrew", on=contribution, before={"state": before}, after={"state": contribution.state}, reason=reason.strip())
    send(about_withdrawal(contribution), by=by)
    return contribution


def check_version(contributions: Collection[Contribution], version: int | None) -> None:
    """:raises StaleEdit: with who changed it last, and when."""
    if version == version_of(contributions):
        return
    raise stale(last_change(contributions))


def stale(last: Versioned | None, version: int | None = None) -> StaleEdit:
    """Who changed a row meanwhile, and when. :param version: the row's number now, for a form that goes on from there by itself."""
    who = f"{last.changed_by} changed this on {at_words(last.changed_at)}" if last and last.changed_at else "This has changed"
    return StaleEdit(f"{who}, after you opened the page. Read it again below, then send your answer once more.", version=version)


def _locked(contributions: "Iterable[Contribution]") -> list[Contribution]:
    """The rows as they are now, held until the end of the transaction, always in the same order."""
    rows = contributions.select_for_update(of=("self",), no_key=True)  # type: ignore[attr-defined]
    found = list(rows.select_related("pledge__pledged_by", "fund__host", "funder", "changed_by").order_by("pk"))
    if not found:
        raise Refusal("This is not one of your organisation's contributions.")
    return found


def _save(contribution: Contribution, *, by: Seat, at: datetime) -> None:
    mark_changed(contribution, by.person, at)
    contribution.save()


def _write_events(contributions: Iterable[Contribution], *, by: Seat, at: datetime, reason: str = "") -> None:
    ContributionEvent.objects.bulk_create(
        ContributionEvent(
            contribution=one, funder=one.funder, state=one.state, amount=one.amount, reason=reason, happened_at=at, happened_by=by.person
        )
        for one in contributions
    )


def send(letters: Iterable[Letter], *, by: Seat) -> None:
    for letter in letters:
        if letter.to:
            send_soon(to=letter.to, template=letter.template, context=letter.context, by=by)

"""Prepare the end of a year, and close it: two hands, and no way back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.budget.actions import CarriedOver
from funders.budget.actions import close_year as shut
from funders.contributions.actions import send, stale
from funders.pool.actions import lock
from funders.pool.models import PooledFund
from funders.year_end.messages import about_close, about_preparation
from funders.year_end.models import Accrual, PotClose, SurplusShare, YearClose
from funders.year_end.permissions import can_confirm, can_prepare
from funders.year_end.queries.outturn import (
    accruals_of,
    agreed_cash,
    asked_by_contract,
    kept_by_line,
    next_year_to_close,
    not_asked_for,
    outturn_of,
    possible_of,
    pots_of,
    snapshot_of,
    waiting_invoices,
)
from funders.year_end.rules import (
    CARRY,
    CHARITABLE,
    CONTINGENCY,
    Outturn,
    YearEndRefused,
    check_asked,
    check_choices,
    check_decision,
    check_hands,
    check_preparation,
    check_unchanged,
    surplus_shares,
)
from funders.year_end.states import NEXT, CloseState


@transaction.atomic
def prepare(*, fund: PooledFund, by: Seat, at: datetime) -> YearClose:
    """Keep the figures of the first year that is not closed, for a lead officer to confirm. An earlier preparation is replaced.

    :raises YearEndRefused: not the host's finance officer, a year that still runs, or invoices that wait for approval.
    """
    if not can_prepare(by, fund):
        raise YearEndRefused("Only a finance officer of the host partner prepares the end of a year.")
    fund = lock(fund)
    year = _ready(fund, next_year_to_close(fund), at)
    for earlier in YearClose.objects.filter(fund=fund, year=year, state=CloseState.PREPARED):
        earlier.state = CloseState.REPLACED
        mark_changed(earlier, by.person, at)
        earlier.save(update_fields=["state", "version", "changed_at", "changed_by"])
    made = YearClose.objects.create(fund=fund, host_id=fund.host_id, year=year, prepared_at=at, prepared_by=by.actor)
    for one in outturn_of(fund, year):
        _keep_pot(made, one)
    sides = {"close": made, "fund": fund, "host_id": fund.host_id}
    Accrual.objects.bulk_create(Accrual(invoice=one, amount=one.amount, **sides) for one in accruals_of(fund, year))
    record(by=by, verb="prepared", on=made, after={"fund": fund.code, "year": year, **_closing(made)})
    send(about_preparation(made), by=by)
    return made


@transaction.atomic
def confirm(
    *, close: YearClose, decision_reference: str, choices: Mapping[str, str], by: Seat, version: int | None, at: datetime
) -> YearClose:
    """Close the year for good: what is left of each pot becomes what the board chose, and the ledger takes nothing for the year any more.

    :param choices: by pot, what the board does with what is left of it.
    :raises YearEndRefused: not another person who leads for the host, no decision, no choice, or figures that have changed.
    :raises StaleEdit: somebody prepared it anew or confirmed it in between.
    """
    fund = lock(close.fund)
    close = _locked(close, version)
    check_move(CloseState, NEXT, close.state, CloseState.CLOSED)
    check_hands(prepared_by=close.prepared_by_id, confirmed_by=by.actor.pk)
    if not can_confirm(by, close):
        raise YearEndRefused("Only a lead officer of the host partner confirms the end of a year.")
    _ready(fund, close.year, at)
    check_decision(decision_reference)
    check_unchanged(snapshot_of(close), outturn_of(fund, close.year))
    pots = pots_of(close)
    possible = {one.pot: possible_of(one, fund) for one in pots}
    check_choices(choices, possible)
    carried: list[CarriedOver] = []
    for one in pots:
        one.choice = choices[one.pot] if possible[one.pot] else ""
        if one.choice:
            one.save(update_fields=["choice"])
        carried += _carried(one, close.year)
    kept, asked = kept_by_line(fund, close.year), asked_by_contract(fund, close.year)
    shut(fund=fund, year=close.year, kept=kept, asked=asked, carried=carried, by=by, at=at)
    close.state, close.closed_at, close.closed_by = CloseState.CLOSED, at, by.person
    close.decision_reference = decision_reference.strip()
    mark_changed(close, by.person, at)
    close.save(update_fields=["state", "closed_at", "closed_by", "decision_reference", "version", "changed_at", "changed_by"])
    after = {"fund": fund.code, "year": close.year, **{one.pot: one.choice for one in pots if one.choice}}
    record(by=by, verb="closed", on=close, after=after, reason=close.decision_reference)
    send(about_close(close), by=by)
    return close


def _ready(fund: PooledFund, year: int | None, at: datetime) -> int:
    """The year, if it can be prepared and closed now.

    :raises YearEndRefused:
    """
    check_preparation(year=year, today=in_london(at).date(), waiting=waiting_invoices(fund, year) if year is not None else 0)
    assert year is not None
    unsigned, unasked = not_asked_for(fund, year)
    check_asked(unsigned=unsigned, unasked=unasked, year=year)
    return year


def _keep_pot(close: YearClose, one: Outturn) -> PotClose:
    whose = {"fund": close.fund, "host_id": close.host_id}
    kept = PotClose.objects.create(
        close=close,
        **whose,
        pot=one.pot,
        opening_amount=one.opening,
        received_amount=one.received,
        paid_amount=one.paid,
        moved_amount=one.moved,
        closing_amount=one.closing,
        secured_amount=one.secured,
        spent_amount=one.spent,
        accrued_amount=one.accrued,
        surplus_amount=one.surplus,
    )
    agreed = agreed_cash(close.fund, close.year).get(one.pot, {}) if one.surplus and one.pot != CHARITABLE else {}
    shares = surplus_shares(one.surplus, list(agreed.values()))
    rows = zip(agreed.items(), shares, strict=bool(shares))
    SurplusShare.objects.bulk_create(
        SurplusShare(pot=kept, funder=who, agreed_amount=gave, amount=part, **whose) for (who, gave), part in rows
    )
    return kept


def _carried(one: PotClose, year: int) -> list[CarriedOver]:
    """A surplus leaves its year in any case; what goes back to partners comes into no other."""
    if not one.choice or one.surplus_amount <= 0:
        return []
    found = [CarriedOver(year, one.pot, -one.surplus_amount)]
    if one.choice in (CARRY, CONTINGENCY):
        found.append(CarriedOver(year + 1, one.pot, one.surplus_amount, one.choice == CONTINGENCY))
    return found


def _closing(close: YearClose) -> dict[str, str]:
    return {one.pot or "no pot": str(one.closing_amount) for one in close.pots.all()}


def _locked(close: YearClose, version: int | None) -> YearClose:
    """:raises StaleEdit: with who changed it last, and when."""
    rows = YearClose.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("fund__host", "prepared_by", "changed_by").get(pk=close.pk)
    if found.version != version:
        raise stale(found, found.version)
    return found

"""Contributions and pledges as keys with values."""

from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import at, join, on
from funders.contributions.forms import PledgeForm
from funders.contributions.models import Contribution, Pledge
from funders.contributions.states import OVER, ContributionState
from funders.contributions.tables.lists import Row, state_tag
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING, WHY


def contribution_rows(contribution: Contribution, districts: Mapping[str, str]) -> list[Row]:
    """:param districts: names by GSS code."""
    pledge = contribution.pledge
    rows: list[Row] = [
        {"key": "Partner", "value": str(contribution.funder)},
        {"key": "Fund", "value": str(contribution.fund)},
        {"key": "Financial year", "value": str(FinancialYear(contribution.year))},
        {"key": "Amount", "value": as_pounds(contribution.amount)},
        {"key": "Pot", "value": contribution.get_pot_display(), "note": WHY[contribution.pot]},
        {
            "key": "Pledge",
            "value": pledge.reference,
            "action_url": reverse("contributions:pledge", args=[pledge.reference]),
            "action_label": "Read",
        },
        conditions_row(contribution),
        *_condition_rows(contribution),
        *terms_rows(contribution, districts),
    ]
    if contribution.agreed_at:
        agreed = f"{contribution.agreed_by}, {at(contribution.agreed_at)}"
        rows.append({"key": "Agreed", "value": agreed, "note": f"Decision: {contribution.decision_reference}"})
    return rows


def conditions_row(contribution: Contribution) -> Row:
    """What the partner wrote beside its pledge, and why it does not hold the money back, where an approver said so."""
    row: Row = {"key": "Conditions", "value": contribution.pledge.conditions or "None"}
    because = contribution.unconditional_because
    return {**row, "note": f"Unconditional, as the approver said: {because}"} if because else row


def _condition_rows(contribution: Contribution) -> list[Row]:
    """What it waits for, and until when; nothing if it waits for nothing."""
    due, met = contribution.condition_due_on, contribution.condition_met_on
    if due is None:
        return []
    note = f"Met on {on(met)}." if met else f"Decided by {on(due)}. Until then this money stands apart, and no tender can rely on it."
    return [{"key": "Waits for", "value": contribution.condition, "note": note}]


def terms_rows(contribution: Contribution, districts: Mapping[str, str]) -> list[Row]:
    """On what it rests and what it may pay for, as far as that is said. :param districts: names by GSS code."""
    rows: list[Row] = []
    if contribution.purpose:
        rows.append({"key": "Only for", "value": contribution.purpose})
    if contribution.districts:
        rows.append({"key": "Only in", "value": join(districts.get(code, code) for code in contribution.districts)})
    if contribution.use_until:
        rows.append({"key": "Usable until", "value": on(contribution.use_until)})
    return rows


def reduction_rows(contribution: Contribution, *, amount: Decimal, decision_reference: str, reason: str) -> list[Row]:
    return [
        {"key": "Financial year", "value": str(FinancialYear(contribution.year))},
        {"key": "Agreed now", "value": as_pounds(contribution.amount)},
        {"key": "Lower amount", "value": as_pounds(amount)},
        {"key": "Decision", "value": decision_reference},
        {"key": "Reason", "value": reason},
    ]


def title_of(pledge: Pledge) -> str:
    """What its page is called: what stands in it says whether it is a figure, an answer or a pledge."""
    states = {one.state for one in pledge.contributions.all() if one.state not in OVER}
    if ContributionState.INDICATIVE in states:
        return "Indicative figure"
    return "Answer: nothing" if states == {ContributionState.NOTHING} else "Pledge"


def pledge_rows(pledge: Pledge) -> list[Row]:
    return [
        {"key": "Partner", "value": str(pledge.funder)},
        {"key": "Fund", "value": str(pledge.fund)},
        {"key": "Said on", "value": f"{on(pledge.pledged_at)} by {pledge.pledged_by}"},
        {"key": "Conditions", "value": pledge.conditions or "None"},
    ]


def check_rows(fund: PooledFund, form: PledgeForm) -> list[Row]:
    """What is about to be pledged."""
    amounts = form.amounts
    rows: list[Row] = [{"key": "Fund", "value": str(fund)}]
    rows += [_said_row(year, amount) for year, amount in sorted(amounts.items())]
    rows += [{"key": str(year), "value": "Not answered", "note": "The box is empty."} for year in form.years if year.start not in amounts]
    rows.append({"key": "Together", "value": as_pounds(sum(amounts.values(), NOTHING))})
    reason = [{"key": "Reason for giving nothing", "value": form.cleaned_data["reason"]}] if form.cleaned_data.get("reason") else []
    return [*rows, *reason, {"key": "Conditions", "value": form.cleaned_data["conditions"] or "None"}]


def _said_row(year: int, amount: Decimal) -> Row:
    row: Row = {"key": str(FinancialYear(year)), "value": as_pounds(amount)}
    return row if amount else {**row, "note": "You answer that you give nothing for this year."}


def change_rows(contribution: Contribution, *, amount: Decimal, reason: str) -> list[Row]:
    return [
        {"key": "Financial year", "value": str(FinancialYear(contribution.year))},
        {"key": "Amount now", "value": as_pounds(contribution.amount)},
        {"key": "New amount", "value": as_pounds(amount)},
        {"key": "Reason", "value": reason},
    ]


def withdrawal_rows(contribution: Contribution, *, reason: str) -> list[Row]:
    return [
        {"key": "Financial year", "value": str(FinancialYear(contribution.year))},
        {"key": "Amount", "value": as_pounds(contribution.amount)},
        {"key": "State", "value": state_tag(contribution.shown).label},
        {"key": "Reason", "value": reason},
    ]

"""Contributions and their history, as tables and as keys with values."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on
from commissioning.organisations.seat import Seat
from funders.contributions.forms import PledgeForm
from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.contributions.permissions import can_change
from funders.contributions.states import ContributionState
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING, WHY

COLOURS = {ContributionState.PLEDGED: "amber", ContributionState.AGREED: "green", ContributionState.WITHDRAWN: "grey"}
WORDS = {ContributionState.PLEDGED: "Pledged, not agreed", ContributionState.AGREED: "Agreed", ContributionState.WITHDRAWN: "Withdrawn"}
OWN_COLUMNS = (
    Column("year", "Year", "link"),
    Column("amount", "Amount", "money"),
    Column("state", "State", "tag"),
    Column("reference", "Reference"),
)
Row = dict[str, Any]


def state_tag(state: str) -> Tag:
    return Tag(WORDS[ContributionState(state)], COLOURS[ContributionState(state)])


def own_table(contributions: Iterable[Contribution], caption: str) -> Table:
    """Everything about them, for a file."""
    columns = (*OWN_COLUMNS, Column("fund", "Fund"), Column("pledged_on", "Pledged on", "day"))
    return Table(columns, [_own_row(one) for one in contributions], caption)


def own_page_table(contributions: Iterable[Contribution], caption: str, seat: Seat) -> Table:
    """Narrow enough for a telephone: the fund only where there are several, and what this seat can do with each."""
    listed = list(contributions)
    fund = [Column("fund", "Fund")] if len({one.fund_id for one in listed}) > 1 else []
    act = [Column("act", "You can", "link")] if any(can_change(seat, one) for one in listed) else []
    rows = [{**_own_row(one), "act": _change_link(one) if can_change(seat, one) else ""} for one in listed]
    return Table((*OWN_COLUMNS, *fund, *act), rows, caption)


def _own_row(one: Contribution) -> Row:
    return {
        "reference": one.reference,
        "year": Link(str(FinancialYear(one.year)), reverse("contributions:contribution", args=[one.reference])),
        "amount": one.amount,
        "state": state_tag(one.state),
        "fund": str(one.fund),
        "pledged_on": one.pledge.pledged_at,
    }


def _change_link(one: Contribution) -> Link:
    return Link(f"change {FinancialYear(one.year)}", reverse("contributions:change", args=[one.reference]))


def pledge_table(pledge: Pledge) -> Table:
    """The years of one pledge; withdrawn years stay in sight and out of the total."""
    columns = (
        Column("year", "Financial year", "link"),
        Column("amount", "Amount", "money"),
        Column("state", "State", "tag"),
        Column("decision", "Decision"),
    )
    contributions = list(pledge.contributions.all())
    rows = [
        {
            "year": Link(str(FinancialYear(one.year)), reverse("contributions:contribution", args=[one.reference])),
            "amount": one.amount,
            "state": state_tag(one.state),
            "decision": one.decision_reference,
        }
        for one in contributions
    ]
    standing = [one.amount for one in contributions if one.state != ContributionState.WITHDRAWN]
    return Table(columns, rows, "Amounts", total={"year": "Together", "amount": sum(standing), "state": "", "decision": ""})


def history_table(events: Iterable[ContributionEvent]) -> Table:
    columns = (
        Column("happened_at", "When", "moment"),
        Column("state", "What became of it", "tag"),
        Column("amount", "Amount", "money"),
        Column("who", "By"),
        Column("reason", "Reason or decision"),
    )
    rows = [
        {
            "happened_at": one.happened_at,
            "state": state_tag(one.state),
            "amount": one.amount,
            "who": str(one.happened_by),
            "reason": one.reason,
        }
        for one in events
    ]
    return Table(columns, rows, "History")


def contribution_rows(contribution: Contribution) -> list[Row]:
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
        {"key": "Conditions", "value": pledge.conditions or "None"},
    ]
    if contribution.agreed_at:
        agreed = f"{contribution.agreed_by}, {at(contribution.agreed_at)}"
        rows.append({"key": "Agreed", "value": agreed, "note": f"Decision: {contribution.decision_reference}"})
    return rows


def pledge_rows(pledge: Pledge) -> list[Row]:
    return [
        {"key": "Partner", "value": str(pledge.funder)},
        {"key": "Fund", "value": str(pledge.fund)},
        {"key": "Pledged", "value": f"{on(pledge.pledged_at)} by {pledge.pledged_by}"},
        {"key": "Conditions", "value": pledge.conditions or "None"},
    ]


def check_rows(fund: PooledFund, form: PledgeForm) -> list[Row]:
    """What is about to be pledged."""
    amounts = form.amounts
    rows: list[Row] = [{"key": "Fund", "value": str(fund)}]
    rows += [{"key": str(FinancialYear(year)), "value": as_pounds(amount)} for year, amount in sorted(amounts.items())]
    together = {"key": "Together", "value": as_pounds(sum(amounts.values(), NOTHING))}
    return [*rows, together, {"key": "Conditions", "value": form.cleaned_data["conditions"] or "None"}]


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
        {"key": "State", "value": WORDS[ContributionState(contribution.state)]},
        {"key": "Reason", "value": reason},
    ]

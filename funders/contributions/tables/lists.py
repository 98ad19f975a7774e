"""Contributions as lists, with the words of their states and what a reader can do with each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.organisations.seat import Seat
from funders.contributions.models import CONDITIONAL, Contribution, Pledge, Progress
from funders.contributions.permissions import (
    can_agree,
    can_change,
    can_firm_up,
    can_lapse,
    can_meet,
    can_reduce,
    can_set_condition,
    can_set_terms,
    can_unmeet,
    can_withdraw,
)
from funders.contributions.queries import lapse_reason
from funders.contributions.states import OVER, ContributionState

TAGS = {
    ContributionState.INDICATIVE: Tag("Indicative", "grey"),
    ContributionState.PLEDGED: Tag("Pledged, not agreed", "amber"),
    ContributionState.AGREED: Tag("Agreed", "green"),
    Progress.INVOICED: Tag("Invoiced", "blue"),
    Progress.PART: Tag("Received in part", "blue"),
    Progress.RECEIVED: Tag("Received", "green"),
    CONDITIONAL: Tag("Conditional", "orange"),
    ContributionState.NOTHING: Tag("Answered: nothing", "blue"),
    ContributionState.WITHDRAWN: Tag("Withdrawn", "grey"),
    ContributionState.LAPSED: Tag("Lapsed", "grey"),
}
OWN_COLUMNS = (
    Column("year", "Year", "link"),
    Column("amount", "Amount", "money"),
    Column("state", "State", "tag"),
    Column("reference", "Reference"),
)
Row = dict[str, Any]


def state_tag(standing: str) -> Tag:
    """:param standing: a state, `conditional`, or how far agreed money has come."""
    return TAGS[standing]


def own_table(contributions: Iterable[Contribution], caption: str) -> Table:
    """Everything about them, for a file."""
    columns = (*OWN_COLUMNS, Column("fund", "Fund"), Column("pledged_on", "Pledged on", "day"))
    return Table(columns, [_own_row(one) for one in contributions], caption)


def own_page_table(contributions: Iterable[Contribution], caption: str, seat: Seat) -> Table:
    """Narrow enough for a telephone: the fund only where there are several, and what this seat can do with each."""
    listed = list(contributions)
    fund = [Column("fund", "Fund")] if len({one.fund_id for one in listed}) > 1 else []
    links = [_act_link(one, seat) for one in listed]
    act = [Column("act", "You can", "link")] if any(links) else []
    rows = [{**_own_row(one), "act": link} for one, link in zip(listed, links, strict=True)]
    return Table((*OWN_COLUMNS, *fund, *act), rows, caption)


def _own_row(one: Contribution) -> Row:
    return {
        "reference": one.reference,
        "year": Link(str(FinancialYear(one.year)), reverse("contributions:contribution", args=[one.reference])),
        "amount": one.amount,
        "state": state_tag(one.shown),
        "fund": str(one.fund),
        "pledged_on": one.pledge.pledged_at,
    }


def _act_link(one: Contribution, seat: Seat) -> Link | str:
    """The step that the list itself offers: change the amount, or pledge after an answer of nothing."""
    if one.is_nothing and can_firm_up(seat, one):
        return Link(f"pledge for {FinancialYear(one.year)} after all", reverse("contributions:firm_up", args=[one.reference]))
    if can_change(seat, one):
        return Link(f"change {FinancialYear(one.year)}", reverse("contributions:change", args=[one.reference]))
    return ""


@dataclass(frozen=True)
class Act:
    """A step that the reader can take, as a button; the first one stands out."""

    label: str
    url: str


def acts_of(contribution: Contribution, seat: Seat, today: date) -> list[Act]:
    """What this seat can do with a contribution now, the next step first."""
    waits_to_be_agreed = contribution.state == ContributionState.PLEDGED
    steps = [
        ("contributions:firm_up", "Pledge after all" if contribution.is_nothing else "Make it a pledge", can_firm_up(seat, contribution)),
        ("contributions:met", "The condition is met", can_meet(seat, contribution)),
        ("contributions:change", "Change the amount", can_change(seat, contribution)),
        (
            "contributions:condition",
            "Change the condition" if contribution.condition else "Set a condition",
            can_set_condition(seat, contribution),
        ),
        ("contributions:unmet", "The condition is open again", can_unmeet(seat, contribution)),
        ("contributions:terms", "Set the terms", can_set_terms(seat, contribution)),
        ("contributions:reduce", "Lower the amount", can_reduce(seat, contribution)),
        ("contributions:withdraw", "Withdraw", can_withdraw(seat, contribution)),
        ("contributions:lapse", "It has lapsed", can_lapse(seat, contribution) and bool(lapse_reason(contribution, today))),
    ]
    acts = [Act(label, reverse(name, args=[contribution.reference])) for name, label, may in steps if may]
    if waits_to_be_agreed and can_agree(seat, contribution.pledge):
        acts.insert(0, Act("Read and agree", reverse("contributions:agree", args=[contribution.pledge.reference])))
    return acts


def pledge_table(pledge: Pledge) -> Table:
    """The years of one pledge; withdrawn years stay in sight and out of the total."""
    contributions = list(pledge.contributions.all())
    columns = (
        Column("year", "Financial year", "link"),
        Column("amount", "Amount", "money"),
        Column("state", "State", "tag"),
        Column("decision", "Decision"),
        *([Column("waits_for", "Waits for")] if any(one.condition for one in contributions) else []),
    )
    rows = [
        {
            "year": Link(str(FinancialYear(one.year)), reverse("contributions:contribution", args=[one.reference])),
            "amount": one.amount,
            "state": state_tag(one.shown),
            "decision": one.decision_reference,
            "waits_for": one.condition,
        }
        for one in contributions
    ]
    standing = [one.amount for one in contributions if one.state not in OVER]
    return Table(
        columns, rows, "Amounts", total={"year": "Together", "amount": sum(standing), "state": "", "decision": "", "waits_for": ""}
    )

"""Contributions and their history, as tables and as keys with values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, join, on
from commissioning.organisations.seat import Seat
from funders.contributions.forms import PledgeForm
from funders.contributions.models import CONDITIONAL, Contribution, ContributionEvent, Pledge
from funders.contributions.permissions import (
    can_add_evidence,
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
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING, WHY

TAGS = {
    ContributionState.INDICATIVE: Tag("Indicative", "grey"),
    ContributionState.PLEDGED: Tag("Pledged, not agreed", "amber"),
    ContributionState.AGREED: Tag("Agreed", "green"),
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
    """:param standing: a state, or `conditional`."""
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
        "state": state_tag(one.standing),
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
            "state": state_tag(one.standing),
            "decision": one.decision_reference,
            "waits_for": one.condition,
        }
        for one in contributions
    ]
    standing = [one.amount for one in contributions if one.state not in OVER]
    return Table(
        columns, rows, "Amounts", total={"year": "Together", "amount": sum(standing), "state": "", "decision": "", "waits_for": ""}
    )


def history_table(events: Iterable[ContributionEvent], seat: Seat, reference: str) -> Table:
    """:param reference: of the contribution, for the links to its evidence."""
    columns = (
        Column("happened_at", "When", "moment"),
        Column("state", "What became of it", "tag"),
        Column("amount", "Amount", "money"),
        Column("who", "By"),
        Column("reason", "Reason or decision"),
        Column("evidence", "Evidence", "link"),
    )
    rows = [
        {
            "happened_at": one.happened_at,
            "state": Tag(one.get_step_display(), "blue") if one.step else state_tag(one.state),
            "amount": one.amount,
            "who": str(one.happened_by or "The calendar"),
            "reason": _reason(one),
            "evidence": _evidence(one, seat, reference),
        }
        for one in events
    ]
    return Table(columns, rows, "History")


def _reason(event: ContributionEvent) -> str:
    return f"From {on(event.effective_on)}. {event.reason}".strip() if event.effective_on else event.reason


def _evidence(event: ContributionEvent, seat: Seat, reference: str) -> Link | str:
    found = getattr(event, "evidence", None)
    if found:
        return Link(found.name, reverse("contributions:evidence", args=[found.reference]))
    address = reverse("contributions:add_evidence", args=[reference, event.pk])
    return Link(f"add a file for {event.said.lower()}", address) if can_add_evidence(seat, event) else ""


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
        {"key": "State", "value": state_tag(contribution.standing).label},
        {"key": "Reason", "value": reason},
    ]

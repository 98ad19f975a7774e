"""Gifts in kind as tables and as keys with values. Their values stand in columns of their own, never in one with money."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on
from funders.in_kind.models import Gift, GiftEvent
from funders.in_kind.states import InKindState

TAGS = {
    InKindState.PLEDGED: Tag("Pledged, not agreed", "amber"),
    InKindState.AGREED: Tag("Agreed", "green"),
    InKindState.WITHDRAWN: Tag("Withdrawn", "grey"),
}
COLUMNS = (
    Column("what", "What", "link"),
    Column("funder", "Partner"),
    Column("period", "From and until"),
    Column("value", "Value, not cash", "money"),
    Column("state", "State", "tag"),
)
FILE_COLUMNS = (
    Column("reference", "Reference"),
    *COLUMNS[:2],
    Column("kind", "Kind"),
    Column("starts_on", "First day", "day"),
    Column("ends_on", "Last day", "day"),
    Column("fte", "FTE"),
    Column("months", "Months"),
    Column("rate", "Yearly rate", "money"),
    *COLUMNS[3:],
    Column("fund", "Fund"),
)
CAPTION = "In kind, never cash"
Row = dict[str, Any]


def state_tag(gift: Gift) -> Tag:
    return TAGS[InKindState(gift.state)]


def gifts_table(gifts: Iterable[Gift], *, columns: tuple[Column, ...] = COLUMNS, links: bool = True) -> Table:
    """:param links: whether the reader may open each of them."""
    note = "Posts, premises and other things add to what is there, and never to money: they are in no sum of cash and cover no gap."
    return Table(columns, [_row(one, links=links) for one in gifts], CAPTION, notes=[note])


def _row(one: Gift, *, links: bool) -> Row:
    return {
        "reference": one.reference,
        "what": Link(one.title, reverse("in_kind:gift", args=[one.reference])) if links else one.title,
        "funder": str(one.funder),
        "kind": one.get_kind_display(),
        "period": f"{_short(one.starts_on)} to {_short(one.ends_on)}",
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "fte": one.fte,
        "months": one.months,
        "rate": one.annual_rate_amount,
        "value": one.value_amount,
        "state": state_tag(one),
        "fund": str(one.fund),
    }


def _short(day: Any) -> str:
    return on(day).partition(" ")[2]


def reckoning(gift: Gift) -> str:
    """ "0.6 FTE x 7 months x £41,385.00 / 12", or how it was valued."""
    if gift.fte is None or gift.annual_rate_amount is None:
        return gift.valued_how
    months = f"{gift.months} month{'s' if gift.months != 1 else ''}"
    return f"{gift.fte.normalize():f} FTE × {months} × {as_pounds(gift.annual_rate_amount)} a year ÷ 12"


def gift_rows(gift: Gift) -> list[Row]:
    rows: list[Row] = [
        {"key": "Partner", "value": str(gift.funder)},
        {"key": "Fund", "value": str(gift.fund)},
        {"key": gift.get_kind_display(), "value": gift.title},
        {"key": "From and until", "value": f"{_short(gift.starts_on)} to {_short(gift.ends_on)}"},
        {"key": "Value, not cash", "value": as_pounds(gift.value_amount), "note": reckoning(gift)},
        {"key": "What shows that it exists", "value": gift.evidence_note},
        {"key": "Offered", "value": f"{gift.pledged_by}, {at(gift.pledged_at)}"},
    ]
    if found := getattr(gift, "evidence", None):
        file = {"action_url": reverse("in_kind:evidence", args=[found.reference]), "action_label": "Download"}
        rows.append({"key": "Evidence", "value": found.name, **file})
    if gift.agreed_at:
        rows.append({"key": "Agreed", "value": f"{gift.agreed_by}, {at(gift.agreed_at)}", "note": f"Decision: {gift.decision_reference}"})
    return rows


def history_table(events: Iterable[GiftEvent]) -> Table:
    columns = (
        Column("happened_at", "When", "moment"),
        Column("state", "What became of it", "tag"),
        Column("who", "By"),
        Column("reason", "Reason or decision"),
    )
    rows = [
        {"happened_at": one.happened_at, "state": TAGS[InKindState(one.state)], "who": str(one.happened_by), "reason": one.reason}
        for one in events
    ]
    return Table(columns, rows, "History")

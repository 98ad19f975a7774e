"""Years and their state, the outturn of each pot, shares in what is left, and accruals, as tables."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.kernel.words import at, on
from commissioning.organisations.seat import Seat
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.rules import NOTHING
from funders.spending.models import ProviderInvoice
from funders.year_end.models import PotClose, SharePayout, SurplusShare, YearClose
from funders.year_end.permissions import can_pay_share, can_reverse
from funders.year_end.queries.outturn import YearStanding
from funders.year_end.queries.shares import Returned
from funders.year_end.rules import Outturn
from funders.year_end.states import CloseState

OPEN = Tag("Open", "blue")
TAGS = {CloseState.PREPARED: Tag("Prepared, not confirmed", "amber"), CloseState.CLOSED: Tag("Closed", "green")}
CASH = ("opening", "received", "paid", "moved", "closing")
PROMISE = ("secured", "spent", "accrued", "surplus")
CASH_COLUMNS = (
    Column("pot", "Pot"),
    Column("opening", "Opening", "money"),
    Column("received", "Received", "money"),
    Column("paid", "Paid out", "money"),
    Column("moved", "From other pots", "money"),
    Column("closing", "Closing", "money"),
)
PROMISE_COLUMNS = (
    Column("pot", "Pot"),
    Column("secured", "Secured", "money"),
    Column("spent", "Paid for the year", "money"),
    Column("accrued", "Accrued", "money"),
    Column("surplus", "Left, or missing", "money"),
    Column("choice", "The board’s choice"),
)
FILE_COLUMNS = (
    Column("year", "Year"),
    *(one for one in CASH_COLUMNS if one.key != "moved"),
    *PROMISE_COLUMNS[1:],
    *(one for one in CASH_COLUMNS if one.key == "moved"),
)
NO_POT = "In no pot: suspense and one-off calls"
CASH_NOTE = (
    "Opening, and what came in, less what was paid out, is closing, by the days on which the money moved. The next year opens with it. "
    "What moved between pots is in the column of its own where something did."
)
PROMISE_NOTE = (
    "What is left is what was secured, less what was paid by the last day for services of the year, less what was approved and not paid by then. "
    "An instalment that a partner still owes is that partner’s debt, so it counts as secured."
)
SHARE_NOTE = "Shares follow the agreed cash of the pot, to the penny. Restricted charitable grants keep their purpose and are not shared."
Row = dict[str, Any]


def state_tag(close: YearClose | None) -> Tag:
    return TAGS[CloseState(close.state)] if close else OPEN


def years_table(standings: Iterable[YearStanding], fund: PooledFund) -> Table:
    columns = (
        Column("year", "Year", "link"),
        Column("state", "State", "tag"),
        Column("prepared", "Prepared"),
        Column("closed", "Closed"),
        Column("decision", "Decision of the board"),
    )
    rows = [
        {
            "year": Link(str(one.year), f"{reverse('year_end:years', args=[fund.code])}?year={one.year.code}"),
            "state": state_tag(one.close),
            "prepared": f"{at(one.close.prepared_at)}, by {one.close.prepared_by}" if one.close else "",
            "closed": f"{at(one.close.closed_at)}, by {one.close.closed_by}" if one.close and one.close.closed_at else "",
            "decision": one.close.decision_reference if one.close else "",
        }
        for one in standings
    ]
    return Table(columns, rows, "Years of the fund")


def cash_table(outturn: Sequence[Outturn], year: FinancialYear) -> Table:
    rows = [_row(one) for one in outturn]
    columns = [one for one in CASH_COLUMNS if one.key != "moved" or any(row["moved"] for row in rows)]
    return Table(columns, rows, f"Cash of {year}, by pot", total=_total(rows, CASH), notes=[CASH_NOTE])


def promise_table(outturn: Sequence[Outturn], year: FinancialYear, choices: Mapping[str, str]) -> Table:
    """What is left of what was secured. :param choices: the board's choice by pot, in words."""
    rows = [_row(one, choices) for one in outturn if one.pot]
    columns = PROMISE_COLUMNS if any(choices.values()) else PROMISE_COLUMNS[:-1]
    return Table(columns, rows, f"What is left of {year}, by pot", total={**_total(rows, PROMISE), "choice": ""}, notes=[PROMISE_NOTE])


def outturn_file(outturn: Sequence[Outturn], year: FinancialYear, choices: Mapping[str, str]) -> Table:
    rows = [{"year": str(year), **_row(one, choices)} for one in outturn]
    total = {"year": "", **_total(rows, (*CASH, *PROMISE)), "choice": ""}
    return Table(FILE_COLUMNS, rows, f"Outturn of {year}", total=total, notes=[CASH_NOTE, PROMISE_NOTE])


def _row(one: Outturn, choices: Mapping[str, str] | None = None) -> Row:
    amounts = {name: getattr(one, name) for name in (*CASH, *PROMISE)}
    return {"pot": LegalBasis(one.pot).label if one.pot else NO_POT, **amounts, "choice": (choices or {}).get(one.pot, "")}


def _total(rows: Iterable[Row], names: Sequence[str]) -> Row:
    listed = list(rows)
    return {"pot": "Together", **{name: sum((row[name] for row in listed), NOTHING) for name in names}}


def choices_of(pots: Iterable[PotClose]) -> dict[str, str]:
    return {one.pot: one.get_choice_display() if one.choice else "" for one in pots}


def shares_table(pots: Iterable[PotClose]) -> Table:
    columns = (
        Column("pot", "Pot"),
        Column("funder", "Partner"),
        Column("agreed", "Agreed cash", "money"),
        Column("part", "Part", "percent"),
        Column("amount", "Share of what is left", "money"),
    )
    rows = [row for one in pots for row in _share_rows(one)]
    return Table(columns, rows, "Each partner’s share of what is left", notes=[SHARE_NOTE])


def _share_rows(pot: PotClose) -> list[Row]:
    shares = list(pot.shares.all())
    whole = sum((one.agreed_amount for one in shares), NOTHING)
    return [
        {
            "pot": pot.get_pot_display(),
            "funder": str(one.funder),
            "agreed": one.agreed_amount,
            "part": (one.agreed_amount * 100 / whole).quantize(Decimal("0.01")),
            "amount": one.amount,
        }
        for one in shares
    ]


RETURNED_COLUMNS = (
    Column("funder", "Partner"),
    Column("pot", "Pot"),
    Column("amount", "Share", "money"),
    Column("state", "Standing", "tag"),
    Column("paid_on", "Paid on", "day"),
    Column("bank_reference", "Bank reference"),
)
TO_PAY, PAID_BACK = Tag("To be paid", "amber"), Tag("Paid back", "green")
RETURNED_NOTE = (
    "Each share is paid whole, by another person than the one who confirmed the year end, once the partner owes nothing for the year."
)


def returned_table(rows: Iterable[Returned], seat: Seat) -> Table:
    """What goes back to partners, with the step that the reader can take."""
    listed = [(one, _step(one, seat)) for one in rows]
    columns = (*RETURNED_COLUMNS, *([Column("step", "What you can do", "link")] if any(step for _, step in listed) else []))
    found = [
        {
            "funder": str(one.share.funder),
            "pot": one.share.pot.get_pot_display(),
            "amount": one.share.amount,
            "state": PAID_BACK if one.payout else TO_PAY,
            "paid_on": one.payout.paid_on if one.payout else None,
            "bank_reference": one.payout.bank_reference if one.payout else "",
            "step": step,
        }
        for one, step in listed
    ]
    return Table(columns, found, "What goes back to the partners", notes=[RETURNED_NOTE])


def _step(one: Returned, seat: Seat) -> Link | None:
    if one.payout:
        url = reverse("year_end:reverse_payout", args=[one.payout.reference])
        return Link(f"Reverse {one.payout.bank_reference}", url) if can_reverse(seat, one.payout) else None
    if not can_pay_share(seat, one.share):
        return None
    return Link(f"Pay {one.share.funder}", reverse("year_end:pay_share", args=[one.share.pot.close.reference, one.number]))


def share_rows(share: SurplusShare) -> list[Row]:
    year = FinancialYear(share.pot.close.year)
    return [
        {"key": "Partner", "value": str(share.funder)},
        {"key": "Share", "value": as_pounds(share.amount)},
        {"key": "Pot", "value": share.pot.get_pot_display()},
        {"key": "What is returned", "value": f"{as_pounds(share.pot.surplus_amount)} that was left of {year}"},
    ]


def payout_rows(payout: SharePayout) -> list[Row]:
    return [
        *share_rows(payout.share),
        {"key": "Paid", "value": f"{on(payout.paid_on)}, recorded by {payout.recorded_by}"},
        {"key": "Bank reference", "value": payout.bank_reference},
    ]


def accruals_table(invoices: Iterable[ProviderInvoice], year: FinancialYear) -> Table:
    columns = (
        Column("invoice", "Invoice", "link"),
        Column("provider", "Provider"),
        Column("area", "Contract area"),
        Column("services", "What for"),
        Column("amount", "Accrued", "money"),
    )
    rows = [
        {
            "invoice": Link(one.number, reverse("spending:invoice", args=[one.reference])),
            "provider": str(one.provider),
            "area": str(one.contract.area),
            "services": one.services,
            "amount": one.amount,
        }
        for one in invoices
    ]
    total = {"invoice": "Together", "provider": "", "area": "", "services": "", "amount": sum((row["amount"] for row in rows), NOTHING)}
    return Table(columns, rows, f"Accruals: approved for {year} and not paid by its last day", total=total)

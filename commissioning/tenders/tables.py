from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.tenders.models import Tender
from commissioning.tenders.queries import LotView, effective_state
from commissioning.tenders.states import TenderState

COLOURS = {
    TenderState.DRAFT: "grey",
    TenderState.PUBLISHED: "green",
    TenderState.CLOSED: "purple",
    TenderState.OPENED: "blue",
    TenderState.MODERATED: "blue",
    TenderState.AWARDED: "teal",
    TenderState.CONTRACTED: "teal",
    TenderState.ABANDONED: "red",
}
SHOWN_COLUMNS = (
    Column("title", "Tender", "link"),
    Column("stage", "Stage", "tag"),
    Column("commissioner", "Commissioner"),
    Column("lots", "Lots", "count"),
    Column("year_amount", "A year", "money"),
    Column("deadline", "Deadline", "moment"),
)
FILE_COLUMNS = (*SHOWN_COLUMNS, Column("reference", "Reference"))


def stage_tag(tender: Tender) -> Tag:
    state = effective_state(tender, timezone.now())
    return Tag(state.label, COLOURS[state])


def tender_table(tenders: Iterable[Any], route: str = "tenders:detail", columns: Sequence[Column] = SHOWN_COLUMNS) -> Table:
    """:param tenders: with `lot_count` and `year_amount`."""
    rows = (
        {
            "title": Link(one.title, reverse(route, args=[one.reference])),
            "stage": stage_tag(one),
            "commissioner": one.commissioner.name,
            "lots": one.lot_count,
            "year_amount": one.year_amount,
            "deadline": one.deadline,
            "reference": one.reference,
        }
        for one in tenders
    )
    return Table(columns, rows, caption="Tenders")


def lot_table(lots: Iterable[LotView], term_months: int) -> Table:
    """The lots with their districts, pounds a year and over the whole term (without options)."""
    columns = (
        Column("lot", "Lot"),
        Column("districts", "Districts"),
        Column("year", "A year", "money"),
        Column("term", "Whole term, without options", "money"),
    )
    rows = [
        {"lot": one.label, "districts": ", ".join(one.districts), "year": one.annual_amount, "term": one.annual_amount * term_months / 12}
        for one in lots
    ]
    total = {"lot": "All lots", "year": sum(row["year"] for row in rows), "term": sum(row["term"] for row in rows)}
    return Table(columns, rows, caption="Lots", total=total if len(rows) > 1 else None)

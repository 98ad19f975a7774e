"""Tiles and places that the common ground gives to the front page."""

from collections.abc import Iterator

from django.urls import reverse

from commissioning.bids.permissions import BIDDERS
from commissioning.home.registry import Place, Tile, register_place, register_tiles
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.reports.permissions import READERS, can_make
from commissioning.reports.queries import latest_published, reports_in_hand
from commissioning.reports.states import ReportState
from commissioning.tenders.permissions import READERS as TENDER_READERS

STEPS = {
    ReportState.PLANNED: "Not built yet.",
    ReportState.PROVISIONAL: "Built from the returns that are in. Freeze it when everything is accepted.",
    ReportState.FROZEN: "Frozen. Publish it, so that the partners can read it.",
}


@register_tiles
def report_tiles(seat: Seat) -> Iterator[Tile]:
    """The report in hand for those who make it, the newest published one for all who read."""
    if can_make(seat):
        for report in reports_in_hand():
            yield Tile(
                title=f"Report, {report.period.name}",
                value=report.get_state_display(),
                sentence=STEPS[ReportState(report.state)],
                url=reverse("reports:page", args=[report.period.code]),
                urgent=report.state == ReportState.FROZEN,
                group="Reports",
            )
    newest = latest_published() if seat.has(*READERS) else None
    if newest:
        yield Tile(
            title=f"Report, {newest.period.name}",
            value="Published",
            sentence="What changed, what to decide and what the money bought.",
            url=reverse("reports:page", args=[newest.period.code]),
            group="Reports",
        )


register_place(Place("Home", "home", order=1))
register_place(Place("Reports", "reports:list", frozenset(READERS), order=70))
register_place(Place("Audit trail", "audit:trail", frozenset({Role.AUDITOR, Role.LEAD_OFFICER, Role.ADMINISTRATOR}), order=95))
register_place(Place("Bids", "bids:list", frozenset(BIDDERS), order=31))
register_place(Place("Tenders", "tenders:list", frozenset(TENDER_READERS), order=30))
register_place(Place("People", "organisations:people", frozenset({Role.ADMINISTRATOR}), order=90))

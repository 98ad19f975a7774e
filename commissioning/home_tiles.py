"""Tiles and places that the common ground gives to the front page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from commissioning.bids.permissions import BIDDERS, is_bidder
from commissioning.bids.queries import opportunities_for
from commissioning.bids.states import BidState
from commissioning.contracts.permissions import READERS as CONTRACT_READERS
from commissioning.contracts.queries import awards_in_hand, contracts_in_hand
from commissioning.evaluation.permissions import PANEL
from commissioning.evaluation.queries.waiting import (
    bids_with_outcome,
    lots_to_propose,
    records_to_confirm,
    tenders_in_hand,
    tenders_to_mark,
)
from commissioning.evaluation.states import AwardState
from commissioning.home.registry import Place, Tile, register_place, register_tiles
from commissioning.kernel.words import at, count, on, plural
from commissioning.organisations.queries import people_of, waiting_invitations
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.reports.permissions import READERS, can_make
from commissioning.reports.queries import reports_of_note
from commissioning.reports.states import ReportState
from commissioning.tenders.models import Tender
from commissioning.tenders.permissions import READERS as TENDER_READERS
from commissioning.tenders.permissions import is_officer
from commissioning.tenders.states import TenderState

STEPS = {
    ReportState.PLANNED: "Not built yet.",
    ReportState.PROVISIONAL: "Built from the returns that are in. Freeze it when everything is accepted.",
    ReportState.FROZEN: "Frozen. Publish it, so that the partners can read it.",
    ReportState.PUBLISHED: "What changed, what to decide and what the money bought.",
}

BIDDING = "Tenders and bids"
NEXT_STEP = {
    TenderState.OPENED: "The bids are opened. The panel marks them, then the marks are moderated.",
    TenderState.MODERATED: "Moderation is closed. Propose the award of each lot.",
}


@register_tiles
def report_tiles(seat: Seat) -> Iterator[Tile]:
    """The report in hand for those who make it, the newest published one for all who read."""
    if not seat.has(*READERS):
        return
    for report in reports_of_note(in_hand=can_make(seat)):
        yield Tile(
            title=f"Report, {report.name}",
            value=report.state.label,
            sentence=STEPS[report.state],
            url=reverse("reports:page", args=[report.code]),
            urgent=report.state == ReportState.FROZEN,
            group="Reports",
        )


register_place(Place("Home", "home", order=1))


@register_tiles
def tender_tiles(seat: Seat) -> Iterator[Tile]:
    """Drafts to publish, bids to open, bids in evaluation."""
    if not is_officer(seat):
        return
    found = tenders_in_hand(seat)
    urgent = lots_to_propose(found)
    for tender in found:
        yield _next_of(tender, urgent=tender.pk in urgent)


def _next_of(tender: Tender, *, urgent: bool) -> Tile:
    """What its officer does next with a tender."""
    if tender.state == TenderState.DRAFT:
        url = reverse("tenders:detail", args=[tender.reference])
        return Tile(tender.title, "Draft", "See what it still needs before it can be published.", url, group=BIDDING)
    if tender.state in NEXT_STEP:
        url = reverse("evaluation:tender", args=[tender.reference])
        return Tile(tender.title, tender.get_state_display(), NEXT_STEP[TenderState(tender.state)], url, urgent=urgent, group=BIDDING)
    url = reverse("bids:opening", args=[tender.reference])
    return Tile(tender.title, "Open the bids", "The deadline has passed. Two officers open together.", url, urgent=True, group=BIDDING)


@register_tiles
def bid_tiles(seat: Seat) -> Iterator[Tile]:
    """What can be bid for, and how far one's own bid is."""
    if not is_bidder(seat):
        return
    now = timezone.now()
    for one in opportunities_for(seat, now):
        if one.bid is None:
            url, value = reverse("publication:tender", args=[one.tender.reference]), "Open for bids"
        else:
            url, value = reverse("bids:detail", args=[one.bid.reference]), one.bid.get_state_display()
        urgent = one.bid is not None and one.bid.state != BidState.SUBMITTED
        yield Tile(one.tender.title, value, f"Deadline {at(one.tender.deadline, now)}.", url, urgent=urgent, order=20, group=BIDDING)


@register_tiles
def evaluation_tiles(seat: Seat) -> Iterator[Tile]:
    """Interests to declare, bids to mark, awards to decide, outcomes to read."""
    if seat.has(Role.EVALUATOR):
        yield from _to_evaluate(seat)
    if seat.has(Role.BID_MANAGER):
        for bid in bids_with_outcome(seat):
            url = reverse("evaluation:outcome", args=[bid.reference])
            yield Tile(f"Outcome of {bid.reference}", "", f"{bid.tender.title}: read your marks and their reasons.", url, group=BIDDING)


def _to_evaluate(seat: Seat) -> Iterator[Tile]:
    """What an evaluator declares, marks and confirms."""
    for tender in tenders_to_mark(seat):
        url = reverse("evaluation:tender", args=[tender.reference])
        if not tender.declared:
            sentence = "Declare your interests, before you see anything of a bid."
            yield Tile(
                tender.title, "Declare", sentence, reverse("evaluation:declare", args=[tender.reference]), urgent=True, group=BIDDING
            )
        elif tender.offers > tender.given and not tender.interested:
            sentence = "Mark each answer by itself, by the words of the scale."
            yield Tile(tender.title, f"{tender.given} of {tender.offers} marked", sentence, url, urgent=True, group=BIDDING)
    for one in records_to_confirm(seat):
        url = reverse("evaluation:lot", args=[one.tender.reference, one.lot.number])
        yield Tile(f"Record of lot {one.lot.number}", "To confirm", f"{one.tender.title}: {one.lot.area}.", url, urgent=True, group=BIDDING)


@register_tiles
def award_tiles(seat: Seat) -> Iterator[Tile]:
    """Awards to decide, and awards for which a contract is to be drawn up."""
    for award in awards_in_hand(seat):
        if award.state == AwardState.APPROVED:
            url = reverse("contracts:make", args=[award.reference])
            yield Tile(f"Contract for {award.area}", "To draw up", "The award is approved.", url, urgent=True, group="Contracts")
        else:
            url = reverse("evaluation:decide", args=[award.tender, award.lot])
            sentence = f"{award.title}: {award.area}."
            yield Tile(f"Award of lot {award.lot}", "To decide", sentence, url, urgent=True, group=BIDDING)


@register_tiles
def contract_tiles(seat: Seat) -> Iterator[Tile]:
    """Contracts to sign, and notice days that come near."""
    found = contracts_in_hand(seat, timezone.localdate())
    for contract in found.to_sign:
        url = reverse("contracts:sign", args=[contract.reference])
        yield Tile(contract.title, "To sign", "Read the terms, then sign for your organisation.", url, urgent=True, group="Contracts")
    for notice in found.notices:
        url = reverse("contracts:contract", args=[notice.reference])
        sentence = f"Option {notice.number} needs notice by {on(notice.notice_by)}."
        yield Tile(notice.title, "Notice", sentence, url, group="Contracts")


@register_tiles
def people_tiles(seat: Seat) -> Iterator[Tile]:
    """Who has a role in the administrator's organisation, and whom it has invited."""
    if not seat.has(Role.ADMINISTRATOR):
        return
    waiting = waiting_invitations(seat, timezone.now()).count()
    invited = f"{plural(waiting, 'invitation')} not answered yet." if waiting else "No invitation is open."
    url = reverse("organisations:people")
    yield Tile("People with a role", count(people_of(seat).count()), invited, url, group="People and records")


register_place(Place("Reports", "reports:list", frozenset(READERS), order=70))
register_place(Place("Audit trail", "audit:trail", frozenset({Role.AUDITOR, Role.LEAD_OFFICER, Role.ADMINISTRATOR}), order=95))
register_place(Place("Bids", "bids:list", frozenset(BIDDERS), order=31))
register_place(Place("Tenders", "tenders:list", frozenset(TENDER_READERS), order=30))
register_place(Place("Needs", "needs:list", frozenset({Role.COMMISSIONER, Role.LEAD_OFFICER, Role.BOARD_MEMBER}), order=60))
register_place(Place("Areas", "areas:list", frozenset({Role.COMMISSIONER, Role.LEAD_OFFICER, Role.BOARD_MEMBER}), order=61))
register_place(Place("People", "organisations:people", frozenset({Role.ADMINISTRATOR}), order=90))
register_place(Place("Evaluation", "evaluation:list", frozenset(PANEL), order=32))
register_place(Place("Outcomes", "evaluation:outcomes", frozenset({Role.BID_MANAGER}), order=33))
register_place(Place("Contracts", "contracts:list", frozenset(CONTRACT_READERS), order=40))

"""Tables of the evaluation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from commissioning.bids.models import Attachment, Bid
from commissioning.evaluation.permissions import is_evaluator, is_officer_of
from commissioning.evaluation.queries.moderation import LotProgress, OfferRecord
from commissioning.evaluation.queries.panel import Member, Standing
from commissioning.evaluation.queries.results import LotOutcome, LotResult, Place
from commissioning.evaluation.rules import SCALE, Ranked, shown
from commissioning.evaluation.states import AwardState
from commissioning.kernel import words
from commissioning.kernel.tables import Column, Link, Table, Tag
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.states import TenderState
from commissioning.tenders.tables import stage_tag

STANDING_COLOURS = {Standing.CLEARED: "green", Standing.UNDECLARED: "amber", Standing.INTEREST: "red", Standing.TIED: "red"}
AWARD_COLOURS = {AwardState.PROPOSED: "amber", AwardState.APPROVED: "green", AwardState.REFUSED: "red"}
WIDE_SPREAD = 2


@dataclass(frozen=True)
class Stage:
    title: str
    state: str
    note: str = ""
    url: str = ""


def stages_of(tender: Tender) -> list[Stage]:
    """Where the tender is, from the opening to the contracts."""
    order = [TenderState.CLOSED, TenderState.OPENED, TenderState.MODERATED, TenderState.AWARDED, TenderState.CONTRACTED]
    here = order.index(TenderState(tender.state)) if tender.state in order else -1
    titles = ("Bids opened", "Marked and moderated", "Award approved", "Contracts signed")
    return [Stage(title, "done" if here > place else "now" if here == place else "later") for place, title in enumerate(titles)]


def list_table(tenders: Iterable[Tender], seat: Seat) -> Table:
    columns = [Column("tender", "Tender", "link"), Column("part", "Your part"), Column("state", "State", "tag")]
    rows = [
        {
            "tender": Link(one.title, reverse("evaluation:tender", args=[one.reference])),
            "part": _part(one, seat),
            "state": stage_tag(one),
        }
        for one in tenders
    ]
    return Table(columns, rows, caption="Tenders in evaluation")


def _part(tender: Tender, seat: Seat) -> str:
    if is_evaluator(seat, tender):
        return "You mark the bids"
    return "You moderate and propose the award" if is_officer_of(seat, tender) else "You read along"


def panel_table(panel: Sequence[Member], progress: Sequence[LotProgress]) -> Table:
    """Who marks, whether they may, and how far they are; in sheets, never in marks."""
    columns = [Column("name", "Evaluator"), Column("standing", "Standing", "tag"), Column("given", "Offers marked")]
    total = sum(one.offers for one in progress)
    rows = [
        {
            "name": one.name,
            "standing": Tag(str(one.standing), STANDING_COLOURS[one.standing]),
            "given": f"{sum(lot.by(one) for lot in progress)} of {total}" if total else "",
        }
        for one in panel
    ]
    return Table(columns, rows, caption="The panel")


def progress_table(tender: Tender, progress: Sequence[LotProgress]) -> Table:
    """Lot by lot: offers, how many evaluators have marked every one of them, and the step that is open.

    Before the opening nobody is told whether anybody bids.
    """
    columns = [
        Column("lot", "Lot"),
        Column("offers", "Offers", "count"),
        Column("least", "Marked by", "count"),
        Column("step", "Moderation", "link"),
    ]
    return Table(columns, [_progress_row(tender, one) for one in progress], caption="The lots")


def _progress_row(tender: Tender, progress: LotProgress) -> dict[str, object]:
    place = [tender.reference, progress.lot.number]
    if tender.opened_at is None:
        return {"lot": str(progress.lot), "offers": None, "least": None, "step": "Sealed until the opening"}
    if progress.moderation:
        step: object = Link("Open the record", reverse("evaluation:lot", args=place))
    elif progress.can_begin and tender.state == TenderState.OPENED:
        step = Link("Begin moderation", reverse("evaluation:begin", args=place))
    else:
        step = "Nobody bid" if not progress.offers else "Waits for two evaluators"
    return {"lot": str(progress.lot), "offers": progress.offers, "least": progress.least_given, "step": step}


def record_table(record: OfferRecord) -> Table:
    """Marks, spread and agreed mark of every answer of an offer."""
    columns = [
        Column("criterion", "Criterion"),
        Column("marks", "Marks given"),
        Column("spread", "Spread", "tag"),
        Column("agreed", "Agreed"),
    ]
    rows = [
        {
            "criterion": str(one.criterion),
            "marks": words.join(one.values),
            "spread": Tag(str(one.spread), "amber" if one.spread >= WIDE_SPREAD else "grey"),
            "agreed": f"{one.agreed.value}{', outside the marks given' if one.is_outside else ''}" if one.agreed else "Not yet",
        }
        for one in record.answers
    ]
    return Table(columns, rows, caption=record.code_name)


def ranking_table(result: LotResult) -> Table:
    """The ranking with scores to two places; ties and marks below a minimum in words."""
    columns = [
        Column("place", "Place"),
        Column("name", "Bidder"),
        Column("organisation", "Organisation"),
        Column("score", "Score out of 100"),
        Column("note", "Note"),
    ]
    rows = [
        {
            "place": one.ranked.place or "–",
            "name": one.ranked.name,
            "organisation": one.organisation,
            "score": shown(one.ranked.score),
            "note": _note(one.ranked),
        }
        for one in result.places
    ]
    empty = {key for key in ("organisation", "note") if not any(row[key] for row in rows)}
    kept = [one for one in columns if one.key not in empty]
    notes = ["Scores are shown to two places; the ranking uses all of them."]
    return Table(kept, rows, caption=f"Ranking, lot {result.lot.number}", notes=notes)


def _note(ranked: Ranked) -> str:
    if ranked.below:
        numbers = words.join(step.criterion.number for step in ranked.below)
        return f"Below the minimum mark in criterion {numbers}: cannot be awarded."
    return ranked.tie


def steps_tables(result: LotResult) -> list[Table]:
    """For each offer, mark by mark, how its score comes about, in full precision."""
    return [_steps_table(one) for one in result.places]


def _steps_table(place: Place) -> Table:
    columns = [
        Column("criterion", "Criterion"),
        Column("mark", "Agreed mark"),
        Column("minimum", "Minimum"),
        Column("weight", "Weight"),
        Column("sum", "Working"),
        Column("points", "Points"),
    ]
    rows = [
        {
            "criterion": f"{one.criterion.number}. {one.criterion.title}",
            "mark": f"{one.mark}, {SCALE[one.mark][0].lower()}",
            "minimum": f"{one.criterion.minimum}{' (not reached)' if one.is_below_minimum else ''}",
            "weight": f"{one.criterion.weight}%",
            "sum": f"{one.mark} ÷ 5 × {one.criterion.weight}",
            "points": f"{one.points.normalize():f}",
        }
        for one in place.ranked.steps
    ]
    name = f"{place.ranked.name}, {place.organisation}" if place.organisation else place.ranked.name
    total = {"criterion": "Score", "points": f"{place.ranked.score.normalize():f}", "sum": f"shown as {shown(place.ranked.score)}"}
    return Table(columns, rows, caption=name, total=total)


def outcomes_table(bids: Iterable[Bid]) -> Table:
    columns = [Column("bid", "Bid", "link"), Column("tender", "Tender"), Column("state", "Tender is", "tag")]
    rows = [
        {
            "bid": Link(one.reference, reverse("evaluation:outcome", args=[one.reference])),
            "tender": one.tender.title,
            "state": stage_tag(one.tender),
        }
        for one in bids
    ]
    return Table(columns, rows, caption="Your opened bids")


def outcome_tables(outcome: LotOutcome) -> Table:
    """The bidder's own marks for one lot, each with the reason that the panel agreed."""
    columns = [Column("criterion", "Criterion"), Column("weight", "Weight"), Column("mark", "Mark"), Column("reason", "Reason")]
    rows = [
        {
            "criterion": str(one.criterion),
            "weight": f"{one.criterion.weight_percent}%",
            "mark": f"{one.value}, {SCALE[one.value][0].lower()}",
            "reason": " ".join(filter(None, [one.reason, one.outside_reason])),
        }
        for one in outcome.marks
    ]
    return Table(columns, rows, caption=f"Your marks for lot {outcome.lot.number}")


def neutral_name(letter: str, number: int, attachment: Attachment) -> str:
    """What an evaluator's copy of a document is called: "bidder-a-document-1.pdf"."""
    ending = attachment.name.rpartition(".")[2].lower()
    return f"bidder-{letter.lower()}-document-{number}.{ending}"

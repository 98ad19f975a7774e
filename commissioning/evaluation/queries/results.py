"""The ranking of a lot, how each figure comes about, the award, and what a bidder is told."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from commissioning.bids.models import Bid, LotOffer, Submission
from commissioning.evaluation.models import Award, ModeratedMark
from commissioning.evaluation.queries.marking import letter_of, opened_offers
from commissioning.evaluation.rules import Ranked, Scored, Weighted, draw_seed, rank, tie_order
from commissioning.evaluation.states import AwardState
from commissioning.tenders.models import Criterion, Lot, Tender


@dataclass(frozen=True)
class Place:
    """An offer in the ranking. `organisation` is empty as long as the reader may not know it."""

    ranked: Ranked
    offer: LotOffer
    organisation: str

    @property
    def letter(self) -> str:
        return letter_of(self.ranked.name)


@dataclass(frozen=True)
class LotResult:
    """The ranking of one lot, its award if there is one, and the seed of the draw."""

    lot: Lot
    places: tuple[Place, ...]
    award: Award | None
    draw: str

    @property
    def first(self) -> Place | None:
        return next((one for one in self.places if one.ranked.place == 1), None)


@dataclass(frozen=True)
class LotOutcome:
    """What a bidder is told about its own offer for one lot, after the award."""

    lot: Lot
    award: Award | None
    marks: tuple[ModeratedMark, ...]
    score: Decimal | None
    place: int | None
    is_won: bool


def weighted(tender: Tender) -> list[Weighted]:
    """The award criteria of a tender, as the arithmetic needs them."""
    return [
        Weighted(one.number, one.title, one.weight_percent, one.minimum_mark)
        for one in Criterion.objects.filter(tender=tender).order_by("number")
    ]


def published_tie_order(tender: Tender) -> list[Weighted]:
    return tie_order(weighted(tender))


def results_of(tender: Tender, *, with_names: bool, lot: Lot | None = None) -> list[LotResult]:
    """The rankings of all lots, or of one, computed anew from the moderated marks in full precision."""
    criteria = weighted(tender)
    offers = opened_offers(tender).select_related("bid__organisation") if with_names else opened_offers(tender)
    by_lot: dict[int, list[LotOffer]] = {}
    for offer in offers:
        by_lot.setdefault(offer.lot_id, []).append(offer)
    marks: dict[int, dict[int, int]] = {}
    for offer_id, number, value in ModeratedMark.objects.filter(tender=tender).values_list("offer_id", "criterion__number", "value"):
        marks.setdefault(offer_id, {})[number] = value
    receipts = list(Submission.objects.filter(tender=tender, opened_on_clock__isnull=False).values_list("sha256", flat=True))
    people = ("proposed_by", "approved_by", "provider")
    awards = {one.lot_id: one for one in Award.objects.filter(lot__tender=tender).select_related(*people)}
    lots = [lot] if lot else list(tender.lots.select_related("area").order_by("number"))
    found = []
    for one in lots:
        seed = draw_seed(tender.reference, one.number, receipts)
        places = _places(by_lot.get(one.pk, []), criteria, marks, seed, with_names=with_names)
        found.append(LotResult(one, places, awards.get(one.pk), seed))
    return found


def _places(
    offers: list[LotOffer], criteria: list[Weighted], marks: dict[int, dict[int, int]], seed: str, *, with_names: bool
) -> tuple[Place, ...]:
    complete = {one.bid.code_name: one for one in offers if len(marks.get(one.pk, {})) == len(criteria)}
    ranking = rank(criteria, [Scored(name, marks[one.pk]) for name, one in complete.items()], seed)
    return tuple(Place(one, complete[one.name], complete[one.name].bid.organisation.name if with_names else "") for one in ranking)


def result_of(tender: Tender, lot: Lot, *, with_names: bool) -> LotResult:
    return results_of(tender, with_names=with_names, lot=lot)[0]


def approved_awards() -> QuerySet[Award]:
    """Awards that anybody may know of, with their lots and providers."""
    return Award.objects.filter(state=AwardState.APPROVED).select_related("lot__area", "lot__tender__commissioner", "provider")


def outcomes_of(bid: Bid) -> list[LotOutcome]:
    """Lot by lot, what a bidder may know: its own agreed marks, and only where the award of the lot is approved.

    Another bidder's offer is not read: the winner is known by the award itself.
    """
    offers = list(LotOffer.objects.filter(bid=bid, chosen=True).select_related("lot__area").order_by("lot__number"))
    awards = {one.lot_id: one for one in approved_awards().filter(lot__tender=bid.tender_id)}
    marks: dict[int, list[ModeratedMark]] = {}
    for mark in ModeratedMark.objects.filter(offer__in=offers).select_related("criterion").order_by("criterion__number"):
        marks.setdefault(mark.offer_id, []).append(mark)
    return [_outcome(bid, one, awards.get(one.lot_id), tuple(marks.get(one.pk, ()))) for one in offers]


def _outcome(bid: Bid, offer: LotOffer, award: Award | None, marks: tuple[ModeratedMark, ...]) -> LotOutcome:
    if award is None:
        return LotOutcome(offer.lot, None, (), None, None, False)
    own = next((one for one in award.ranking if one["name"] == bid.code_name), None)
    score = Decimal(own["score"]) if own else None
    return LotOutcome(offer.lot, award, marks, score, own["place"] if own else None, award.offer_id == offer.pk)

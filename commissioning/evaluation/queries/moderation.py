"""The moderation record: marks, spread, agreed mark and reason for each answer, and who confirmed it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from commissioning.bids.models import Answer, LotOffer
from commissioning.evaluation.models import LotModeration, Mark, MarkSheet, ModeratedMark, RecordConfirmation
from commissioning.evaluation.queries.marking import letter_of, moderation_of, opened_offers
from commissioning.evaluation.queries.panel import Member, panel_of
from commissioning.evaluation.rules import LEAST_EVALUATORS, outside_range, record_hash, spread
from commissioning.tenders.models import Criterion, Lot, Tender


@dataclass(frozen=True)
class GivenMark:
    """A mark as the panel sees it. `who`: the evaluator by role and partner; `reference` is the evaluator's own."""

    who: str
    reference: str
    value: int
    reason: str
    changed: int


@dataclass(frozen=True)
class Answered:
    """One answer in moderation."""

    criterion: Criterion
    answer: str
    marks: tuple[GivenMark, ...]
    agreed: ModeratedMark | None

    @property
    def values(self) -> list[int]:
        return [one.value for one in self.marks]

    @property
    def spread(self) -> int:
        return spread(self.values)

    @property
    def is_outside(self) -> bool:
        return self.agreed is not None and outside_range(self.agreed.value, self.values)


@dataclass(frozen=True)
class OfferRecord:
    """All answers of one offer in moderation."""

    offer: LotOffer
    answers: tuple[Answered, ...]

    @property
    def code_name(self) -> str:
        return self.offer.bid.code_name

    @property
    def letter(self) -> str:
        return letter_of(self.code_name)

    @property
    def agreed(self) -> int:
        return sum(1 for one in self.answers if one.agreed)

    @property
    def is_complete(self) -> bool:
        return self.agreed == len(self.answers)

    @property
    def least_marks(self) -> int:
        return min((len(one.marks) for one in self.answers), default=0)

    @property
    def widest(self) -> int:
        return max((one.spread for one in self.answers), default=0)


@dataclass(frozen=True)
class LotRecord:
    """The record of one lot, its hash, and the word of the panel on it."""

    lot: Lot
    moderation: LotModeration | None
    offers: tuple[OfferRecord, ...]
    members: tuple[Member, ...]
    confirmed_by: frozenset[int]
    hash: str

    @property
    def is_complete(self) -> bool:
        return all(one.is_complete for one in self.offers)

    @property
    def agreed(self) -> int:
        return sum(one.agreed for one in self.offers)

    @property
    def answers(self) -> int:
        return sum(len(one.answers) for one in self.offers)

    @property
    def waiting_for(self) -> list[Member]:
        return [one for one in self.members if one.person.pk not in self.confirmed_by]

    @property
    def is_confirmed(self) -> bool:
        return self.is_complete and not self.waiting_for


@dataclass(frozen=True)
class LotProgress:
    """How far the marking of a lot is, in sheets; never in marks."""

    lot: Lot
    offers: int
    given: dict[int, int]
    moderation: LotModeration | None
    least_given: int

    def by(self, member: Member) -> int:
        return self.given.get(member.person.pk, 0)

    @property
    def can_begin(self) -> bool:
        return self.moderation is None and self.offers > 0 and self.least_given >= LEAST_EVALUATORS


def progress_of(tender: Tender, panel: Sequence[Member]) -> list[LotProgress]:
    """Lot by lot, how many offers each evaluator who may mark has given marks for."""
    offers: dict[Lot, list[int]] = {lot: [] for lot in tender.lots.select_related("area", "moderation").order_by("number")}
    for offer in opened_offers(tender):
        offers[offer.lot].append(offer.pk)
    by_offer: dict[int, int] = defaultdict(int)
    by_lot: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for sheet in given_sheets(panel).filter(tender=tender).values("offer_id", "lot_id", "evaluator_id"):
        by_offer[sheet["offer_id"]] += 1
        by_lot[sheet["lot_id"]][sheet["evaluator_id"]] += 1
    return [
        LotProgress(lot, len(keys), dict(by_lot[lot.pk]), moderation_of(lot), min((by_offer[key] for key in keys), default=0))
        for lot, keys in offers.items()
    ]


def given_sheets(panel: Sequence[Member]) -> QuerySet[MarkSheet]:
    """The given sheets of those who may mark: an interest that comes to light takes its holder's marks out of the count."""
    return MarkSheet.objects.filter(given_at__isnull=False, evaluator__in=[one.person.pk for one in panel if one.may_mark])


def lot_records(tender: Tender, lot: int | None = None) -> list[LotRecord]:
    """The moderation records of a tender's lots that have offers, or of the lot of this number.

    The same few queries however many bids there are.
    """
    panel = panel_of(tender)
    records, sheets = _offer_records(tender, lot, panel)
    lots = {one.offer.lot_id: one.offer.lot for one in records}
    confirmations = list(RecordConfirmation.objects.filter(lot__in=lots).values_list("lot_id", "record_hash", "confirmed_by_id"))
    markers = {(one.lot_id, one.evaluator_id) for one in sheets}
    found = []
    for key, one in lots.items():
        own = tuple(record for record in records if record.offer.lot_id == key)
        digest = record_hash(_plain(own))
        members = tuple(member for member in panel if (key, member.person.pk) in markers)
        confirmed = frozenset(person for lot_key, kept, person in confirmations if lot_key == key and kept == digest)
        found.append(LotRecord(one, moderation_of(one), own, members, confirmed, digest))
    return found


def lot_record(tender: Tender, lot: int) -> LotRecord | None:
    """The record of one lot; none if nobody bid for it."""
    return next(iter(lot_records(tender, lot)), None)


def offer_record(tender: Tender, lot: int, letter: str) -> OfferRecord | None:
    """One offer in moderation, with its answers word for word; none if there is no such bidder for this lot."""
    records, _ = _offer_records(tender, lot, panel_of(tender), letter)
    return next(iter(records), None)


def _offer_records(tender: Tender, lot: int | None, panel: Sequence[Member], letter: str = "") -> tuple[list[OfferRecord], list[MarkSheet]]:
    """Offers with their marks and agreed marks, and the given sheets; with a letter, one offer and its answers."""
    offers = opened_offers(tender) if lot is None else opened_offers(tender).filter(lot__number=lot)
    if letter:
        offers = offers.filter(bid__code_name__iexact=f"Bidder {letter}")
    criteria = list(Criterion.objects.filter(tender=tender).order_by("number"))
    sheets = list(given_sheets(panel).filter(offer__in=offers).select_related("evaluator", "lot__moderation"))
    marks, agreed = _marks(sheets, panel), _agreed(offers)
    answers = _answers(offers) if letter else {}
    found = []
    for offer in offers:
        offer.tender = tender
        keys = [(one, (offer.pk, one.pk)) for one in criteria]
        own = tuple(Answered(one, answers.get(key, ""), tuple(marks.get(key, ())), agreed.get(key)) for one, key in keys)
        found.append(OfferRecord(offer, own))
    return found, sheets


def _answers(offers: QuerySet[LotOffer]) -> dict[tuple[int, int], str]:
    return {
        (one, each): text for one, each, text in Answer.objects.filter(offer__in=offers).values_list("offer_id", "criterion_id", "text")
    }


def _marks(sheets: Sequence[MarkSheet], panel: Sequence[Member]) -> dict[tuple[int, int], list[GivenMark]]:
    """Marks of lots whose moderation has begun, by offer and criterion, in the order in which they were given."""
    names = {one.person.pk: one.name for one in panel}
    shown = {one.pk: one for one in sheets if moderation_of(one.lot)}
    marks: dict[tuple[int, int], list[GivenMark]] = defaultdict(list)
    found = Mark.objects.filter(sheet__in=shown, value__isnull=False).annotate(changed=Count("changes"))
    for one in found.order_by("sheet__given_at", "pk"):
        sheet = shown[one.sheet_id]
        given = GivenMark(names[sheet.evaluator_id], sheet.evaluator.reference, one.value or 0, one.reason, one.changed)
        marks[sheet.offer_id, one.criterion_id].append(given)
    return marks


def _agreed(offers: QuerySet[LotOffer]) -> dict[tuple[int, int], ModeratedMark]:
    found = ModeratedMark.objects.filter(offer__in=offers).select_related("changed_by")
    return {(one.offer_id, one.criterion_id): one for one in found}


def _plain(records: tuple[OfferRecord, ...]) -> list[dict[str, object]]:
    """The record as plain values, which is what its hash covers."""
    return [
        {
            "bidder": one.code_name,
            "criterion": each.criterion.number,
            "marks": [[mark.reference, mark.value, mark.reason] for mark in each.marks],
            "agreed": each.agreed.value if each.agreed else None,
            "reason": each.agreed.reason if each.agreed else "",
            "outside": each.agreed.outside_reason if each.agreed else "",
        }
        for one in records
        for each in one.answers
    ]

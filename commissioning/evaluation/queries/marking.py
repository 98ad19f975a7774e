"""What an evaluator reads while marking: answers under code names, the own sheet, never another's and never a name."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from commissioning.bids.models import Answer, Attachment, LotOffer
from commissioning.evaluation.models import LotModeration, Mark, MarkSheet
from commissioning.organisations.models import Person
from commissioning.tenders.models import Criterion, Lot, Tender


def letter_of(code_name: str) -> str:
    """How an address names a bidder: "a" for Bidder A."""
    return code_name.rpartition(" ")[2].lower()


@dataclass(frozen=True)
class OfferToMark:
    """An offer in an evaluator's list."""

    lot: Lot
    code_name: str
    sheet: MarkSheet | None
    marked: int
    criteria: int

    @property
    def letter(self) -> str:
        return letter_of(self.code_name)

    @property
    def is_given(self) -> bool:
        return self.sheet is not None and self.sheet.given_at is not None


@dataclass(frozen=True)
class LotToMark:
    lot: Lot
    offers: tuple[OfferToMark, ...]
    moderation: LotModeration | None


@dataclass(frozen=True)
class Question:
    """One criterion on the marking page: what was asked and answered, and the own mark so far."""

    criterion: Criterion
    answer: str
    mark: Mark | None


@dataclass(frozen=True)
class MarkingPage:
    tender: Tender
    offer: LotOffer
    questions: tuple[Question, ...]
    documents: tuple[Attachment, ...]
    sheet: MarkSheet | None
    moderation: LotModeration | None

    @property
    def letter(self) -> str:
        return letter_of(self.offer.bid.code_name)

    @property
    def version(self) -> int:
        return self.sheet.version if self.sheet else 0

    @property
    def is_given(self) -> bool:
        return self.sheet is not None and self.sheet.given_at is not None


def opened_offers(tender: Tender) -> QuerySet[LotOffer]:
    """The offers of a tender's opened bids, by lot and code name."""
    found = LotOffer.objects.filter(tender=tender, opened_on_clock__isnull=False, chosen=True)
    return found.select_related("bid", "lot__area", "lot__moderation__begun_by").order_by("lot__number", "bid__code_name")


def moderation_of(lot: Lot) -> LotModeration | None:
    """The moderation of a lot that was read with it; none before it has begun."""
    return getattr(lot, "moderation", None)


def offer_of(tender: Tender, lot: int, letter: str) -> LotOffer | None:
    """The offer that an address names; none if there is no such bidder for this lot."""
    return opened_offers(tender).filter(lot__number=lot, bid__code_name__iexact=f"Bidder {letter}").first()


def lots_to_mark(tender: Tender, person: Person) -> list[LotToMark]:
    """All offers of a tender, lot by lot, with how far this person's own marks are."""
    has_mark = Count("marks", filter=Q(marks__value__isnull=False))
    sheets = {one.offer_id: one for one in MarkSheet.objects.filter(tender=tender, evaluator=person).annotate(marked=has_mark)}
    criteria = Criterion.objects.filter(tender=tender).count()
    rows: dict[Lot, list[OfferToMark]] = {}
    for offer in opened_offers(tender):
        sheet = sheets.get(offer.pk)
        row = OfferToMark(offer.lot, offer.bid.code_name, sheet, getattr(sheet, "marked", 0), criteria)
        rows.setdefault(offer.lot, []).append(row)
    return [LotToMark(lot, tuple(offers), moderation_of(lot)) for lot, offers in rows.items()]


def marking_page(tender: Tender, offer: LotOffer, person: Person) -> MarkingPage:
    """Everything for marking one offer on one page."""
    sheet = MarkSheet.objects.filter(offer=offer, evaluator=person).select_related("changed_by").first()
    marks = {one.criterion_id: one for one in Mark.objects.filter(sheet=sheet)} if sheet else {}
    answers = dict(Answer.objects.filter(offer=offer).values_list("criterion_id", "text"))
    questions = tuple(
        Question(one, answers.get(one.pk, ""), marks.get(one.pk)) for one in Criterion.objects.filter(tender=tender).order_by("number")
    )
    return MarkingPage(tender, offer, questions, documents_of(offer), sheet, moderation_of(offer.lot))


def documents_of(offer: LotOffer) -> tuple[Attachment, ...]:
    """The documents of the offer's bid, in the order in which they were added. Their names stay hidden from evaluators."""
    return tuple(Attachment.objects.filter(bid=offer.bid_id, kept=True, opened_on_clock__isnull=False).order_by("added_at", "pk"))

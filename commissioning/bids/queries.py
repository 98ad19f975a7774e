"""What a bidder sees of its own bid, and what the opening shows."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from commissioning.bids.models import Answer, Attachment, Bid, LotOffer, OpeningConsent, OpeningMinutes, Submission
from commissioning.bids.permissions import own_bids
from commissioning.bids.rules import TOGETHER, Question
from commissioning.bids.states import BidState
from commissioning.kernel.clock import DatabaseClock
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Criterion, Lot, SeatKind, Tender, TenderSeat
from commissioning.tenders.queries import public_tenders
from commissioning.tenders.states import TenderState


def database_now() -> datetime.datetime:
    """The moment by the clock that decides about deadlines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime.datetime = cursor.fetchone()[0]
    return moment


def is_open_for_bids(tender: Tender) -> bool:
    """Whether a bid may still be written, by the database's clock."""
    return Tender.objects.filter(pk=tender.pk, state=TenderState.PUBLISHED, deadline__gt=DatabaseClock()).exists()


@dataclass(frozen=True)
class Opportunity:
    """A tender that can be bid for, with one's own bid if there is one."""

    tender: Any
    bid: Bid | None


def opportunities_for(seat: Seat, now: datetime.datetime) -> list[Opportunity]:
    """Tenders that are open now, the one that ends soonest first."""
    own = {bid.tender_id: bid for bid in own_bids(seat)}
    found = public_tenders().filter(state=TenderState.PUBLISHED, deadline__gt=now).order_by("deadline")
    return [Opportunity(tender, own.get(tender.pk)) for tender in found]


def bids_for(seat: Seat) -> QuerySet[Bid]:
    """One's own bids, newest deadline first, each with its submissions, the last one first."""
    return own_bids(seat).select_related("tender__commissioner").prefetch_related("submissions").order_by("-tender__deadline", "pk")


@dataclass(frozen=True)
class LotOfBid:
    """A chosen lot with every question of it, answered or not."""

    offer: LotOffer
    questions: list[Question]

    @property
    def lot(self) -> Lot:
        return self.offer.lot

    @property
    def faults(self) -> list[str]:
        return [question.fault for question in self.questions if question.fault]


@dataclass(frozen=True)
class WholeBid:
    """All that is in a bid now: its lots with their questions, and its documents."""

    bid: Bid
    lots: list[LotOfBid]
    files: list[Attachment]

    @property
    def lot_numbers(self) -> list[int]:
        return [one.lot.number for one in self.lots]

    @property
    def questions(self) -> list[Question]:
        return [question for one in self.lots for question in one.questions]

    @property
    def faults(self) -> list[str]:
        return [fault for one in self.lots for fault in one.faults] if self.lots else ["No lot is chosen."]

    def question(self, lot: int, criterion: int) -> Question | None:
        return next((one for one in self.questions if (one.lot, one.criterion) == (lot, criterion)), None)

    def after(self, lot: int, criterion: int) -> Question | None:
        """The next question that is not complete: behind this one, else from the beginning."""
        places = [(one.lot, one.criterion) for one in self.questions]
        here = places.index((lot, criterion)) + 1 if (lot, criterion) in places else 0
        ordered = [*self.questions[here:], *self.questions[:here]]
        return next((one for one in ordered if one.fault), None)


def whole_bid(bid: Bid) -> WholeBid:
    answers = Prefetch("answers", Answer.objects.select_related("criterion"))
    offers = bid.offers.filter(chosen=True).select_related("lot__area").prefetch_related(answers).order_by("lot__number")
    criteria = list(bid.tender.criteria.all())
    files = list(bid.attachments.filter(kept=True).order_by("added_at", "pk"))
    return WholeBid(bid, [LotOfBid(offer, _questions(offer, criteria)) for offer in offers], files)


def _questions(offer: LotOffer, criteria: list[Criterion]) -> list[Question]:
    given = {answer.criterion_id: answer for answer in offer.answers.all()}
    return [
        Question(
            lot=offer.lot.number,
            criterion=one.number,
            title=one.title,
            text=given[one.pk].text if one.pk in given else "",
            word_limit=one.word_limit,
            version=given[one.pk].version if one.pk in given else 0,
            asked=one,
        )
        for one in criteria
    ]


def last_submission(bid: Bid) -> Submission | None:
    return bid.submissions.order_by("-number").first()


def is_changed_since_submission(whole: WholeBid) -> bool:
    """Whether what stands in the bid differs from what was submitted last; a change counts only once it is submitted."""
    last = last_submission(whole.bid)
    if last is None:
        return False
    texts = {(one["lot"], each["criterion"]): each["text"] for one in last.content["lots"] for each in one["answers"]}
    files = {one["reference"] for one in last.content["files"]}
    return texts != {(one.lot, one.criterion): one.text for one in whole.questions} or files != {one.reference for one in whole.files}


def own_submissions(seat: Seat) -> QuerySet[Submission]:
    return Submission.objects.filter(bid__in=own_bids(seat)).select_related("bid__tender__commissioner", "organisation", "received_by")


def own_files(seat: Seat) -> QuerySet[Attachment]:
    return Attachment.objects.filter(bid__in=own_bids(seat)).select_related("bid")


@dataclass(frozen=True)
class OpenedBid:
    """A bid that was opened, as the minutes tell it; to other bidders it is a time and a hash."""

    received_at: datetime.datetime
    sha256: str
    is_own: bool = False
    organisation: str = ""
    receipt: str = ""
    version: int = 0
    lots: tuple[int, ...] = ()
    files: int = 0


def hashes_for_bidder(bid: Bid) -> list[OpenedBid]:
    """After the opening a bidder sees time and hash of every bid that was opened, in the order of receipt."""
    last = last_submission(bid) if bid.state == BidState.OPENED else None
    if last is None:
        return []
    moment = datetime.datetime.fromisoformat
    return [OpenedBid(moment(one["received_at"]), one["sha256"], one["sha256"] == last.sha256) for one in bid.tender.receipt_hashes]


def opened_bids(minutes: OpeningMinutes) -> list[OpenedBid]:
    """The bids of the minutes, in the order of receipt."""
    found = []
    for one in minutes.bids:
        plain = {**one, "received_at": datetime.datetime.fromisoformat(one["received_at"]), "lots": tuple(one["lots"])}
        found.append(OpenedBid(**plain))
    return found


def address_of_question(bid: Bid, question: Question) -> str:
    return reverse("bids:answer", args=[bid.reference, question.lot, question.criterion])


def is_ready_to_open(tender: Tender) -> bool:
    """Whether the deadline has passed by the database's clock and the bids are still sealed."""
    waiting = Q(state=TenderState.CLOSED) | Q(state=TenderState.PUBLISHED)
    return Tender.objects.filter(waiting, pk=tender.pk, deadline__lte=DatabaseClock()).exists()


def to_open(seat: Seat) -> Q:
    """Which tenders are past their deadline, with bids that this person was named to open for the organisation that they act for."""
    named = TenderSeat.objects.filter(kind=SeatKind.OPENER, person=seat.person, organisation=seat.organisation_id)
    sealed = Q(state__in=[TenderState.PUBLISHED, TenderState.CLOSED], deadline__lte=DatabaseClock())
    return sealed & Q(pk__in=named.order_by().values("tender"))


def standing_consents(tender: Tender) -> QuerySet[OpeningConsent]:
    """Words to open that still stand: given in the last 15 minutes."""
    fresh = tender.opening_consents.filter(given_at__gt=DatabaseClock() - TOGETHER)
    return fresh.select_related("given_by", "organisation").order_by("given_at")


def minutes_of(tender: Tender) -> OpeningMinutes | None:
    return OpeningMinutes.objects.filter(tender=tender).first()


@dataclass(frozen=True)
class Officer:
    """An officer who consented to an opening."""

    officer: str
    organisation: str
    at: datetime.datetime


def officers_of(minutes: OpeningMinutes) -> list[Officer]:
    return [Officer(one["officer"], one["organisation"], datetime.datetime.fromisoformat(one["at"])) for one in minutes.officers]

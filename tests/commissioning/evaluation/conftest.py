"""A tender with opened bids of two organisations, two evaluators of two partners, and two officers who may decide."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commissioning.bids.models import LotOffer
from commissioning.evaluation.actions.marking import Given, declare_interest, give_marks
from commissioning.evaluation.actions.moderating import Agreed, agree_marks, begin_moderation, close_moderation, confirm_record
from commissioning.evaluation.queries.marking import opened_offers
from commissioning.evaluation.queries.moderation import lot_record
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import SeatKind, Tender, TenderSeat
from tests.factories import make_opened_tender, make_organisation, make_person, make_seat

REASON = "Names each step, who takes it and by when"
SECRET_NAMES = ("Marigold Refuge Trust", "Larkspur Advice Centre")


@dataclass
class World:
    """Who takes part. `first` and `second` mark; `officer` moderates and proposes; `lead` of the other partner decides."""

    officer: Seat
    lead: Seat
    first: Seat
    second: Seat
    bidders: list[Seat]
    tender: Tender
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def lot(self) -> Any:
        return self.tender.lots.order_by("number").first()

    @property
    def offers(self) -> list[LotOffer]:
        return list(opened_offers(self.tender))

    def offer(self, letter: str = "A") -> LotOffer:
        return next(one for one in self.offers if one.bid.code_name == f"Bidder {letter}")

    def declare(self) -> "World":
        for one in (self.first, self.second):
            declare_interest(tender=self.tender, has_interest=False, details="", by=one, now=timezone.now())
        return self

    def mark(self, by: Seat, offer: LotOffer, *values: int) -> None:
        marks = {number: Given(value, REASON) for number, value in enumerate(values, start=1)}
        give_marks(offer=offer, marks=marks, version=0, by=by, now=timezone.now())

    def mark_all(self, first: tuple[int, ...] = (4, 3), second: tuple[int, ...] = (3, 3)) -> "World":
        self.declare()
        for one in self.offers:
            self.mark(self.first, one, *first)
            self.mark(self.second, one, *second)
        return self

    def begin(self) -> "World":
        for lot in self.tender.lots.all():
            begin_moderation(lot=lot, without_because="", by=self.officer, now=timezone.now())
        return self

    def agree(self, offer: LotOffer, *values: int) -> None:
        marks = {number: Agreed(value, REASON, REASON, 0) for number, value in enumerate(values, start=1)}
        agree_marks(offer=offer, marks=marks, by=self.officer, now=timezone.now())

    def confirm(self) -> "World":
        for lot in self.tender.lots.all():
            for one in (self.first, self.second):
                record = lot_record(self.tender, lot.number)
                confirm_record(lot=lot, record_hash=record.hash, by=one, now=timezone.now())
        return self

    def moderate(self, **marks: tuple[int, ...]) -> "World":
        """Marked, agreed, confirmed and closed: `moderate(A=(4, 3), B=(3, 3))`."""
        self.mark_all().begin()
        for one in self.offers:
            self.agree(one, *marks.get(one.bid.code_name[-1], (3, 3)))
        self.confirm()
        self.tender = close_moderation(tender=self.tender, by=self.officer, now=timezone.now())
        return self


@pytest.fixture
def world(db: Any) -> World:
    return make_world()


def make_world(**fields: Any) -> World:
    county = make_organisation("Wealden County", is_commissioner=True)
    city = make_organisation("Medway City", is_commissioner=True)
    officer = make_seat(Role.COMMISSIONER, organisation=county, person=make_person(job_title="Commissioner"))
    lead = make_seat(Role.LEAD_OFFICER, organisation=city, person=make_person(job_title="Lead officer"))
    first = make_seat(Role.EVALUATOR, organisation=county, person=make_person(job_title="First evaluator"))
    second = make_seat(Role.EVALUATOR, organisation=city, person=make_person(job_title="Second evaluator"))
    bidders = [
        make_seat(
            Role.BID_MANAGER,
            organisation=make_organisation(name, is_provider=True),
            person=make_person(f"bids@{name.split()[0].lower()}.example"),
        )
        for name in SECRET_NAMES
    ]
    tender = make_opened_tender(by=officer, bidders=bidders, evaluators=[first, second], **fields)
    return World(officer, lead, first, second, bidders, tender)


def make_evaluator(tender: Tender, **fields: Any) -> Seat:
    seat = make_seat(Role.EVALUATOR, **fields)
    TenderSeat.objects.create(
        tender=tender, person=seat.person, organisation=seat.organisation, kind=SeatKind.EVALUATOR, given_by=tender.created_by
    )
    return seat


@pytest.fixture
def web(client_for: Callable[[Seat], Client], as_app: Callable[..., AbstractContextManager[None]]) -> Callable[[Seat], Client]:
    """A signed-in client whose requests meet the database as the web does: as `portal_app`, row level security on."""

    def sign_in(seat: Seat) -> Client:
        client = client_for(seat)
        ask = client.request

        def request(**environment: Any) -> Any:
            with as_app():
                return ask(**environment)

        client.request = request  # type: ignore[method-assign]
        return client

    return sign_in

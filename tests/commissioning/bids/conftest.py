from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commissioning.bids.actions import save_answer, start_bid
from commissioning.organisations.roles import Role
from commissioning.tenders.models import SeatKind, Tender, TenderSeat
from commissioning.tenders.states import TenderState
from tests.factories import make_organisation, make_seat, make_tender

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf(name="plan.pdf", words=b"plan"):
    return SimpleUploadedFile(name, PDF.replace(b"/Catalog", b"/Catalog%" + words + b"\n"))


def a_bidder():
    return make_seat(Role.BID_MANAGER, organisation=make_organisation(is_provider=True))


def name_opener(tender, seat):
    TenderSeat.objects.create(
        tender=tender, person=seat.person, organisation=seat.organisation, kind=SeatKind.OPENER, given_by=tender.created_by
    )


def draft_of(tender, seat, text="We answer every call."):
    """A whole draft for all lots, made as a bidder makes it."""
    bid = start_bid(tender=tender, lots=list(tender.lots.all()), by=seat, now=timezone.now())
    for offer in bid.offers.all():
        for criterion in tender.criteria.all():
            save_answer(bid=bid, offer=offer, criterion=criterion, version=0, text=text, by=seat)
    return bid


def pass_deadline(tender):
    """As the owner of the database: the application cannot."""
    Tender.objects.filter(pk=tender.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    tender.refresh_from_db()


@pytest.fixture
def officer(db):
    return make_seat(Role.COMMISSIONER, organisation=make_organisation(is_commissioner=True))


@pytest.fixture
def other_officer(db):
    return make_seat(Role.COMMISSIONER, organisation=make_organisation(is_commissioner=True))


@pytest.fixture
def tender(officer, other_officer):
    tender = make_tender(by=officer, state=TenderState.PUBLISHED, lots=2)
    for one in (officer, other_officer):
        name_opener(tender, one)
    return tender


@pytest.fixture
def bidder(db):
    return a_bidder()


@pytest.fixture
def rival(db):
    return a_bidder()


@pytest.fixture
def bid(tender, bidder):
    return draft_of(tender, bidder)


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

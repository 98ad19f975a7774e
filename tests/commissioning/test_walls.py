"""The database's own walls hold without the application's filters."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from commissioning.bids.models import Answer, Attachment, Bid, LotOffer, OpeningConsent, Submission
from commissioning.tenders.models import Tender
from tests.factories import make_bid as make_whole_bid
from tests.factories import make_organisation, make_seat, make_tender, open_tender, submit_bid


def make_bid(tender, organisation, text="A word under seal"):
    bid = Bid.objects.create(tender=tender, organisation=organisation)
    offer = LotOffer.objects.create(bid=bid, lot=tender.lots.first(), organisation=organisation, tender=tender)
    Answer.objects.create(offer=offer, criterion=tender.criteria.first(), text=text, organisation=organisation, tender=tender)
    return bid


@pytest.fixture
def tender(db):
    return make_tender(by=make_seat(), state="published")


def test_a_bid_is_seen_by_its_own_organisation_only(tender, as_app):
    ours, theirs = make_organisation(), make_organisation()
    make_bid(tender, ours)
    make_bid(tender, theirs)
    with as_app(ours):
        assert [bid.organisation_id for bid in Bid.objects.all()] == [ours.pk]
        assert Answer.objects.count() == 1
    with as_app(tender.commissioner):
        assert Bid.objects.count() == 0
        assert Answer.objects.count() == 0
    with as_app(auditor=True):
        assert Bid.objects.count() == 0


def test_no_scope_shows_nothing(tender, as_app):
    make_bid(tender, make_organisation())
    with as_app():
        assert Bid.objects.count() == 0


def test_nobody_writes_a_bid_for_another_organisation(tender, as_app):
    ours, theirs = make_organisation(), make_organisation()
    with as_app(ours), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Bid.objects.create(tender=tender, organisation=theirs)


def test_the_application_cannot_mark_its_own_bid_opened(tender, as_app):
    ours = make_organisation()
    bid = make_bid(tender, ours)
    with as_app(ours), pytest.raises(DatabaseError, match="portal_sealed"), transaction.atomic():
        Bid.objects.filter(pk=bid.pk).update(opened_on_clock=timezone.now())


def test_a_submission_after_the_deadline_is_refused_by_the_database(tender):
    ours = make_seat()
    bid = make_bid(tender, ours.organisation)
    tender.deadline = timezone.now() - timedelta(seconds=1)
    tender.save()
    with pytest.raises(DatabaseError, match="portal_too_late"), transaction.atomic():
        Submission.objects.create(
            bid=bid,
            tender=tender,
            organisation=ours.organisation,
            number=1,
            content={},
            sha256="",
            received_at=timezone.now(),
            received_by=ours.person,
        )


def test_the_opening_function_refuses_before_the_deadline_and_without_two_officers(tender, as_app):
    tender.state = "closed"
    tender.save()
    with as_app(tender.commissioner), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="portal_too_early"), transaction.atomic():
            cursor.execute("SELECT portal_open_bids(%s)", [tender.pk])
    tender.deadline = timezone.now() - timedelta(seconds=1)
    tender.save()
    with as_app(tender.commissioner), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="portal_two_officers"), transaction.atomic():
            cursor.execute("SELECT portal_open_bids(%s)", [tender.pk])


@pytest.fixture
def bidder(db):
    return make_seat()


@pytest.fixture
def submitted(tender, bidder):
    bid = make_whole_bid(tender, bidder, "As submitted")
    submit_bid(bid, bidder)
    return bid


def test_the_opening_shows_what_was_submitted_and_not_what_was_typed_afterwards(tender, bidder, submitted, as_app):
    Answer.objects.filter(offer__bid=submitted).update(text="Typed after the submission")
    open_tender(tender)
    with as_app(tender.commissioner):
        assert {answer.text for answer in Answer.objects.all()} == {"As submitted"}


def test_a_lot_that_was_not_submitted_stays_sealed(bidder, as_app):
    tender = make_tender(by=make_seat(), state="published", lots=2)
    bid = make_whole_bid(tender, bidder, lots=(1,))
    submit_bid(bid, bidder)
    LotOffer.objects.create(bid=bid, lot=tender.lots.get(number=2), tender=tender, organisation=bidder.organisation)
    open_tender(tender)
    with as_app(tender.commissioner):
        assert [offer.lot.number for offer in LotOffer.objects.all()] == [1]


def test_only_the_last_version_of_a_bid_is_opened(tender, bidder, submitted, as_app):
    Answer.objects.filter(offer__bid=submitted).update(text="Better words")
    submit_bid(submitted, bidder)
    open_tender(tender)
    with as_app(tender.commissioner):
        assert [one.number for one in Submission.objects.all()] == [2]
        assert {answer.text for answer in Answer.objects.all()} == {"Better words"}


def test_drafts_and_withdrawn_bids_stay_sealed_and_the_withdrawn_are_named(tender, as_app):
    drafting, withdrawing = make_seat(), make_seat()
    make_whole_bid(tender, drafting)
    withdrawn = make_whole_bid(tender, withdrawing)
    submit_bid(withdrawn, withdrawing)
    Bid.objects.filter(pk=withdrawn.pk).update(state="withdrawn", withdrawn_at=timezone.now(), withdrawn_by=withdrawing.person)
    open_tender(tender)
    with as_app(tender.commissioner):
        assert Bid.objects.count() == 0
        assert Answer.objects.count() == 0


@pytest.mark.parametrize("change", ["bid", "offer", "answer", "file"])
def test_nothing_of_a_bid_moves_after_the_deadline(tender, bidder, submitted, as_app, change):
    Tender.objects.filter(pk=tender.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    changes = {
        "bid": lambda: Bid.objects.update(version=9),
        "offer": lambda: LotOffer.objects.update(chosen=False),
        "answer": lambda: Answer.objects.update(text="Later"),
        "file": lambda: Attachment.objects.create(
            bid=submitted, tender=tender, organisation=bidder.organisation, name="a", size=1, added_by=bidder.person
        ),
    }
    with as_app(bidder.organisation), pytest.raises(DatabaseError, match="portal_too_late"), transaction.atomic():
        changes[change]()


def test_officers_who_were_not_named_or_consented_long_ago_do_not_open(tender, submitted):
    first, second = make_seat(), make_seat()
    Tender.objects.filter(pk=tender.pk).update(state="closed", deadline=timezone.now() - timedelta(minutes=30))
    for officer in (first, second):
        OpeningConsent.objects.create(
            tender=tender, organisation=officer.organisation, given_by=officer.person, given_at=timezone.now() - timedelta(minutes=16)
        )
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="portal_two_officers"), transaction.atomic():
        cursor.execute("SELECT portal_open_bids(%s)", [tender.pk])


def test_the_application_opens_a_tender_only_by_the_opening(tender, as_app):
    person = tender.created_by
    with as_app(tender.commissioner), pytest.raises(DatabaseError, match="portal_sealed"), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(state="opened", opened_at=timezone.now(), opened_by=person)


@pytest.mark.parametrize("days", [-1, -20])
def test_a_published_deadline_only_moves_forward(tender, as_app, days):
    with as_app(tender.commissioner), pytest.raises(DatabaseError, match="portal_deadline"), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(deadline=tender.deadline + timedelta(days=days))


def test_a_tender_whose_weights_are_off_is_not_published_by_the_application(as_app):
    tender = make_tender(by=make_seat(), weights=("60.00", "39.99"))
    with as_app(tender.commissioner), pytest.raises(DatabaseError, match="portal_tender"), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(state="published", published_at=timezone.now(), published_by=tender.created_by)


def test_the_application_does_not_close_a_tender_early(tender, as_app):
    with as_app(tender.commissioner), pytest.raises(DatabaseError, match="portal_too_early"), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(state="closed")


def test_lots_and_criteria_stand_still_once_published(tender, as_app):
    with as_app(tender.commissioner), pytest.raises(DatabaseError, match="portal_tender"), transaction.atomic():
        tender.criteria.update(weight_percent="50.00")
    with as_app(tender.commissioner), pytest.raises(DatabaseError, match="portal_tender"), transaction.atomic():
        tender.lots.update(annual_amount="1.00")

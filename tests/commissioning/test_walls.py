"""The database's own walls hold without the application's filters."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from commissioning.bids.models import Answer, Bid, LotOffer, Submission
from tests.factories import make_organisation, make_seat, make_tender


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

"""Who sees and writes a bid, as one table of cases; what the front page tells whom."""

import pytest
from django.utils import timezone

from commissioning.bids.actions import submit
from commissioning.bids.permissions import can_bid, can_open, is_bidder, own_bids
from commissioning.bids.queries import hashes_for_bidder, own_files, own_submissions, to_open
from commissioning.home.registry import tiles_for
from commissioning.organisations.roles import Role
from commissioning.tenders.models import Tender
from tests.commissioning.bids.conftest import name_opener, pass_deadline
from tests.factories import make_organisation, make_seat


@pytest.mark.parametrize("role", Role)
def test_only_bid_managers_of_the_bidder_see_its_bid(bid, bidder, role):
    own, stranger = make_seat(role, organisation=bidder.organisation), make_seat(role)
    assert own_bids(own).exists() is (role == Role.BID_MANAGER)
    assert not own_bids(stranger).exists()
    assert can_bid(own, bid.tender) is (role == Role.BID_MANAGER)


def tenders_to_open(seat):
    return Tender.objects.filter(to_open(seat))


def test_a_bid_manager_of_a_partner_that_provides_nothing_is_no_bidder(db, tender):
    seat = make_seat(Role.BID_MANAGER, organisation=make_organisation(is_funder=True))
    assert (is_bidder(seat), can_bid(seat, tender), own_bids(seat).exists()) == (False, False, False)


def test_receipts_and_documents_follow_the_bid(bid, bidder, rival):
    submit(bid=bid, by=bidder, now=timezone.now())
    assert own_submissions(bidder).count() == 1
    assert own_submissions(rival).count() == 0
    assert own_files(rival).count() == 0
    assert hashes_for_bidder(bid) == []


def test_an_opener_is_told_to_open_after_the_deadline_only(tender, officer, other_officer, bidder):
    assert not tenders_to_open(officer).exists()
    pass_deadline(tender)
    assert list(tenders_to_open(officer)) == [tender]
    assert can_open(other_officer, tender)
    assert not tenders_to_open(make_seat(Role.COMMISSIONER, organisation=officer.organisation)).exists()
    assert not tenders_to_open(make_seat(Role.COMMISSIONER, person=officer.person)).exists()


def test_the_front_page_tells_each_their_own(tender, bid, bidder, rival, officer):
    mine = {(tile.value, tile.urgent) for tile in tiles_for(bidder) if tile.title == tender.title}
    theirs = {(tile.value, tile.urgent) for tile in tiles_for(rival) if tile.title == tender.title}
    assert (mine, theirs) == ({("Draft", True)}, {("Open for bids", False)})
    assert not [tile for tile in tiles_for(officer) if tile.title == tender.title]
    pass_deadline(tender)
    assert [tile.urgent for tile in tiles_for(officer) if tile.title == tender.title] == [True]


def test_a_second_opener_may_be_named_late(tender, officer):
    colleague = make_seat(Role.LEAD_OFFICER, organisation=officer.organisation)
    name_opener(tender, colleague)
    assert can_open(colleague, tender)

import re
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.bids.actions import consent_to_open, submit
from commissioning.organisations.roles import Role
from commissioning.tenders.models import SeatKind, TenderSeat
from tests.commissioning.bids.conftest import draft_of, pass_deadline
from tests.counting import cost_of
from tests.factories import make_organisation, make_seat


def opening_of(tender):
    return reverse("bids:opening", args=[tender.reference])


def minutes_of(tender):
    return reverse("bids:minutes", args=[tender.reference])


def without_tokens(response):
    return re.sub(r'value="[^"]{36,64}"', "", response.content.decode())


@pytest.fixture
def submitted(tender, bid, bidder):
    return submit(bid=bid, by=bidder, now=timezone.now())


def test_an_officer_who_signed_in_long_ago_proves_it_again(client_for, tender, officer):
    client = client_for(officer)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 16 * 60}]
    session.save()
    response = client.get(opening_of(tender))
    assert response.status_code == 302
    assert "reauthenticate" in response.url


def test_before_the_deadline_the_page_only_says_that_the_bids_are_sealed(client_for, tender, officer):
    text = client_for(officer).get(opening_of(tender)).content.decode()
    assert "The bids are sealed" in text
    assert "Give my word" not in text


def test_the_page_is_the_same_with_and_without_bids(client_for, tender, officer, bidder):
    client = client_for(officer)
    before = without_tokens(client.get(opening_of(tender)))
    submit(bid=draft_of(tender, bidder), by=bidder, now=timezone.now())
    assert without_tokens(client.get(opening_of(tender))) == before


def test_two_officers_open_and_read_the_minutes(client_for, tender, submitted, officer, other_officer):
    pass_deadline(tender)
    first, second = client_for(officer), client_for(other_officer)
    assert first.post(opening_of(tender), {"sure": "on"}).url == opening_of(tender)
    assert "It stands for 15 minutes" in first.get(opening_of(tender)).content.decode()
    assert second.post(opening_of(tender), {"sure": "on"}).url == minutes_of(tender)
    text = second.get(minutes_of(tender)).content.decode()
    for said in (submitted.organisation.name, submitted.receipt, submitted.sha256, officer.organisation.name):
        assert said in text
    assert first.get(opening_of(tender)).url == minutes_of(tender)


def test_a_word_without_the_tick_counts_for_nothing(client_for, tender, submitted, officer):
    pass_deadline(tender)
    text = client_for(officer).post(opening_of(tender), {}).content.decode()
    assert "Tick the box to confirm that you open the bids together" in text
    assert tender.opening_consents.count() == 0


def test_a_word_before_the_deadline_is_refused_in_words(client_for, tender, officer):
    text = client_for(officer).post(opening_of(tender), {"sure": "on"}).content.decode()
    assert "The bids stay sealed until the deadline" in text


def test_who_is_not_named_gets_a_404(client_for, tender, officer):
    colleague = make_seat(Role.LEAD_OFFICER, organisation=officer.organisation)
    assert client_for(colleague).get(opening_of(tender)).status_code == 404


class TestAfterwards:
    @pytest.fixture(autouse=True)
    def opened(self, tender, submitted, officer, other_officer):
        pass_deadline(tender)
        for one in (officer, other_officer):
            consent_to_open(tender=tender, by=one)
        tender.refresh_from_db()

    def test_minutes_are_for_the_officers_and_auditors(self, client_for, tender, officer):
        lead = make_seat(Role.LEAD_OFFICER, organisation=officer.organisation)
        for seat in (officer, lead, make_seat(Role.AUDITOR)):
            assert client_for(seat).get(minutes_of(tender)).status_code == 200
        stranger = make_seat(Role.COMMISSIONER, organisation=make_organisation(is_commissioner=True))
        assert client_for(stranger).get(minutes_of(tender)).status_code == 404

    def test_an_evaluator_never_reads_the_bidders_names(self, client_for, tender, officer):
        both = make_seat(Role.COMMISSIONER, Role.EVALUATOR, organisation=officer.organisation)
        parts = {"person": both.person, "organisation": both.organisation, "given_by": tender.created_by}
        TenderSeat.objects.create(tender=tender, kind=SeatKind.EVALUATOR, **parts)
        assert client_for(both).get(minutes_of(tender)).status_code == 404

    def test_a_bidder_finds_its_receipt_among_the_hashes(self, client_for, bid, bidder, submitted):
        text = client_for(bidder).get(reverse("bids:hashes", args=[bid.reference])).content.decode()
        assert submitted.sha256 in text
        assert "Your bid" in text

    def test_the_hashes_name_no_other_bidder(self, client_for, tender, bid, bidder, rival):
        text = client_for(bidder).get(reverse("bids:hashes", args=[bid.reference])).content.decode()
        assert rival.organisation.name not in text

    def test_minutes_cost_few_queries(self, client_for, tender, officer):
        assert cost_of(client_for(officer), minutes_of(tender)) <= 15

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.contracts.states import ContractState
from commissioning.organisations.roles import Role
from commissioning.tenders.states import TenderState
from tests.counting import cost_of
from tests.factories import make_area, make_bid, make_contract, make_seat, make_tender, moment, submit_bid


@pytest.fixture
def officer(db):
    return make_seat(Role.COMMISSIONER)


def page_of(tender):
    return reverse("publication:tender", args=[tender.reference])


def test_a_visitor_reads_a_published_tender(client, officer):
    tender = make_tender(by=officer, title="Refuge for all", state=TenderState.PUBLISHED)
    text = client.get(page_of(tender)).content.decode()
    for said in ("Refuge for all", "Question 1?", "60%", "Exit this page", "at exactly that second is late", "in 14 days"):
        assert said in text


def test_a_deadline_is_said_with_weekday_and_londons_clock(client, officer):
    tender = make_tender(by=officer, state=TenderState.PUBLISHED, deadline=moment("2027-06-04 12:00"))
    assert "Friday 4 June 2027 at 12:00" in client.get(page_of(tender)).content.decode()


def test_a_draft_and_a_tender_abandoned_as_a_draft_are_not_found(client, officer):
    abandoned = make_tender(
        by=officer,
        state=TenderState.ABANDONED,
        abandoned_at=timezone.now(),
        abandoned_by=officer.person,
        published_at=None,
        published_by=None,
    )
    for tender in (make_tender(by=officer), abandoned):
        assert client.get(page_of(tender)).status_code == 404


def test_no_reader_learns_whether_there_are_bids(client, officer):
    tender, bidder = make_tender(by=officer, state=TenderState.PUBLISHED), make_seat(Role.BID_MANAGER)
    before = client.get(page_of(tender)).content
    submit_bid(make_bid(tender, bidder), bidder)
    assert client.get(page_of(tender)).content == before


def test_the_list_shows_what_is_open_first_and_soonest_first(client, officer):
    for title, days in (("Closed", -1), ("Later", 20), ("Sooner", 5)):
        make_tender(by=officer, title=title, state=TenderState.PUBLISHED, deadline=timezone.now() + timedelta(days=days))
    make_tender(by=officer, title="Draft")
    text = client.get(reverse("publication:tenders")).content.decode()
    assert text.index(">Sooner<") < text.index(">Later<") < text.index(">Closed<")
    assert ">Draft<" not in text
    text = client.get(reverse("publication:tenders"), {"show": "open"}).content.decode()
    assert (">Sooner<" in text, ">Closed<" in text) == (True, False)
    text = client.get(reverse("publication:tenders"), {"show": "ended", "search": "clos"}).content.decode()
    assert (">Sooner<" in text, ">Closed<" in text) == (False, True)


def test_the_register_shows_signed_contracts(client, db):
    make_contract(area=make_area(name="The east coast"))
    make_contract(area=make_area(name="Not signed"), state=ContractState.SIGNING)
    text = client.get(reverse("publication:contracts")).content.decode()
    assert ("The east coast" in text, "Not signed" in text) == (True, False)


@pytest.mark.parametrize("name", ["tenders", "contracts"])
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_lists_come_as_files(client, db, name, format_):
    response = client.get(reverse(f"publication:{name}"), {"format": format_})
    assert response["Content-Disposition"].endswith(f'.{format_}"')


def test_a_visitor_gets_no_cookie_and_a_cache_may_keep_the_page(client, officer):
    tender = make_tender(by=officer, state=TenderState.PUBLISHED)
    for address in (page_of(tender), reverse("publication:tenders"), reverse("publication:contracts")):
        response = client.get(address)
        assert not response.cookies
        assert "public" in response["Cache-Control"]
        assert "max-age=60" in response["Cache-Control"]


def test_who_is_signed_in_gets_a_page_of_their_own(client_for, officer):
    assert "public" not in client_for(officer).get(reverse("publication:tenders")).get("Cache-Control", "")


def test_public_pages_cost_the_same_with_one_and_with_four(client, officer):
    small = make_tender(by=officer, state=TenderState.PUBLISHED)
    few = cost_of(client, reverse("publication:tenders"))
    for _ in range(3):
        large = make_tender(by=officer, lots=4, state=TenderState.PUBLISHED)
    assert cost_of(client, reverse("publication:tenders")) == few <= 15
    assert cost_of(client, page_of(small)) == cost_of(client, page_of(large)) <= 15

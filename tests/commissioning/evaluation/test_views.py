"""Pages of the evaluation, asked for as the web asks: signed in, as `portal_app`, row level security on."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.evaluation.models import Award, InterestDeclaration, Mark, MarkSheet, ModeratedMark
from commissioning.organisations.roles import Role
from tests.commissioning.evaluation.conftest import REASON, make_evaluator, make_world
from tests.factories import make_bid, make_seat, make_tender, submit_bid

TEXTS = ["", "   ", "\u200b\u200b", "\n\n\t", ".....................................", "a" * 20, "<script>alert(1)</script>"]


def url(world, name, *more):
    return reverse(f"evaluation:{name}", args=[world.tender.reference, *more])


def marks(version=0, act="give", **said):
    return {"mark_1": "4", "reason_1": REASON, "mark_2": "3", "reason_2": REASON, "version": version, "act": act, **said}


def agreed(**said):
    row = {"mark_1": "3", "reason_1": REASON, "version_1": "0", "mark_2": "3", "reason_2": REASON, "version_2": "0"}
    return {**row, **said}


def words(response):
    """The text of a page, for people."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_evaluator_declares_then_marks_and_gives(world, web):
    client = web(world.first)
    page = client.get(url(world, "tender"))
    assert "Declare your interests first" in words(page)
    assert "Bidder" not in words(page)
    client.post(url(world, "declare"), {"interest": "no"})
    assert "Bidder A" in words(client.get(url(world, "tender")))
    answered = client.post(url(world, "mark", 1, "a"), marks(), follow=True)
    assert "Your marks for Bidder A, lot 1, are given." in words(answered)
    assert [one.value for one in Mark.objects.filter(sheet__given_by=world.first.person)] == [4, 3]


def test_nothing_of_a_bid_is_shown_before_the_declaration(world, web):
    response = web(world.first).get(url(world, "mark", 1, "a"))
    assert response.headers["Location"] == url(world, "tender")


def test_before_the_opening_nobody_is_told_whether_anybody_bids(web):
    officer, bidder = make_seat(Role.COMMISSIONER), make_seat(Role.BID_MANAGER)
    tender = make_tender(by=officer, state="published")
    empty = words(web(officer).get(reverse("evaluation:tender", args=[tender.reference])))
    submit_bid(make_bid(tender, bidder, text="How it is done"), bidder)
    with_bid = words(web(officer).get(reverse("evaluation:tender", args=[tender.reference])))
    assert "Sealed until the opening" in with_bid
    assert "Nobody bid" not in with_bid
    assert with_bid == empty


def test_a_declared_interest_shuts_the_pages(world, web):
    client = web(world.first)
    client.post(url(world, "declare"), {"interest": "yes", "details": "A relative works for one of the providers"})
    assert "You do not mark this tender" in words(client.get(url(world, "tender")))
    assert client.get(url(world, "mark", 1, "a")).status_code == 302
    assert InterestDeclaration.objects.get().has_interest


def test_saving_keeps_what_is_there(world, web):
    world.declare()
    client = web(world.first)
    client.post(url(world, "mark", 1, "a"), {"mark_1": "4", "reason_1": "half a thou", "act": "save", "version": "0"})
    page = client.get(url(world, "mark", 1, "a"))
    assert "half a thou" in words(page)
    assert MarkSheet.objects.get().given_at is None


@pytest.mark.parametrize("mark", ["6", "-1", "4.5", "five", "٤", "4 or 5", "1e0", "null", "99999999999999999999"])
def test_a_mark_off_the_scale_is_refused_in_words_and_nothing_is_lost(world, web, mark):
    world.declare()
    response = web(world.first).post(url(world, "mark", 1, "a"), marks(mark_1=mark))
    assert response.status_code == 200
    assert "The mark for criterion 1 is not one of the choices: choose one from the list" in words(response)
    assert response.content.decode().count(REASON) == 2
    assert not Mark.objects.exists()


@pytest.mark.parametrize("reason", TEXTS)
def test_a_reason_without_substance_is_refused(world, web, reason):
    world.declare()
    response = web(world.first).post(url(world, "mark", 1, "a"), marks(reason_1=reason))
    assert response.status_code == 200
    assert "Criterion 1:" in words(response)
    assert "<script>alert" not in response.content.decode()
    assert not Mark.objects.exists()


@pytest.mark.parametrize("reason", ["a word\x00 with a hidden sign in its middle", "word " * 401])
def test_a_reason_that_cannot_be_kept_is_refused_in_words(world, web, reason):
    world.declare()
    response = web(world.first).post(url(world, "mark", 1, "a"), marks(reason_1=reason))
    assert response.status_code == 200
    assert "The reason for criterion 1" in words(response)


def test_a_second_tab_is_told_and_keeps_its_text(world, web):
    world.declare()
    client = web(world.first)
    client.post(url(world, "mark", 1, "a"), marks(act="save"))
    response = client.post(url(world, "mark", 1, "a"), marks(act="save", reason_1="Written in the older of two windows"))
    assert "First evaluator saved this" in words(response)
    assert "Written in the older of two windows" in words(response)
    assert 'name="version" value="1"' in response.content.decode()


def test_a_double_submit_gives_once(world, web):
    world.declare()
    client = web(world.first)
    once = {"once": "6f0e62f5-6f0c-4c39-9f0b-3c5f7e0a0001"}
    first = client.post(url(world, "mark", 1, "a"), marks(**once))
    again = client.post(url(world, "mark", 1, "a"), marks(**once))
    assert (first.status_code, again.status_code) == (302, 302)
    assert MarkSheet.objects.get().version == 1


@pytest.mark.parametrize(
    "address", ["/evaluation/T-NOTHERE/", "/evaluation/T-NOTHERE/lot/1/", "/evaluation/%00/", "/evaluation/outcomes/BID-NOTHERE/"]
)
def test_what_is_not_there_and_what_is_not_theirs_look_the_same(world, web, address):
    seat = make_seat(Role.EVALUATOR, Role.COMMISSIONER, Role.BID_MANAGER)
    client = web(seat)
    assert client.get(address).status_code == 404
    for name, more in (("tender", []), ("lot", [1]), ("mark", [1, "a"]), ("result", [1])):
        assert client.get(url(world, name, *more)).status_code == 404


@pytest.mark.parametrize(("lot", "letter"), [(2, "a"), (1, "c"), (99999999999999999999, "a"), (1, "a%"), (1, "'")])
def test_no_such_lot_or_bidder(world, web, lot, letter):
    world.declare()
    assert web(world.first).get(url(world, "mark", lot, letter)).status_code == 404


def test_moderation_from_marks_to_the_ranking(world, web):
    world.mark_all(first=(4, 3), second=(2, 3))
    officer = web(world.officer)
    assert "Begin moderation" in words(officer.get(url(world, "tender")))
    officer.post(url(world, "begin", 1), {})
    for letter in "ab":
        answered = officer.post(url(world, "agree", 1, letter), agreed(), follow=True)
        assert "are saved" in words(answered)
    for seat in (world.first, world.second):
        client = web(seat)
        page = client.get(url(world, "lot", 1))
        digest = re.search(r'name="record_hash" value="(\w{64})"', page.content.decode())[1]
        assert "You confirmed the record" in words(client.post(url(world, "confirm", 1), {"record_hash": digest}, follow=True))
    officer.post(url(world, "close"), {})
    page = officer.get(url(world, "result", 1))
    assert "60.00" in words(page)
    assert all(one.organisation.name in words(page) for one in world.bidders)
    assert "3 ÷ 5 × 60.00" in words(officer.get(url(world, "explain", 1)))


def test_an_agreed_mark_outside_the_range_asks_for_a_second_reason(world, web):
    world.mark_all().begin()
    response = web(world.officer).post(url(world, "agree", 1, "a"), agreed(mark_1="5"))
    assert "Criterion 1: The agreed mark 5 is outside the marks given (3 to 4)." in words(response)
    assert not ModeratedMark.objects.exists()


def test_a_stale_agreement_is_told(world, web):
    world.mark_all().begin()
    officer = web(world.officer)
    officer.post(url(world, "agree", 1, "a"), agreed())
    response = officer.post(url(world, "agree", 1, "a"), agreed(mark_1="4"))
    assert "Commissioner saved this" in words(response)
    assert 'name="version_1" value="1"' in response.content.decode()


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "9" * 30])
def test_a_nonsense_version_is_a_stale_edit(world, web, version):
    world.mark_all().begin()
    response = web(world.officer).post(url(world, "agree", 1, "a"), agreed(version_1=version))
    assert response.status_code == 200
    assert not ModeratedMark.objects.filter(criterion__number=1).exists()


def test_an_award_is_proposed_and_approved_by_another_officer(world, web):
    world.moderate(A=(3, 3), B=(4, 3))
    officer, lead = web(world.officer), web(world.lead)
    officer.post(url(world, "result", 1), {"decision": "first", "reason": REASON})
    assert "Decide on this award" not in words(officer.get(url(world, "result", 1)))
    assert "Decide on this award" in words(lead.get(url(world, "result", 1)))
    assert "approved award is final" in words(lead.get(url(world, "decide", 1)))
    lead.post(url(world, "decide", 1), {"act": "approve"})
    assert Award.objects.get().state == "approved"
    won, lost = (web(one) for one in sorted(world.bidders, key=lambda one: one.organisation != world.offer("B").bid.organisation))
    assert "Your offer is awarded lot 1" in words(won.get(reverse("evaluation:outcome", args=[world.offer("B").bid.reference])))
    page = words(lost.get(reverse("evaluation:outcome", args=[world.offer("A").bid.reference])))
    assert "is awarded to" in page
    assert "Your score is 60.00 out of 100, place 2" in page
    assert lost.get(reverse("evaluation:outcome", args=[world.offer("B").bid.reference])).status_code == 404


def test_who_proposed_cannot_open_the_decision(world, web):
    world.moderate()
    both = make_seat(Role.LEAD_OFFICER, organisation=world.officer.organisation)
    client = web(both)
    client.post(url(world, "result", 1), {"decision": "first", "reason": REASON})
    assert client.get(url(world, "decide", 1)).status_code == 403
    assert client.post(url(world, "decide", 1), {"act": "approve"}).status_code == 403


def test_sending_back_takes_a_reason(world, web):
    world.moderate()
    web(world.officer).post(url(world, "result", 1), {"decision": "first", "reason": REASON})
    lead = web(world.lead)
    assert "Say why the proposal goes back" in words(lead.post(url(world, "decide", 1), {"act": "back", "because": " "}))
    lead.post(url(world, "decide", 1), {"act": "back", "because": "The reason does not speak of the criteria"})
    assert "The reason does not speak of the criteria" in words(web(world.officer).get(url(world, "result", 1)))


@pytest.mark.parametrize("decision", ["", "second", "first' OR 1=1", "none"])
def test_a_proposal_of_something_else(world, web, decision):
    world.moderate()
    response = web(world.officer).post(url(world, "result", 1), {"decision": decision, "reason": " "})
    assert response.status_code == 200
    assert not Award.objects.exists()


def test_lists_come_as_files(world, web):
    response = web(world.officer).get(reverse("evaluation:list"), {"format": "csv"})
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "Integrated domestic abuse service" in response.content.decode()


# What the `web` fixture itself asks: the role, the scope and two savepoints of the test, each with its end.
OVERHEAD = 8
PAGES = [
    ("first", "tender", []),
    ("first", "mark", [1, "a"]),
    ("officer", "tender", []),
    ("officer", "lot", [1]),
    ("officer", "agree", [1, "a"]),
    ("officer", "close", []),
]


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_cost_the_same_with_more_lots_and_evaluators(web):
    small, large = make_world(), None
    small.mark_all().begin()
    before = {(who, name): queries(web(getattr(small, who)), url(small, name, *more)) for who, name, more in PAGES}
    for seat in (small.officer, small.lead):
        seat.organisation.name += " of old"
        seat.organisation.save()
    for one in small.bidders:
        one.organisation.name += " of old"
        one.organisation.save()
        one.person.email = f"old-{one.person.email}"
        one.person.save()
    large = make_world(lots=3, weights=("25.00", "25.00", "25.00", "25.00"))
    make_evaluator(large.tender)
    large.mark_all(first=(4, 3, 3, 3), second=(3, 3, 3, 3)).begin()
    after = {(who, name): queries(web(getattr(large, who)), url(large, name, *more)) for who, name, more in PAGES}
    assert after == before
    assert max(after.values()) <= OVERHEAD + 15

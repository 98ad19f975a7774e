"""Proposing and deciding an award, and what bidders hear of it."""

from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning.evaluation.actions.awarding import approve_award, propose_award, send_back
from commissioning.evaluation.models import Award
from commissioning.evaluation.queries.results import outcomes_of, results_of
from commissioning.evaluation.rules import AwardRefused
from commissioning.evaluation.states import AwardState
from commissioning.kernel import gates
from commissioning.kernel.models import Job
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.tenders.states import TenderState
from tests.commissioning.evaluation.conftest import REASON, make_world
from tests.factories import make_seat


def propose(world, *, to_first=True, reason=REASON, by=None, lot=None):
    return propose_award(lot=lot or world.lot, award_to_first=to_first, reason=reason, by=by or world.officer, now=timezone.now())


def approve(world, award, by=None):
    return approve_award(award=award, by=by or world.lead, now=timezone.now())


def test_the_first_of_the_ranking_is_proposed_with_its_exact_score(world):
    world.moderate(A=(3, 3), B=(4, 3))
    award = propose(world)
    winner = world.offer("B").bid.organisation
    assert (award.provider, award.score) == (winner, Decimal("72"))
    assert [(one["name"], one["place"]) for one in award.ranking] == [("Bidder B", 1), ("Bidder A", 2)]


def test_nothing_is_proposed_before_moderation_is_closed(world):
    world.mark_all().begin()
    with pytest.raises(AwardRefused, match="once moderation is closed"):
        propose(world)


@pytest.mark.parametrize("who", ["first", "lead"])
def test_only_an_officer_of_the_tender_proposes(world, who):
    world.moderate()
    with pytest.raises(AwardRefused, match="An officer of the tender"):
        propose(world, by=getattr(world, who))


def test_no_offer_above_the_minimum_leaves_no_award(world):
    world.moderate(A=(1, 3), B=(3, 1))
    with pytest.raises(AwardRefused, match="No offer reached"):
        propose(world)
    award = propose(world, to_first=False, reason="No offer reached the minimum in every criterion")
    assert (award.offer, award.score, award.no_award_because[:8]) == (None, None, "No offer")


def test_a_proposal_needs_a_reason(world):
    world.moderate()
    with pytest.raises(AwardRefused, match="Give the reason for this proposal"):
        propose(world, reason=" \n ")


def test_who_proposes_does_not_approve(world):
    world.moderate()
    both = make_seat(Role.LEAD_OFFICER, organisation=world.officer.organisation)
    award = propose(world, by=both)
    with pytest.raises(AwardRefused, match="another person decides"):
        approve(world, award, by=both)


def test_a_commissioner_or_a_stranger_does_not_approve(world):
    world.moderate()
    award = propose(world)
    for other in (make_seat(Role.COMMISSIONER, organisation=world.officer.organisation), make_seat(Role.LEAD_OFFICER)):
        with pytest.raises(AwardRefused, match="A lead officer"):
            approve(world, award, by=other)


def test_a_lead_officer_tied_to_a_bidder_does_not_approve(world):
    world.moderate()
    award = propose(world)
    Membership.objects.create(person=world.lead.person, organisation=world.bidders[0].organisation, role=Role.CERTIFIER)
    with pytest.raises(AwardRefused, match="organisation that bids"):
        approve(world, award)


def test_an_approved_award_moves_the_tender_and_tells_every_bidder_without_a_word_of_the_outcome(world, django_capture_on_commit_callbacks):
    world.moderate(A=(3, 3), B=(4, 3))
    approve(world, propose(world))
    world.tender.refresh_from_db()
    assert world.tender.state == TenderState.AWARDED
    jobs = Job.objects.filter(name="kernel.send_mail")
    assert sorted(one.arguments["to"] for one in jobs) == ["bids@larkspur.example", "bids@marigold.example"]
    for one in jobs:
        said = (one.arguments["subject"] + one.arguments["text"]).casefold()
        assert not any(word in said for word in ("award", "mark", "score", "abuse", "bid", "won", "success"))


def test_a_tender_is_awarded_with_its_last_lot(db):
    world = make_world(lots=2)
    world.moderate()
    first, second = world.tender.lots.order_by("number")
    approve(world, propose(world, lot=first))
    world.tender.refresh_from_db()
    assert world.tender.state == TenderState.MODERATED
    approve(world, propose(world, to_first=False, lot=second, reason="The partners will arrange this area otherwise"))
    world.tender.refresh_from_db()
    assert world.tender.state == TenderState.AWARDED


def test_a_decided_award_is_not_decided_again(world):
    world.moderate()
    award = approve(world, propose(world))
    for again in (lambda: approve(world, award), lambda: send_back(award=award, because=REASON, by=world.lead, now=timezone.now())):
        with pytest.raises(AwardRefused, match="not waiting"):
            again()


def test_a_proposal_that_is_sent_back_can_be_made_again(world):
    world.moderate()
    award = propose(world)
    with pytest.raises(AwardRefused, match="Say why"):
        send_back(award=award, because="", by=world.lead, now=timezone.now())
    send_back(award=award, because="The reason does not speak of the criteria", by=world.lead, now=timezone.now())
    again = propose(world)
    assert (again.pk, again.state, again.sent_back_because) == (award.pk, AwardState.PROPOSED, "")
    assert Award.objects.count() == 1


def test_a_shut_gate_stops_the_approval(world, monkeypatch):
    world.moderate()
    award = propose(world)
    monkeypatch.setattr(gates, "_checks", {"award.approve": [lambda one: [gates.Blocker("Confirmed money does not cover this award.")]]})
    with pytest.raises(gates.GateShut, match="Confirmed money"):
        approve(world, award)


def test_a_ranking_that_is_no_longer_what_was_proposed_is_not_approved(world):
    world.moderate()
    award = propose(world)
    Award.objects.filter(pk=award.pk).update(ranking=[])
    with pytest.raises(AwardRefused, match="no longer what was proposed"):
        approve(world, award)


def test_a_bidder_learns_its_own_outcome_after_the_approval_and_nothing_before(world):
    world.moderate(A=(3, 3), B=(4, 3))
    award = propose(world)
    loser, winner = world.offer("A").bid, world.offer("B").bid
    assert outcomes_of(winner)[0].award is None
    assert outcomes_of(winner)[0].marks == ()
    approve(world, award)
    lost, won = outcomes_of(loser)[0], outcomes_of(winner)[0]
    assert (won.is_won, won.place, won.score) == (True, 1, Decimal("72"))
    assert (lost.is_won, lost.place, lost.score) == (False, 2, Decimal("60"))
    assert [one.value for one in lost.marks] == [3, 3]


def test_names_come_with_the_results_only_when_asked_for(world):
    world.moderate()
    assert {one.organisation for one in results_of(world.tender, with_names=False)[0].places} == {""}
    assert {one.organisation for one in results_of(world.tender, with_names=True)[0].places} == {
        one.organisation.name for one in world.bidders
    }

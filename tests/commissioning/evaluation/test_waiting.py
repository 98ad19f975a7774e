"""What the front page says waits for each seat."""

from dataclasses import astuple

from django.utils import timezone

from commissioning.contracts.queries import awards_in_hand
from commissioning.evaluation.actions.awarding import approve_award, propose_award
from commissioning.evaluation.actions.moderating import Agreed, agree_marks
from commissioning.evaluation.queries.waiting import (
    bids_with_outcome,
    lots_to_propose,
    records_to_confirm,
    tenders_in_hand,
    tenders_to_mark,
)
from commissioning.organisations.roles import Role
from tests.commissioning.evaluation.conftest import REASON, make_evaluator
from tests.factories import make_seat, make_tender


def marking(seat):
    return [(one.declared, one.interested, one.given, one.offers) for one in tenders_to_mark(seat)]


def test_an_evaluator_sees_how_far_the_marking_is(world):
    assert marking(world.first) == [(False, False, 0, 2)]
    world.declare()
    world.mark(world.first, world.offer(), 4, 3)
    assert marking(world.first) == [(True, False, 1, 2)]
    assert marking(world.second) == [(True, False, 0, 2)]
    assert marking(world.officer) == []
    assert marking(make_seat(Role.EVALUATOR)) == []


def test_a_record_waits_for_those_who_marked_until_they_confirm_and_again_when_it_changes(world):
    world.mark_all().begin()
    for one in world.offers:
        assert not records_to_confirm(world.first).exists()
        world.agree(one, 3, 3)
    assert records_to_confirm(world.first).count() == 1
    assert not records_to_confirm(make_evaluator(world.tender)).exists()
    world.confirm()
    assert not records_to_confirm(world.first).exists()
    agree_marks(offer=world.offer(), marks={1: Agreed(4, REASON, "", 1)}, by=world.officer, now=timezone.now())
    assert records_to_confirm(world.first).count() == 1


def test_from_the_proposal_to_the_outcome(world):
    world.moderate()
    assert lots_to_propose(tenders_in_hand(world.officer)) == {world.tender.pk}
    award = propose_award(lot=world.lot, award_to_first=True, reason=REASON, by=world.officer, now=timezone.now())
    assert list(tenders_in_hand(world.officer)) == [world.tender]
    assert lots_to_propose(tenders_in_hand(world.officer)) == set()
    waits = [(award.reference, "proposed", world.lot.number, world.lot.area.name, world.tender.title, world.tender.reference)]
    assert [astuple(one) for one in awards_in_hand(world.lead)] == waits
    own = make_seat(Role.LEAD_OFFICER, organisation=world.officer.organisation)
    assert [astuple(one) for one in awards_in_hand(own)] == waits
    assert awards_in_hand(make_seat(Role.LEAD_OFFICER)) == []
    assert awards_in_hand(world.officer) == []
    assert not bids_with_outcome(world.bidders[0]).exists()
    approve_award(award=award, by=world.lead, now=timezone.now())
    assert {one.state for one in awards_in_hand(world.lead)} <= {"approved"}
    assert [(one.reference, one.state) for one in awards_in_hand(world.officer)] == [(award.reference, "approved")]
    assert bids_with_outcome(world.bidders[0]).count() == 1
    assert list(tenders_in_hand(world.officer)) == []


def test_an_officer_has_drafts_bids_to_open_and_evaluations_in_hand_each_once(world):
    seat = make_seat(Role.COMMISSIONER, organisation=world.officer.organisation)
    draft = make_tender(by=seat)
    make_tender(by=make_seat(Role.COMMISSIONER))
    assert {one.pk for one in tenders_in_hand(seat)} == {draft.pk, world.tender.pk}
    assert not tenders_in_hand(make_seat(Role.COMMISSIONER)).exists()

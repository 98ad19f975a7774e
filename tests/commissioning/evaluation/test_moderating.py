"""Moderation: marks stand still, agreed marks with reasons, the panel's word on the record."""

import pytest
from django.utils import timezone

from commissioning.evaluation.actions.marking import declare_interest
from commissioning.evaluation.actions.moderating import Agreed, agree_marks, begin_moderation, close_moderation, confirm_record
from commissioning.evaluation.models import ModeratedMark, RecordConfirmation
from commissioning.evaluation.queries.moderation import lot_record, offer_record, progress_of
from commissioning.evaluation.queries.panel import panel_of
from commissioning.evaluation.rules import ModerationRefused
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.tenders.states import TenderState
from tests.commissioning.evaluation.conftest import REASON, make_evaluator


def begin(world, by=None, because=""):
    return begin_moderation(lot=world.lot, without_because=because, by=by or world.officer, now=timezone.now())


def agree(world, number=1, value=3, reason=REASON, outside="", version=0, by=None):
    marks = {number: Agreed(value, reason, outside, version)}
    return agree_marks(offer=world.offer(), marks=marks, by=by or world.officer, now=timezone.now())


def confirm(world, by, digest=None):
    digest = digest or lot_record(world.tender, 1).hash
    return confirm_record(lot=world.lot, record_hash=digest, by=by, now=timezone.now())


def test_moderation_waits_for_two_marks_of_every_answer(world):
    world.declare()
    for one in world.offers:
        world.mark(world.first, one, 4, 3)
    world.mark(world.second, world.offer("A"), 3, 3)
    with pytest.raises(ModerationRefused, match="at least two evaluators"):
        begin(world, because="The second evaluator is away for the month")


def test_beginning_without_an_evaluator_takes_a_reason(world):
    third = make_evaluator(world.tender)
    declare_interest(tender=world.tender, has_interest=False, details="", by=third, now=timezone.now())
    world.mark_all()
    with pytest.raises(ModerationRefused, match="Say why moderation begins without them"):
        begin(world)
    assert begin(world, because="The third evaluator fell ill and will not return").without_because


def test_an_evaluator_who_never_declared_is_not_waited_for(world):
    make_evaluator(world.tender)
    world.mark_all()
    assert begin(world).without_because == ""


def test_moderation_begins_once(world):
    world.mark_all()
    begin(world)
    with pytest.raises(ModerationRefused, match="begun already"):
        begin(world)


def test_who_marks_does_not_moderate_under_another_hat(world):
    world.mark_all()
    Membership.objects.create(person=world.first.person, organisation=world.officer.organisation, role=Role.COMMISSIONER)
    both = type(world.first)(world.first.person, world.officer.organisation, frozenset({Role.COMMISSIONER, Role.EVALUATOR}))
    with pytest.raises(ModerationRefused, match="nobody who marks"):
        begin(world, by=both)


def test_an_officer_of_another_partner_does_not_moderate(world):
    world.mark_all()
    with pytest.raises(ModerationRefused, match="A commissioner or lead officer of the tender"):
        begin(world, by=world.lead)


def test_an_officer_tied_to_a_bidder_does_not_moderate(world):
    world.mark_all()
    Membership.objects.create(person=world.officer.person, organisation=world.bidders[0].organisation, role=Role.DATA_OFFICER)
    with pytest.raises(ModerationRefused, match="organisation that bids"):
        begin(world)


def test_nothing_is_agreed_before_moderation(world):
    world.mark_all()
    with pytest.raises(ModerationRefused, match="not begun"):
        agree(world)


def test_the_record_shows_each_mark_and_the_spread(world):
    world.mark_all(first=(5, 3), second=(2, 3)).begin()
    answer = offer_record(world.tender, 1, "a").answers[0]
    assert [(one.who, one.value) for one in answer.marks] == [("First evaluator, Wealden County", 5), ("Second evaluator, Medway City", 2)]
    assert answer.spread == 3
    assert answer.answer


def test_marks_are_not_in_the_record_before_moderation(world):
    world.mark_all()
    assert offer_record(world.tender, 1, "a").answers[0].marks == ()
    assert [one.given for one in progress_of(world.tender, panel_of(world.tender))] == [
        {world.first.person.pk: 2, world.second.person.pk: 2}
    ]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"value": None}, "mark_1"),
        ({"value": 7}, "mark_1"),
        ({"reason": "  "}, "reason_1"),
        ({"value": 5}, "outside_1"),
        ({"value": 5, "outside": "short"}, "outside_1"),
        ({"value": 2}, "outside_1"),
    ],
)
def test_an_agreed_mark_needs_its_reasons(world, options, field):
    world.mark_all().begin()
    with pytest.raises(ModerationRefused) as refusal:
        agree(world, **options)
    assert refusal.value.field == field


def test_a_mark_outside_the_range_stands_with_a_second_reason(world):
    world.mark_all().begin()
    agree(world, value=5, outside="Both had missed the annex that answers the question")
    assert offer_record(world.tender, 1, "a").answers[0].is_outside


def test_two_officers_do_not_overwrite_each_other(world):
    world.mark_all().begin()
    agree(world, value=3)
    with pytest.raises(StaleEdit, match="Commissioner saved this"):
        agree(world, value=4)
    agree(world, value=4, version=1)
    assert ModeratedMark.objects.get().value == 4


def test_an_incomplete_record_is_not_confirmed(world):
    world.mark_all().begin()
    with pytest.raises(ModerationRefused, match="not complete"):
        confirm(world, world.first)


def test_a_record_that_changed_is_not_confirmed_unread(world):
    world.mark_all().begin()
    for one in world.offers:
        world.agree(one, 3, 3)
    read = lot_record(world.tender, 1).hash
    agree(world, value=4, version=1)
    with pytest.raises(ModerationRefused, match="Read it again"):
        confirm(world, world.first, read)


def test_a_change_after_confirmation_takes_a_new_confirmation(world):
    world.mark_all().begin()
    for one in world.offers:
        world.agree(one, 3, 3)
    world.confirm()
    assert lot_record(world.tender, 1).is_confirmed
    agree(world, value=4, version=1)
    record = lot_record(world.tender, 1)
    assert [one.person for one in record.waiting_for] == [world.first.person, world.second.person]
    assert RecordConfirmation.objects.count() == 2


def test_confirming_twice_is_once(world):
    world.mark_all().begin()
    for one in world.offers:
        world.agree(one, 3, 3)
    assert confirm(world, world.first) == confirm(world, world.first)


def test_only_who_marked_the_lot_confirms(world):
    world.mark_all().begin()
    for one in world.offers:
        world.agree(one, 3, 3)
    for other in (world.officer, make_evaluator(world.tender)):
        with pytest.raises(ModerationRefused, match="who marked a lot"):
            confirm(world, other)


def test_moderation_closes_with_every_record_confirmed(world):
    world.mark_all().begin()
    with pytest.raises(ModerationRefused, match="0 of 4 marks are agreed"):
        close_moderation(tender=world.tender, by=world.officer, now=timezone.now())
    for one in world.offers:
        world.agree(one, 3, 3)
    confirm(world, world.first)
    with pytest.raises(ModerationRefused, match="not yet confirmed by Second evaluator, Medway City"):
        close_moderation(tender=world.tender, by=world.officer, now=timezone.now())
    confirm(world, world.second)
    assert close_moderation(tender=world.tender, by=world.officer, now=timezone.now()).state == TenderState.MODERATED


def test_an_interest_that_comes_to_light_takes_the_marks_out(world):
    world.mark_all(first=(5, 5), second=(3, 3)).begin()
    details = "I learnt today that a relative works for a provider"
    declare_interest(tender=world.tender, has_interest=True, details=details, by=world.first, now=timezone.now())
    answer = offer_record(world.tender, 1, "a").answers[0]
    assert answer.values == [3]
    with pytest.raises(ModerationRefused, match="at least two evaluators"):
        agree(world)

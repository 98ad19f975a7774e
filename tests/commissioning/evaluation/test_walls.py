"""The database keeps marks blind and awards quiet without any filter of the application."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from commissioning.evaluation.actions.awarding import approve_award, propose_award
from commissioning.evaluation.models import Award, Mark, MarkChange, MarkSheet, ModeratedMark
from tests.commissioning.evaluation.conftest import REASON


def propose(world):
    return propose_award(lot=world.lot, award_to_first=True, reason=REASON, by=world.officer, now=timezone.now())


def test_a_mark_is_its_evaluators_alone_until_moderation_begins(world, as_app):
    world.mark_all()
    with as_app(world.first.organisation, person=world.first.person):
        assert set(Mark.objects.values_list("sheet__evaluator", flat=True)) == {world.first.person.pk}
    for other in (world.officer, world.lead, *world.bidders):
        with as_app(other.organisation, person=other.person):
            assert Mark.objects.count() == 0
    with as_app(auditor=True):
        assert Mark.objects.count() == 0
    world.begin()
    with as_app(world.first.organisation, person=world.first.person):
        assert Mark.objects.count() == 8
    with as_app(world.officer.organisation, person=world.officer.person):
        assert Mark.objects.count() == 8
    with as_app(world.bidders[0].organisation, person=world.bidders[0].person):
        assert (Mark.objects.count(), MarkSheet.objects.count(), MarkChange.objects.count()) == (0, 0, 0)


def test_nobody_writes_marks_for_another(world, as_app):
    world.mark_all()
    theirs = MarkSheet.objects.filter(evaluator=world.second.person).first()
    with as_app(world.first.organisation, person=world.first.person):
        assert MarkSheet.objects.filter(pk=theirs.pk).update(version=9) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Mark.objects.create(sheet=theirs, criterion=world.tender.criteria.first(), value=0, reason=REASON)


def test_a_mark_stands_still_once_moderation_has_begun(world, as_app):
    world.mark_all().begin()
    with as_app(world.first.organisation, person=world.first.person):
        assert Mark.objects.filter(sheet__evaluator=world.first.person).update(value=0) == 0


def test_marks_are_never_deleted(world, as_app):
    world.mark_all()
    with as_app(world.first.organisation, person=world.first.person):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Mark.objects.all().delete()


def test_a_bidder_sees_no_agreed_mark_and_no_award_before_the_approval(world, as_app):
    world.moderate(A=(3, 3), B=(4, 3))
    award = propose(world)
    bidder = world.bidders[0]
    with as_app(bidder.organisation, person=bidder.person):
        assert (Award.objects.count(), ModeratedMark.objects.count()) == (0, 0)
    with as_app():
        assert Award.objects.count() == 0
    approve_award(award=award, by=world.lead, now=timezone.now())
    with as_app(bidder.organisation, person=bidder.person):
        assert Award.objects.count() == 1
        assert set(ModeratedMark.objects.values_list("offer__organisation", flat=True)) == {bidder.organisation.pk}
        assert ModeratedMark.objects.count() == 2


def test_an_approved_award_and_its_marks_are_final(world):
    world.moderate()
    award = approve_award(award=propose(world), by=world.lead, now=timezone.now())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(reason="another")
    with pytest.raises(DatabaseError, match="stand still"), transaction.atomic():
        ModeratedMark.objects.update(value=5)

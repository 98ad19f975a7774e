"""Declaring interests and marking blind."""

import pytest
from django.utils import timezone

from commissioning.audit.models import AuditEntry
from commissioning.evaluation.actions.marking import Given, declare_interest, give_marks, save_marks
from commissioning.evaluation.models import InterestDeclaration, Mark, MarkChange, MarkSheet
from commissioning.evaluation.queries.marking import lots_to_mark, marking_page
from commissioning.evaluation.queries.panel import Standing, member_of
from commissioning.evaluation.rules import InterestRefused, MarkRefused
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from tests.commissioning.evaluation.conftest import REASON, World, make_evaluator
from tests.factories import make_seat

FULL = {1: Given(4, REASON), 2: Given(3, REASON)}


def declare(world: World, by, has_interest=False, details=""):
    return declare_interest(tender=world.tender, has_interest=has_interest, details=details, by=by, now=timezone.now())


def give(world: World, by, marks=FULL, version=0, **options):
    return give_marks(offer=world.offer(), marks=marks, version=version, by=by, now=timezone.now(), **options)


def save(world: World, by, marks, version=0):
    return save_marks(offer=world.offer(), marks=marks, version=version, by=by, now=timezone.now())


def test_only_a_named_evaluator_declares(world):
    with pytest.raises(InterestRefused, match="Only an evaluator named"):
        declare(world, make_seat(Role.EVALUATOR, organisation=world.first.organisation))


def test_an_interest_needs_details(world):
    with pytest.raises(InterestRefused, match="Say what the interest is"):
        declare(world, world.first, has_interest=True, details="   ")


def test_an_interest_may_be_added_and_never_taken_back(world):
    declare(world, world.first)
    declare(world, world.first, has_interest=True, details="A relative works for one of the providers")
    with pytest.raises(InterestRefused, match="review"):
        declare(world, world.first)
    assert InterestDeclaration.objects.get().has_interest


def test_nobody_marks_before_declaring(world):
    with pytest.raises(MarkRefused, match="Declare your interests"):
        give(world, world.first)


def test_nobody_marks_with_an_interest(world):
    declare(world, world.first, has_interest=True, details="A relative works for one of the providers")
    with pytest.raises(MarkRefused, match="declared an interest"):
        give(world, world.first)


def test_an_evaluator_of_a_bidders_organisation_is_barred_by_the_portal(world):
    inside = make_evaluator(world.tender, organisation=world.bidders[0].organisation)
    declare(world, inside)
    with pytest.raises(MarkRefused, match="stood you down"):
        give(world, inside)


def test_a_role_in_a_bidders_organisation_bars_under_any_other_hat(world):
    declare(world, world.first)
    Membership.objects.create(person=world.first.person, organisation=world.bidders[1].organisation, role=Role.DATA_OFFICER)
    assert member_of(world.tender, world.first.person).standing == Standing.TIED
    with pytest.raises(MarkRefused, match="stood you down"):
        give(world, world.first)


def test_an_evaluator_marks_only_in_the_seat_for_which_they_were_named(world):
    declare(world, world.first)
    elsewhere = make_seat(Role.EVALUATOR, person=world.first.person)
    with pytest.raises(MarkRefused, match="Only an evaluator named"):
        give(world, elsewhere)


def test_saving_keeps_unfinished_marks_for_later(world):
    declare(world, world.first)
    save(world, world.first, {1: Given(4, "half a thou"), 2: Given(None, "")})
    page = marking_page(world.tender, world.offer(), world.first.person)
    assert [(one.mark.value, one.mark.reason) for one in page.questions] == [(4, "half a thou"), (None, "")]
    assert not page.is_given
    row = lots_to_mark(world.tender, world.first.person)[0].offers[0]
    assert (row.marked, row.criteria, row.is_given) == (1, 2, False)


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        ({1: Given(4, REASON)}, "mark_2"),
        ({1: Given(None, REASON), 2: Given(3, REASON)}, "mark_1"),
        ({1: Given(6, REASON), 2: Given(3, REASON)}, "mark_1"),
        ({1: Given(-1, REASON), 2: Given(3, REASON)}, "mark_1"),
        ({1: Given(4, " \u200b "), 2: Given(3, REASON)}, "reason_1"),
        ({1: Given(4, REASON), 2: Given(3, "too short")}, "reason_2"),
    ],
)
def test_marks_are_given_whole_and_with_reasons(world, marks, field):
    declare(world, world.first)
    with pytest.raises(MarkRefused) as refusal:
        give(world, world.first, marks)
    assert refusal.value.field == field
    assert not MarkSheet.objects.filter(given_at__isnull=False).exists()


def test_a_mark_off_the_scale_is_not_even_kept(world):
    declare(world, world.first)
    with pytest.raises(MarkRefused, match="not on the scale"):
        save(world, world.first, {1: Given(9, "")})


def test_a_stale_tab_does_not_overwrite(world):
    declare(world, world.first)
    save(world, world.first, {1: Given(4, REASON)})
    with pytest.raises(StaleEdit, match="First evaluator saved this"):
        save(world, world.first, {1: Given(1, "from the older tab")})
    assert Mark.objects.get().value == 4


def test_given_marks_are_not_saved_over(world):
    declare(world, world.first)
    give(world, world.first)
    with pytest.raises(MarkRefused, match="Change them with a reason"):
        save(world, world.first, FULL, version=1)


def test_a_given_mark_changes_with_a_reason_and_what_it_was_is_kept(world):
    declare(world, world.first)
    give(world, world.first)
    changed = {1: Given(2, REASON), 2: Given(3, REASON)}
    with pytest.raises(MarkRefused, match="why you change"):
        give(world, world.first, changed, version=1)
    give(world, world.first, changed, version=1, because="The appendix with the rota had been overlooked")
    change = MarkChange.objects.get()
    assert (change.value_before, change.mark.value, change.mark.criterion.number) == (4, 2, 1)


def test_a_change_that_changes_nothing_is_refused(world):
    declare(world, world.first)
    give(world, world.first)
    with pytest.raises(MarkRefused, match="Nothing is different"):
        give(world, world.first, FULL, version=1, because="The appendix with the rota had been overlooked")


def test_no_mark_after_moderation_has_begun(world):
    world.mark_all().begin()
    with pytest.raises(MarkRefused, match="moderation of this lot has begun"):
        give(world, world.first, {1: Given(2, REASON), 2: Given(3, REASON)}, version=1, because="A change that comes too late to count")


def test_the_audit_trail_never_holds_a_mark_before_moderation(world):
    declare(world, world.first)
    give(world, world.first, {1: Given(4, "A peculiarly worded judgement of the rota"), 2: Given(3, REASON)})
    entries = AuditEntry.objects.filter(verb="gave marks for")
    assert entries.count() == 1
    assert "peculiarly" not in str(entries.values())
    assert entries.get().after == {"lot": 1, "bidder": "Bidder A"}

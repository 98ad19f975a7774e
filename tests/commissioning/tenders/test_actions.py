from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from commissioning.tenders.actions import (
    abandon,
    close_due,
    create_tender,
    edit_tender,
    move_deadline,
    name_people,
    publish,
    set_criteria,
    set_lots,
)
from commissioning.tenders.actions.drafting import CriterionText
from commissioning.tenders.models import Tender
from commissioning.tenders.rules import DeadlineRefused, TenderRefused
from commissioning.tenders.states import TenderState
from tests.commissioning.tenders.conftest import memberships, words
from tests.factories import make_area, make_organisation, make_seat, make_tender


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_new_tender_has_a_lot_for_each_area_and_criteria_of_one_hundred(draft):
    assert [(lot.number, lot.annual_amount) for lot in draft.lots.all()] == [(1, Decimal("100000.00")), (2, Decimal("80000.00"))]
    assert sum(one.weight_percent for one in draft.criteria.all()) == Decimal("100.00")
    assert verbs() == ["drafted"]


def test_only_a_commissioners_officer_starts_a_tender(bid_manager):
    with pytest.raises(TenderRefused):
        create_tender(by=bid_manager, now=timezone.now(), lots=[(make_area(), Decimal(1))], **words())


def test_a_tender_needs_a_lot_and_an_area_is_one_lot(officer):
    area = make_area()
    for lots in ([], [(area, Decimal(1)), (area, Decimal(2))]):
        with pytest.raises(TenderRefused) as caught:
            create_tender(by=officer, now=timezone.now(), lots=lots, **words())
        assert caught.value.field == "areas"
    assert Tender.objects.count() == 0


def test_an_edit_writes_down_what_changed(draft, officer):
    edited = edit_tender(tender=draft, version=draft.version, by=officer, now=timezone.now(), **words(title="A better title"))
    entry = AuditEntry.objects.latest("id")
    assert (entry.before["title"], entry.after["title"]) == ("Integrated domestic abuse services", "A better title")
    assert edited.version == draft.version + 1


def test_the_second_of_two_edits_is_told_who_was_first(draft, officer):
    edit_tender(tender=draft, version=draft.version, by=officer, now=timezone.now(), **words(title="First"))
    with pytest.raises(StaleEdit, match="Officer saved this on"):
        edit_tender(tender=draft, version=draft.version, by=officer, now=timezone.now(), **words(title="Second"))
    draft.refresh_from_db()
    assert draft.title == "First"


def test_another_commissioner_does_not_edit(draft, other_officer):
    with pytest.raises(TenderRefused, match="belongs to another commissioner"):
        edit_tender(tender=draft, version=draft.version, by=other_officer, now=timezone.now(), **words())


def test_lots_and_criteria_are_replaced_as_a_whole(draft, officer):
    draft = set_lots(tender=draft, version=draft.version, lots=[(make_area(name="West"), Decimal("5.00"))], by=officer, now=timezone.now())
    assert [str(lot) for lot in draft.lots.all()] == ["Lot 1: West"]
    rows = [CriterionText("One", "How?", Decimal("100.00"), 500, 2)]
    draft = set_criteria(tender=draft, version=draft.version, criteria=rows, by=officer, now=timezone.now())
    assert [str(one) for one in draft.criteria.all()] == ["1. One"]


def name(draft, officer, openers=(), evaluators=(), **options):
    people = {"openers": memberships(*openers), "evaluators": memberships(*evaluators)}
    return name_people(tender=draft, version=draft.version, **people, by=officer, now=timezone.now(), **options)


def test_nobody_of_a_provider_is_named(draft, officer):
    both = make_seat(Role.EVALUATOR, organisation=make_organisation(is_funder=True, is_provider=True))
    with pytest.raises(TenderRefused, match="is a provider and may bid"):
        name(draft, officer, evaluators=[both])


def test_who_has_not_the_role_is_not_named(draft, officer):
    finance = make_seat(Role.FINANCE, organisation=officer.organisation)
    with pytest.raises(TenderRefused, match="is not a commissioner or lead officer"):
        name(draft, officer, openers=[finance])


def test_nobody_opens_and_marks(draft, officer):
    both = make_seat(Role.COMMISSIONER, organisation=officer.organisation)
    also = make_seat(Role.EVALUATOR, organisation=make_organisation(is_funder=True), person=both.person)
    with pytest.raises(TenderRefused, match="cannot open the bids and mark them"):
        name_people(
            tender=draft,
            version=draft.version,
            openers=memberships(both),
            evaluators=[also.person.memberships.get(role=Role.EVALUATOR)],
            by=officer,
            now=timezone.now(),
        )


def test_people_are_replaced_and_those_who_stay_keep_their_seat(draft, officer, other_officer):
    draft = name(draft, officer, openers=[officer, other_officer])
    kept = draft.seats.get(person=officer.person)
    draft = name(draft, officer, openers=[officer])
    assert list(draft.seats.all()) == [kept]
    assert AuditEntry.objects.latest("id").before["Opens the bids"] == sorted(
        f"Officer, {one.organisation}" for one in (officer, other_officer)
    )


def test_the_conflicts_assessment_stands_still_after_publication(ready, officer):
    tender = publish(tender=ready, version=ready.version, by=officer, now=timezone.now())
    with pytest.raises(TenderRefused, match="stands as it is"):
        name(tender, officer, assessment="Another")


def test_a_bare_draft_is_not_published_and_says_why(draft, officer):
    with pytest.raises(GateShut) as caught:
        publish(tender=draft, version=draft.version, by=officer, now=timezone.now())
    assert [one.sentence for one in caught.value.blockers] == [
        "Opening officers and evaluators: Name two opening officers of different organisations.",
        "Conflicts assessment: It is not written yet.",
    ]


def test_a_ready_draft_is_published_and_every_provider_told(ready, officer, bid_manager):
    tender = publish(tender=ready, version=ready.version, by=officer, now=timezone.now())
    assert (tender.state, tender.published_by) == (TenderState.PUBLISHED, officer.person)
    mails = Job.objects.filter(name="kernel.send_mail")
    assert [job.arguments["to"] for job in mails] == [bid_manager.person.email]
    assert "abuse" not in str(mails[0].arguments)


def test_a_tender_is_published_once(ready, officer):
    tender = publish(tender=ready, version=ready.version, by=officer, now=timezone.now())
    with pytest.raises(TenderRefused):
        publish(tender=tender, version=tender.version, by=officer, now=timezone.now())


def test_a_published_deadline_moves_forward_with_a_reason(ready, officer, bid_manager):
    tender = publish(tender=ready, version=ready.version, by=officer, now=timezone.now())
    later = words()["deadline"] + timedelta(days=7)
    tender = move_deadline(
        tender=tender, version=tender.version, deadline=later, reason="More time was asked for.", by=officer, now=timezone.now()
    )
    assert tender.deadline == later
    assert AuditEntry.objects.latest("id").reason == "More time was asked for."
    assert Job.objects.filter(name="kernel.send_mail").count() == 2
    with pytest.raises(DeadlineRefused):
        move_deadline(tender=tender, version=tender.version, deadline=later, reason="Again", by=officer, now=timezone.now())


def test_an_abandoned_draft_never_becomes_public(draft, officer):
    abandon(tender=draft, reason="No money", by=officer, now=timezone.now())
    assert list(Tender.objects.public()) == []


def test_another_commissioner_does_not_abandon(draft, other_officer):
    with pytest.raises(TenderRefused):
        abandon(tender=draft, reason="Mischief", by=other_officer, now=timezone.now())


def test_the_clock_closes_what_is_due_once(officer):
    due = make_tender(by=officer, state="published", deadline=timezone.now() - timedelta(seconds=1))
    make_tender(by=officer, state="published")
    make_tender(by=officer, deadline=timezone.now() - timedelta(seconds=1))
    assert close_due(timezone.now()) == 1
    assert close_due(timezone.now()) == 0
    due.refresh_from_db()
    assert due.state == TenderState.CLOSED


def test_the_databases_clock_closes_and_not_the_machines(officer):
    make_tender(by=officer, state="published")
    assert close_due(timezone.now() + timedelta(days=60)) == 0

"""Who may do what with a tender, as one table of cases."""

import pytest
from django.utils import timezone

from commissioning.organisations.roles import Role
from commissioning.tenders.models import SeatKind, TenderSeat
from commissioning.tenders.permissions import can_read_minutes, doors, is_evaluator, is_opener, visible_to
from commissioning.tenders.states import TenderState
from tests.factories import make_organisation, make_seat, make_tender

OFFICERS = {Role.COMMISSIONER, Role.LEAD_OFFICER}
D, P, C, OPENED, M = list(TenderState)[:5]
ALLOWED = {
    "edit": {D},
    "name": {D, P, C},
    "move": {P},
    "abandon": {D, P, C, OPENED, M},
}


@pytest.fixture
def commissioner(db):
    return make_organisation(is_commissioner=True)


@pytest.mark.parametrize("role", Role)
def test_only_the_commissioners_officers_act_and_only_in_these_states(commissioner, role):
    own = make_seat(role, organisation=commissioner)
    tender = make_tender(by=own, state=P)
    for tender.state in TenderState:
        found = doors(own, tender, timezone.now())
        expected = {door: role in OFFICERS and tender.state in states for door, states in ALLOWED.items()}
        assert {door: found[door] for door in ALLOWED} == expected


@pytest.mark.parametrize("role", Role)
def test_nobody_of_another_organisation_acts(commissioner, role):
    tender = make_tender(by=make_seat(Role.COMMISSIONER, organisation=commissioner))
    assert not any(doors(make_seat(role), tender, timezone.now()).values())


def test_an_officer_of_an_organisation_that_does_not_commission_is_none(db):
    funder = make_organisation(is_funder=True)
    seat = make_seat(Role.COMMISSIONER, organisation=funder)
    assert not any(doors(seat, make_tender(by=seat), timezone.now()).values())


@pytest.mark.parametrize("role", Role)
def test_a_draft_is_seen_by_its_own_officers_alone(commissioner, role):
    tender = make_tender(by=make_seat(organisation=commissioner))
    assert visible_to(make_seat(role, organisation=commissioner)).filter(pk=tender.pk).exists() is (role in OFFICERS)
    assert not visible_to(make_seat(role)).filter(pk=tender.pk).exists()


@pytest.mark.parametrize("role", Role)
def test_a_published_tender_is_seen_by_everybody(commissioner, role):
    tender = make_tender(by=make_seat(organisation=commissioner), state=P)
    assert visible_to(make_seat(role)).filter(pk=tender.pk).exists()


class TestSeats:
    @pytest.fixture
    def tender(self, commissioner):
        return make_tender(
            by=make_seat(Role.COMMISSIONER, organisation=commissioner), state=OPENED, opened_at=timezone.now(), opened_by=make_seat().person
        )

    def name(self, tender, seat, kind):
        TenderSeat.objects.create(tender=tender, person=seat.person, organisation=seat.organisation, kind=kind, given_by=tender.created_by)

    def test_a_seat_counts_for_the_organisation_that_it_was_given_for(self, tender):
        opener = make_seat(Role.COMMISSIONER)
        elsewhere = make_seat(Role.COMMISSIONER, person=opener.person)
        self.name(tender, opener, SeatKind.OPENER)
        assert is_opener(opener, tender)
        assert not is_opener(elsewhere, tender)
        assert not is_evaluator(opener, tender)

    def test_minutes_are_for_officers_openers_and_auditors(self, tender, commissioner):
        opener = make_seat(Role.COMMISSIONER)
        self.name(tender, opener, SeatKind.OPENER)
        for seat in (opener, make_seat(Role.LEAD_OFFICER, organisation=commissioner), make_seat(Role.AUDITOR)):
            assert can_read_minutes(seat, tender)
        for seat in (make_seat(Role.COMMISSIONER), make_seat(Role.EVALUATOR, organisation=commissioner), make_seat(Role.BID_MANAGER)):
            assert not can_read_minutes(seat, tender)

    def test_whoever_marks_blind_never_reads_the_minutes(self, tender, commissioner):
        both = make_seat(Role.LEAD_OFFICER, Role.EVALUATOR, organisation=commissioner)
        self.name(tender, both, SeatKind.EVALUATOR)
        assert not can_read_minutes(both, tender)

    def test_nobody_reads_minutes_before_the_opening(self, commissioner):
        officer = make_seat(Role.LEAD_OFFICER, organisation=commissioner)
        assert not can_read_minutes(officer, make_tender(by=officer, state=C))

from types import SimpleNamespace

import pytest

from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.permissions import can_agree, can_change, can_pledge, can_withdraw, pledges_visible_to, visible_to
from tests.factories import make_contribution, make_organisation, make_seat

OFFICER, APPROVER = Role.FUNDER_OFFICER, Role.FUNDER_APPROVER


def sits(role, organisation=1, is_funder=True):
    return Seat(person=None, organisation=Organisation(pk=organisation, is_funder=is_funder), roles=frozenset({role}))


def contribution(state, funder=1):
    return SimpleNamespace(funder_id=funder, state=state)


# who, state of the contribution: may change, may withdraw, may agree
CASES = [
    (OFFICER, 1, "pledged", True, True, False),
    (OFFICER, 1, "agreed", False, False, False),
    (OFFICER, 1, "withdrawn", False, False, False),
    (APPROVER, 1, "pledged", False, True, True),
    (APPROVER, 1, "agreed", False, True, True),
    (APPROVER, 1, "withdrawn", False, False, True),
    (OFFICER, 2, "pledged", False, False, False),
    (APPROVER, 2, "pledged", False, False, False),
    *[(role, 1, "pledged", False, False, False) for role in Role if role not in (OFFICER, APPROVER)],
]


@pytest.mark.parametrize(("role", "organisation", "state", "change", "withdraw", "agree"), CASES)
def test_who_may_change_withdraw_and_agree(role, organisation, state, change, withdraw, agree):
    seat = sits(role, organisation)
    assert can_change(seat, contribution(state)) is change
    assert can_withdraw(seat, contribution(state)) is withdraw
    assert can_agree(seat, SimpleNamespace(funder_id=1)) is agree


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("is_funder", [True, False])
def test_only_an_officer_of_a_funder_pledges(role, is_funder):
    assert can_pledge(sits(role, is_funder=is_funder), SimpleNamespace(is_draft=False)) is (role == OFFICER and is_funder)


def test_a_visitor_may_nothing():
    visitor = Seat.nobody()
    assert not can_pledge(visitor, SimpleNamespace())
    assert not can_withdraw(visitor, contribution("pledged"))


READS = {
    Role.FUNDER_OFFICER,
    Role.FUNDER_APPROVER,
    Role.COMMISSIONER,
    Role.LEAD_OFFICER,
    Role.FINANCE,
    Role.BOARD_MEMBER,
    Role.AUDITOR,
}


@pytest.mark.parametrize("role", Role)
def test_who_reads_a_partners_contributions(fund, partner, role):
    one = make_contribution(fund=fund, by=partner.officer)
    own, host, stranger = (make_seat(role, organisation=home) for home in (partner.organisation, fund.host, make_organisation()))
    reads = role in READS
    assert [visible_to(seat).filter(pk=one.pk).exists() for seat in (own, host, stranger)] == [reads, reads, role == Role.AUDITOR]
    assert pledges_visible_to(own).exists() is reads

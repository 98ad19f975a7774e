"""What an officer has to do with contracts: the next notice of each, once."""

from datetime import date, timedelta

import pytest

from commissioning.contracts.models import ContractOption
from commissioning.contracts.queries import contracts_in_hand
from commissioning.organisations.roles import Role
from tests.factories import make_contract, make_seat

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def option(contract, number, days, **fields):
    return ContractOption.objects.create(contract=contract, number=number, months=12, notice_by=TODAY + timedelta(days=days), **fields)


def told(seat):
    return [(one.reference, one.number, one.notice_by) for one in contracts_in_hand(seat, TODAY).notices]


def test_the_nearest_notice_of_each_contract_is_told_once_and_the_nearest_contract_first():
    later, sooner = make_contract(), make_contract()
    seat = make_seat(Role.COMMISSIONER, organisation=later.commissioner)
    sooner.commissioner = later.commissioner
    sooner.save()
    option(later, 1, -30, exercised_on=TODAY)
    option(later, 2, 300)
    option(later, 3, 360)
    option(sooner, 1, 0)
    assert told(seat) == [(sooner.reference, 1, TODAY), (later.reference, 2, TODAY + timedelta(days=300))]


@pytest.mark.parametrize(("days", "is_told"), [(-1, False), (0, True), (365, True), (366, False)])
def test_a_notice_is_told_from_a_year_before_until_its_day(days, is_told):
    contract = make_contract()
    option(contract, 1, days)
    assert bool(told(make_seat(Role.LEAD_OFFICER, organisation=contract.commissioner))) is is_told


def test_notices_are_for_the_officers_of_the_commissioner_alone():
    contract = make_contract()
    option(contract, 1, 30)
    assert told(make_seat(Role.FINANCE, organisation=contract.commissioner)) == []
    assert told(make_seat(Role.BID_MANAGER, organisation=contract.provider)) == []
    assert told(make_seat(Role.COMMISSIONER)) == []
    ended = make_contract(state="ended", commissioner=contract.commissioner)
    option(ended, 1, 30)
    assert len(told(make_seat(Role.COMMISSIONER, organisation=contract.commissioner))) == 1

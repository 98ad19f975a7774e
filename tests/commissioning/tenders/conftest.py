from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning.kernel.working_days import next_working_day
from commissioning.organisations.roles import Role
from commissioning.tenders.actions import create_tender, name_people
from commissioning.tenders.rules import london_moment
from tests.factories import make_area, make_organisation, make_seat


def words(**changes):
    today = timezone.localdate()
    starts = date(today.year + 1, 9, 1)
    return {
        "title": "Integrated domestic abuse services",
        "description": "Refuge, advisers and outreach.",
        "fund_code": "",
        "term_months": 60,
        "option_months": 48,
        "contract_starts_on": starts,
        "deadline": london_moment(next_working_day(today + timedelta(days=21)), time(12, 0)),
        **changes,
    }


def memberships(*seats):
    return [one.person.memberships.get(organisation=one.organisation) for one in seats]


@pytest.fixture
def officer(db):
    return make_seat(Role.COMMISSIONER, organisation=make_organisation(is_commissioner=True))


@pytest.fixture
def other_officer(db):
    return make_seat(Role.COMMISSIONER, organisation=make_organisation(is_commissioner=True))


@pytest.fixture
def bid_manager(db):
    return make_seat(Role.BID_MANAGER, organisation=make_organisation(is_provider=True))


@pytest.fixture
def draft(officer):
    lots = [(make_area(), Decimal("100000.00")), (make_area(), Decimal("80000.00"))]
    return create_tender(by=officer, now=timezone.now(), lots=lots, **words())


@pytest.fixture
def ready(draft, officer, other_officer):
    """A draft that meets every condition of its own."""
    evaluators = [make_seat(Role.EVALUATOR, organisation=make_organisation(is_funder=True)) for _ in range(2)]
    people = {"openers": memberships(officer, other_officer), "evaluators": memberships(*evaluators)}
    return name_people(tender=draft, version=draft.version, **people, assessment="Nobody has an interest.", by=officer, now=timezone.now())

"""A fund from 2026/27 to 2028/29, a partner with an officer and an approver, and the fund's host."""

from types import SimpleNamespace

import pytest

from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from tests.factories import make_fund, make_organisation, make_seat, moment
from tests.funders.money import Money


@pytest.fixture
def fund(db):
    return make_fund(host=make_organisation("Host Council", is_funder=True, is_commissioner=True), code="pool", name="The fund")


@pytest.fixture
def partner(db):
    """`partner.officer` and `partner.approver` are seats of `partner.organisation`, the only funder of the health sector."""
    organisation = make_organisation("Health partner", is_funder=True, sector=Sector.HEALTH)
    officer = make_seat(Role.FUNDER_OFFICER, organisation=organisation)
    approver = make_seat(Role.FUNDER_APPROVER, organisation=organisation)
    return SimpleNamespace(organisation=organisation, officer=officer, approver=approver)


@pytest.fixture
def other(db):
    organisation = make_organisation("Another partner", is_funder=True, sector=Sector.CRIMINAL_JUSTICE)
    return SimpleNamespace(
        organisation=organisation,
        officer=make_seat(Role.FUNDER_OFFICER, organisation=organisation),
        approver=make_seat(Role.FUNDER_APPROVER, organisation=organisation),
    )


@pytest.fixture
def noon():
    return moment("2026-11-22 12:00")


@pytest.fixture
def money(fund):
    return Money(fund)

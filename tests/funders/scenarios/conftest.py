"""Two contract areas with three districts each, a commissioner of the host, and a saved draft."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.organisations.roles import Role
from funders.scenarios import actions
from funders.scenarios.rules import CUT, Question
from tests.factories import make_area, make_seat

TWENTY = Question(CUT, date(2026, 4, 1), percent=Decimal(20), protected=(1,))


@pytest.fixture
def officer(fund):
    return make_seat(Role.COMMISSIONER, organisation=fund.host)


@pytest.fixture
def save(fund, officer, noon):
    """`save(name)`: a draft of the host with 20 % less and the court posts kept whole."""

    def saved(name="Twenty less", **changes):
        told = {"fund": fund, "question": TWENTY, "name": name, "asked": "What is lost?", "by": officer, "at": noon}
        return actions.keep(**{**told, **changes})

    for area in ("West", "East"):
        make_area(area, districts=3)
    return saved


@pytest.fixture
def draft(save):
    return save()


@pytest.fixture
def shared(draft, officer, noon):
    return actions.share(scenario=draft, by=officer, version=draft.version, at=noon)

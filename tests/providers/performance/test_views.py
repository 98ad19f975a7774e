"""The page of rates: exact for those who may read the returns, closed for everybody else."""

import pytest
import time_machine
from django.urls import reverse

from commissioning.organisations.roles import Role
from tests.factories import make_seat
from tests.providers.cast import make_case

pytestmark = pytest.mark.django_db
PAGE = reverse("performance:page")


@pytest.fixture(autouse=True)
def on_a_day_in_october():
    with time_machine.travel("2026-10-06 10:00", tick=False):
        yield


@pytest.fixture
def case():
    case = make_case()
    case.accepted()
    return case


def test_provider_and_commissioner_see_the_same_exact_rates(case, client_for):
    for seat in (case.officer, case.certifier, case.commissioner):
        page = client_for(seat).get(PAGE, {"period": case.second.code}).content.decode()
        assert case.contract.area.name in page
        assert "24 of 27" in page


def test_a_provider_sees_nothing_of_another(case, client_for):
    other = make_case()
    other.accepted()
    page = client_for(case.officer).get(PAGE, {"period": case.second.code}).content.decode()
    assert case.contract.area.name in page
    assert other.contract.area.name not in page
    assert str(other.contract.provider) not in page


@pytest.mark.parametrize("role", [Role.FUNDER_OFFICER, Role.EVALUATOR, Role.BID_MANAGER])
def test_exact_figures_are_not_for_everybody(case, client_for, role):
    assert client_for(make_seat(role)).get(PAGE).status_code == 403


def test_a_period_without_returns_says_so(case, client_for):
    page = client_for(case.officer).get(PAGE, {"period": case.first.code}).content.decode()
    supported, rates = page.split("95% interval</th>")
    assert "Not received" in supported
    assert "Not received" in rates


def test_an_unknown_period_is_not_found(case, client_for):
    assert client_for(case.officer).get(PAGE, {"period": "1999-Q9"}).status_code == 404


def test_the_rates_can_be_taken_home(case, client_for):
    response = client_for(case.commissioner).get(PAGE, {"period": case.second.code, "format": "csv"})
    lines = b"".join(response.streaming_content if response.streaming else [response.content]).decode("utf-8-sig").splitlines()
    assert response["Content-Disposition"].endswith('.csv"')
    assert any(case.contract.area.name in line and "24 of 27" in line for line in lines)


def test_with_no_period_at_all_the_page_helps(client_for):
    page = client_for(make_seat(Role.COMMISSIONER)).get(PAGE)
    assert page.status_code == 200
    assert "No contract ran in this period" in page.content.decode()

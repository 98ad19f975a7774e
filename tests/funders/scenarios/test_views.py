"""The page of a scenario: worked out from the address, never kept."""

import re

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from tests.factories import make_seat


@pytest.fixture
def page(fund, client_for):
    client = client_for(make_seat(Role.BOARD_MEMBER))

    def get(**asked):
        answer = client.get(reverse("scenarios:scenario", args=[fund.code]), asked)
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))

    return get


def test_ten_per_cent_is_worked_out_unless_something_else_is_asked(page):
    said = page()
    assert "A cut of 10% loses 130 cases and 0.4 posts a year." in said
    assert "£585,000.00" in said


def test_a_line_that_is_kept_whole(page):
    said = page(percent="20", protected="1")
    assert "A cut of 20% loses 324 cases a year." in said
    assert "(kept whole)" in said
    assert "976 cases" in said


@pytest.mark.parametrize(
    "asked", [{"percent": "1e3"}, {"percent": "NaN"}, {"percent": "-5"}, {"percent": "101"}, {"protected": "99"}, {"protected": "x"}]
)
def test_what_cannot_be_read_is_said(page, asked):
    said = page(**asked)
    assert "This cannot be worked out" in said
    assert "loses" not in said


def test_what_cannot_be_saved_is_said(page):
    assert "Protect less, or cut less" in page(percent="50", protected=["0", "1"])


def test_it_is_taken_away_as_a_file(fund, client_for):
    client = client_for(make_seat(Role.FINANCE))
    file = client.get(reverse("scenarios:scenario", args=[fund.code]), {"percent": "20", "format": "csv"})
    lines = file.getvalue().decode("utf-8-sig").replace('"', "").splitlines()
    assert lines[0] == "Line,Now,Left,Lost,Still buys,Fewer"
    assert lines[1].split(",")[1:4] == ["650000.00", "520000.00", "130000.00"]


@pytest.mark.parametrize("role", [Role.BID_MANAGER, Role.DATA_OFFICER, Role.EVALUATOR])
def test_providers_do_not_read_it(fund, client_for, role):
    assert client_for(make_seat(role)).get(reverse("scenarios:scenario", args=[fund.code])).status_code == 403

"""The statement of the papers' funds: Kent's own figures, in the papers' order."""

import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from commissioning.areas import demo as areas
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations import demo as organisations
from commissioning.organisations.roles import Role
from funders.accounts.plain import as_data
from funders.accounts.queries import grounds_of, statement_of
from funders.contributions.demo import seat_of
from funders.pool import demo as pool
from funders.pool.models import PooledFund
from funders.scenarios import actions
from funders.scenarios import demo as scenarios
from funders.scenarios.rules import CUT, Question
from funders.statements.queries import positions_of
from tests.factories import make_seat

# The commissioning report of June 2012, in thousands of pounds and in its own order.
SOURCES_OF_2012 = [189, 190, 39, 118, 45, 0, 30, 0]


@pytest.fixture
def papers(db):
    for slice_ in (areas, organisations, pool, scenarios):
        slice_.load()


def told(code):
    out = StringIO()
    call_command("fund_statement", "--fund", code, "--json", stdout=out)
    return json.loads(out.getvalue())


def page(client_for, code):
    answer = client_for(make_seat(Role.BOARD_MEMBER)).get(reverse("accounts:fund", args=[code]))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.usefixtures("papers")
def test_2010_four_posts_without_money_and_a_grant_that_is_likely(client_for):
    statement = told("kent-2010")
    assert [one["amount"] for one in statement["requirement"]["lines"]] == ["13000.00", "151000.00"]
    assert statement["shortfall_total"] == {
        "required": "164000.00",
        "secured": "0.00",
        "missing": "164000.00",
        "missing_with_conditional": "124000.00",
        "missing_with_pledges": "124000.00",
    }
    said = page(client_for, "kent-2010")
    assert "Nothing is agreed yet. 2010/11: £164,000.00 of £164,000.00 is missing" in said
    assert "If the £40,000.00 that is conditional comes, £124,000.00 is missing." in said
    assert "2010/11 £164,000.00 £0.00 £164,000.00 £124,000.00 £124,000.00" in said


@pytest.mark.usefixtures("papers")
def test_2012_sources_requirement_gap_and_shares(client_for):
    asked = told("kent-2013")["requirement"]
    assert [Decimal(one["amount"]) for one in asked["sources"]] == [Decimal(1000 * thousands) for thousands in SOURCES_OF_2012]
    assert (asked["all_sources"], asked["required"], asked["pooled"], asked["gap"]) == (
        "611000.00", "810000.00", "259000.00", "551000.00",
    )  # fmt: skip
    assert [one["amount"] for one in asked["shares"]] == ["321416.67", "183666.67", "45916.66"]
    assert [one["at_true_costs"] for one in asked["shares"]] == ["314206.61", "200363.64", "36429.75"]
    said = page(client_for, "kent-2013")
    for figure in ("£611,000.00", "£810,000.00", "£259,000.00", "£551,000.00", "£321,416.67", "£183,666.67", "£45,916.66", "−£16,696.97"):
        assert figure in said
    order = [
        said.index(name) for name in ("Charitable funding", "Medway Council, districts", "Central government", "Housing assoc", "Police")
    ]
    assert order == sorted(order)


@pytest.mark.usefixtures("papers")
def test_2017_a_contingency_of_ten_and_twenty_percent(client_for):
    cuts = {one["name"]: one for one in told("kent-2013")["scenarios"]}
    found = {name: (one["left"], *(line["quantity"] for line in one["lines"])) for name, one in cuts.items()}
    assert found == {
        "10% less, pro rata": ("729000.00", "1170", "3.6"),
        "10% less, court advisers kept whole": ("729000.00", "1138", "4"),
        "20% less, pro rata": ("648000.00", "1040", "3.2"),
        "20% less, court advisers kept whole": ("648000.00", "976", "4"),
    }
    assert "£81,000.00 £729,000.00 1,170 cases and 3.6 posts" in page(client_for, "kent-2013")


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("code", ["kent-2010", "kent-2013", "kent-live"])
def test_a_year_stands_in_the_statement_as_on_the_page_of_the_fund(code):
    fund = PooledFund.objects.get(code=code)
    assert list(grounds_of(statement_of(fund)).positions) == positions_of(fund)


@pytest.mark.usefixtures("papers")
def test_only_shared_scenarios_that_stand_are_in_the_statement():
    fund = PooledFund.objects.select_related("host").get(code="kent-2013")
    officer, now = seat_of(fund.host, Role.COMMISSIONER), timezone.now()
    question = Question(CUT, date(fund.first_year, 4, 1), percent=Decimal(15))
    with rls_scope([fund.host_id]):
        draft = actions.keep(fund=fund, question=question, name="15% less", asked="What then?", by=officer, at=now)
        assert "15% less" not in [one.name for one, _ in grounds_of(statement_of(fund)).scenarios]
        shared = actions.share(scenario=draft, by=officer, version=draft.version, at=now)
        assert "15% less" in [one.name for one, _ in grounds_of(statement_of(fund)).scenarios]
        actions.archive(scenario=shared, by=officer, version=shared.version, at=now)
    assert len(as_data(statement_of(fund), grounds_of(statement_of(fund)))["scenarios"]) == 4

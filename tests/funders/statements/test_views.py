import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from funders.contributions.models import Contribution
from funders.pool.models import CostLine, PooledAlready
from funders.pool.permissions import READERS
from tests.counting import cost_of
from tests.factories import make_contribution, make_fund, make_organisation, make_seat

FUND = "/fund/pool/"


@pytest.fixture
def finance(client_for, fund):
    return client_for(make_seat(Role.FINANCE, organisation=fund.host))


def rows_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_fund_page_shows_the_shares_of_the_2012_report(finance):
    page = finance.get(FUND).content.decode()
    for figure in ("£810,000", "£259,000", "£551,000", "£321,416.67", "£183,666.67", "£45,916.66"):
        assert figure in page
    for figure in ("£314,206.61", "£200,363.64", "£36,429.75", "+£7,210.06", "−£16,696.97", "+£9,486.91"):
        assert figure in page


def test_the_other_base_is_shown_and_named(finance):
    page = finance.get(FUND, {"base": "total"}).content.decode()
    for figure in ("£472,500.00", "£270,000.00", "£67,500.00", "The fund itself asks for shares of the other base"):
        assert figure in page


def test_members_of_a_sector_share_what_it_is_asked_for(finance):
    for name in ("A police body", "B probation body"):
        make_organisation(name, is_funder=True, sector=Sector.CRIMINAL_JUSTICE)
    page = finance.get(FUND).content.decode()
    assert "£91,833.34" in page
    assert "£91,833.33" in page


def test_pledged_and_agreed_stand_apart(finance, fund, partner, other):
    make_contribution(fund=fund, by=partner.officer, amount="321416.67", agreed_by=partner.approver)
    make_contribution(fund=fund, by=other.officer, amount="20000.00")
    years = rows_of(finance.get(FUND, {"format": "csv", "table": "years"}))
    assert years[1] == ["2026/27", "810000.00", "259000.00", "321416.67", "0.00", "20000.00", "229583.33", "209583.33"]
    partners = rows_of(finance.get(FUND, {"format": "csv", "table": "partners"}))
    assert partners[1] == ["Health partner", "964250.01", "321416.67", "0.00", "642833.34"]
    assert partners[2] == ["Another partner", "551000.01", "0.00", "20000.00", "531000.01"]


def test_withdrawn_money_counts_nowhere(finance, fund, partner):
    one = make_contribution(fund=fund, by=partner.officer)
    one.state = "withdrawn"
    one.save()
    assert rows_of(finance.get(FUND, {"format": "csv"}))[1][3:5] == ["0.00", "0.00"]


def test_the_difference_is_a_number_in_a_file(finance):
    rows = rows_of(finance.get(FUND, {"format": "csv", "table": "shares"}))
    assert [row[-1] for row in rows] == ["Difference", "7210.06", "-16696.97", "9486.91", "0.00"]


def test_sources_keep_the_papers_order_with_zero_as_an_answer(finance, fund):
    PooledAlready.objects.create(fund=fund, label="Health", amount=Decimal(0), poolable=False, note="Zero is an answer.", order=2)
    rows = rows_of(finance.get(FUND, {"format": "csv", "table": "sources"}))
    assert rows[1:] == [
        ["Councils", "Partnership agreement", "259000.00", "259000.00", ""],
        ["Health", "Partnership agreement", "0.00", "", "Zero is an answer."],
        ["All sources", "", "259000.00", "259000.00", ""],
    ]


@pytest.mark.parametrize(
    "table", ["requirement", "sources", "shares", "asks", "years", "certainty", "shortfall", "partners", "x", "../etc/passwd"]
)
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_every_table_comes_as_a_file(finance, table, format_):
    response = finance.get(FUND, {"format": format_, "table": table})
    assert response["Content-Disposition"].startswith("attachment")
    assert "etc" not in response["Content-Disposition"]


def test_who_gives_what_filters_by_partner_and_year(finance, fund, partner, other):
    page = finance.get(f"{FUND}contributions/", {"funder": partner.organisation.code, "year": "2027-28", "format": "csv"})
    assert rows_of(page)[1:] == [["Health partner", "2027/28", "Not answered", "321416.67", "0.00", "0.00", "321416.67"]]


@pytest.mark.parametrize("query", ["base=x", "format=x", "funder=x&year=x", "year=%00", "page=99999999999999"])
def test_an_address_that_makes_no_sense_shows_the_page(finance, query):
    assert finance.get(f"{FUND}?{query}").status_code == 200
    assert finance.get(f"{FUND}contributions/?{query}").status_code == 200


def test_a_fund_that_does_not_exist_is_not_there(finance):
    assert finance.get("/fund/none/").status_code == 404
    assert finance.get("/fund/none/contributions/").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_partners_read_funds_and_providers_do_not(fund, client_for, role):
    reader = client_for(make_seat(role))
    assert reader.get(FUND).status_code == (200 if role in READERS else 403)


def test_the_list_names_each_fund_with_its_gap(finance, fund):
    make_fund(code="older", name="An older fund")
    page = finance.get("/fund/").content.decode()
    assert page.count("£551,000.00") == 2
    assert reverse("pool:fund", args=["older"]) in page


def test_the_officer_is_led_to_the_pledge_and_the_finance_officer_is_not(fund, partner, client_for, finance):
    address = reverse("contributions:make_pledge", args=["pool"])
    fund.last_year = 2099
    fund.save()
    assert address in client_for(partner.officer).get(FUND).content.decode()
    assert address not in finance.get(FUND).content.decode()


def test_a_fund_of_old_papers_asks_nobody_by_name(finance, partner):
    make_fund(code="old", first_year=2013, last_year=2013)
    page = finance.get("/fund/old/").content.decode()
    assert "£321,416.67" in page
    assert "Health partner" not in page


@pytest.mark.parametrize("path", ["/fund/", FUND, f"{FUND}contributions/"])
def test_the_pages_cost_the_same_with_one_and_with_many(finance, fund, partner, path):
    make_contribution(fund=fund, by=partner.officer)
    finance.get(path)
    few = cost_of(finance, path)
    for number in range(5):
        made = make_seat(Role.FUNDER_OFFICER, organisation=make_organisation(f"Funder {number}", is_funder=True, sector=Sector.HEALTH))
        make_contribution(fund=fund, by=made, year=2027)
        make_fund(code=f"more-{number}")
    assert cost_of(finance, path) == few <= 15


def test_conditional_money_stands_apart_and_says_what_it_waits_for(fund, finance):
    """£40,000 that is likely, of a gap of £164,000, as in 2010: never in a total of what is sure."""
    fund.cost_lines.all().delete()
    fund.pooled_already.all().delete()
    fund.sector_shares.all().delete()
    CostLine.objects.create(fund=fund, label="Four posts", quantity=1, unit="service", unit_cost_amount=Decimal("164000"))
    told = {"amount": Decimal("40000"), "condition": "Decision not before the middle of March"}
    PooledAlready.objects.create(fund=fund, label="A grant", **told)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", finance.get(FUND).content.decode()))
    assert "£164,000.00 of £164,000.00 is missing" in page
    assert "If the £40,000.00 that is conditional comes, £124,000.00 is missing." in page
    assert "Decision not before the middle of March" in page
    years = rows_of(finance.get(FUND, {"format": "csv", "table": "years"}))
    assert years[0][-3:] == ["Missing", "If conditions are met", "If pledges are agreed"]
    assert years[1][-3:] == ["164000.00", "124000.00", "124000.00"]
    sources = rows_of(finance.get(FUND, {"format": "csv", "table": "sources"}))
    assert sources[1:] == [
        ["A grant", "Partnership agreement", "", "", "40000.00", "Decision not before the middle of March."],
        ["All sources", "", "0.00", "0.00", "40000.00", ""],
    ]


def test_each_certainty_has_a_column_where_there_is_some_and_limits_are_named(finance, fund, partner, other):
    one = make_contribution(fund=fund, by=partner.officer, year=2027, amount="500.00", agreed_by=partner.approver)
    one.condition, one.condition_due_on, one.purpose = "The grant letter", date(2028, 3, 1), "Court posts"
    one.districts, one.use_until = ["E07000105", "E07000106"], date(2028, 3, 31)
    one.save()
    figure = make_contribution(fund=fund, by=other.officer, year=2027, amount="70.00")
    figure.state = "indicative"
    figure.save()
    years = rows_of(finance.get(FUND, {"format": "csv", "table": "years"}))
    assert years[0][3:9] == ["Agreed", "Of it received", "Conditional", "Pledged only", "Indicative", "Missing"]
    assert years[2][3:9] == ["0.00", "0.00", "500.00", "0.00", "70.00", "551000.00"]
    rows = rows_of(finance.get(f"{FUND}contributions/", {"year": "2027-28", "format": "csv"}))
    assert rows[0][4:] == ["Agreed", "Conditional", "Pledged, not agreed", "Indicative", "Asked, not promised", "Limited to"]
    assert rows[1][4:] == ["0.00", "500.00", "0.00", "0.00", "320916.67", "Court posts; 2 districts; until 31 March 2028"]
    assert rows[2][4:] == ["0.00", "0.00", "0.00", "70.00", "183666.67", ""]


def test_a_year_is_red_where_contracts_have_committed_more_than_is_agreed(finance, money):
    """The contract commits £9,000 a year; in 2027 what was agreed is back to a pledge."""
    money.commit()
    Contribution.objects.filter(year=2027, pot="s75").update(state="pledged", agreed_at=None, agreed_by=None)
    page = finance.get(FUND).content.decode()
    assert "Contracts take more than is pooled or agreed: £5,000.00 in 2027/28 too much." in page
    assert "£5k too much" in page
    rows = rows_of(finance.get(FUND, {"format": "csv", "table": "certainty"}))
    assert rows[0][3:5] == ["Committed", "Beyond what is agreed"]
    assert [row[3:5] for row in rows[1:]] == [["9000.00", "0.00"], ["9000.00", "5000.00"], ["9000.00", "0.00"], ["27000.00", "5000.00"]]


def test_three_lines_of_shortfall(finance, fund, partner, other):
    one = make_contribution(fund=fund, by=partner.officer, amount="300000.00", agreed_by=partner.approver)
    one.condition, one.condition_due_on = "The grant letter", date(2028, 3, 1)
    one.save()
    make_contribution(fund=fund, by=other.officer, amount="51000.00")
    rows = rows_of(finance.get(FUND, {"format": "csv", "table": "shortfall"}))
    assert rows[1] == ["2026/27", "810000.00", "259000.00", "551000.00", "251000.00", "200000.00"]

"""What this house gives to the gates, the front page and the report."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.home.registry import registered_places, tiles_for
from commissioning.kernel.gates import blockers, registered_gates
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from commissioning.reports.charts import drawn
from commissioning.reports.models import PerformanceReport
from commissioning.reports.queries import content_data
from commissioning.reports.registry import sections
from funders.in_kind import actions as in_kind
from tests.factories import make_contribution, make_period, make_seat, make_tender

THIS_YEAR = FinancialYear.of(timezone.localdate()).start


@pytest.fixture
def tender(fund, seat):
    """Two lots of £100,000 a year from April 2027, to be paid from the fund (£259,000 pooled already)."""
    made = make_tender(by=make_seat(Role.COMMISSIONER), lots=2, fund_code="pool", term_months=24)
    return made


def test_the_gates_and_sections_are_registered():
    gates = registered_gates()
    assert "funders.gate_checks.fund_covers_tender" in gates["tender.publish"]
    assert "funders.gate_checks.fund_covers_award" in gates["award.approve"]
    assert [(one.key, one.order, one.title) for one in sections() if one.key in ("pooled-fund", "funders")] == [
        ("pooled-fund", 30, "Pooled fund"),
        ("funders", 31, "Funders"),
    ]
    assert {"pool:list", "contributions:list"} <= {place.url_name for place in registered_places()}


def test_a_tender_that_the_pool_covers_may_be_published(tender):
    assert blockers("tender.publish", tender) == []


def test_a_tender_beyond_the_agreed_money_names_each_year_and_the_pounds(tender, fund, partner):
    tender.lots.update(annual_amount=Decimal("150000"))
    make_contribution(fund=fund, by=partner.officer, year=2027, amount="41000.00", agreed_by=partner.approver)
    make_contribution(fund=fund, by=partner.officer, year=2028, amount="50000.00")
    (found,) = blockers("tender.publish", tender)
    assert found.sentence.startswith("2028/29: £41,000.00 is missing. £300,000.00 is needed and £259,000.00 is pooled or agreed.")
    assert found.url == reverse("cover:tender", args=[tender.reference])


def test_a_tender_without_a_fund_is_not_held_up(tender):
    tender.fund_code = ""
    tender.lots.update(annual_amount=Decimal("99999999"))
    assert blockers("tender.publish", tender) == []


def test_a_fund_that_does_not_exist_holds_the_tender_up(tender):
    tender.fund_code = "none"
    (found,) = blockers("tender.publish", tender)
    assert found.sentence == "There is no fund with the code none. Choose one of the pooled funds."


def test_an_award_is_held_up_when_the_money_has_gone_and_no_award_is_not(tender):
    tender.lots.update(annual_amount=Decimal("150000"))
    lot = tender.lots.first()
    assert len(blockers("award.approve", SimpleNamespace(provider_id=1, lot=lot))) == 2
    assert blockers("award.approve", SimpleNamespace(provider_id=None, lot=lot)) == []


@pytest.fixture
def running(fund):
    fund.first_year, fund.last_year = THIS_YEAR, THIS_YEAR + 2
    fund.save()
    return fund


def money(seat):
    return {tile.title: tile for tile in tiles_for(seat) if tile.group == "Money"}


def test_an_approver_sees_what_waits_for_them(running, partner):
    assert "Pledges waiting for you" not in money(partner.approver)
    one = make_contribution(fund=running, by=partner.officer, year=THIS_YEAR)
    tile = money(partner.approver)["Pledges waiting for you"]
    assert (tile.value, tile.urgent, tile.url) == ("1 pledge", True, reverse("contributions:agree", args=[one.pledge.reference]))
    make_contribution(fund=running, by=partner.officer, year=THIS_YEAR + 1)
    assert money(partner.approver)["Pledges waiting for you"].url.endswith("?state=pledged")


def test_an_approver_is_not_asked_for_what_is_agreed_or_their_own(running, partner):
    make_contribution(fund=running, by=partner.officer, year=THIS_YEAR, agreed_by=partner.approver)
    make_contribution(fund=running, by=partner.approver, year=THIS_YEAR + 1)
    assert "Pledges waiting for you" not in money(partner.approver)


def offer(fund, by, title="Coordinator"):
    told = {"title": title, "fte": Decimal("0.5"), "annual_rate": Decimal("40000"), "evidence_note": "Establishment list"}
    days = {"starts_on": date(THIS_YEAR, 9, 1), "ends_on": date(THIS_YEAR + 1, 2, 28)}
    return in_kind.give_post(fund=fund, funder=by.organisation, by=by, at=timezone.now(), **told, **days)


def test_an_approver_sees_offers_in_kind_that_wait_and_not_their_own(running, partner, other):
    assert "In kind, waiting for you" not in money(partner.approver)
    both = make_seat(Role.FUNDER_OFFICER, Role.FUNDER_APPROVER, organisation=partner.organisation)
    offer(running, both)
    offer(running, other.officer)
    assert "In kind, waiting for you" not in money(both)
    tile = money(partner.approver)["In kind, waiting for you"]
    assert (tile.value, tile.urgent) == ("1 offer", True)
    assert tile.sentence == "Worth £10,000.00 in all, never cash. It stands in the fund when you agree it."
    assert "/agree/" in tile.url
    second = offer(running, partner.officer, "Trainer")
    assert (money(partner.approver)["In kind, waiting for you"].value, money(both)["In kind, waiting for you"].value) == (
        "2 offers",
        "1 offer",
    )
    in_kind.agree(gift=second, decision_reference="Minute 3", by=both, version=second.version, at=timezone.now())
    assert money(partner.approver)["In kind, waiting for you"].value == "1 offer"


def test_an_officer_sees_the_share_that_is_asked_for(running, partner):
    tile = money(partner.officer)[f"Pledge for {FinancialYear(THIS_YEAR)} to {FinancialYear(THIS_YEAR + 2)}"]
    assert (tile.value, tile.url) == ("£321,416.67", reverse("contributions:make_pledge", args=["pool"]))
    for year in range(3):
        make_contribution(fund=running, by=partner.officer, year=THIS_YEAR + year)
    tiles = money(partner.officer)
    assert [(title, tile.value) for title, tile in tiles.items()] == [("Your contributions", "£0.00")]
    assert tiles["Your contributions"].sentence == "Agreed, all years together. £3,000.00 more is pledged and not agreed yet."


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.FINANCE, Role.LEAD_OFFICER])
def test_those_who_watch_the_fund_see_what_is_missing(running, role):
    tile = money(make_seat(role))["Missing in the fund"]
    assert (tile.value, tile.url) == ("£1,653,000.00", reverse("pool:fund", args=["pool"]))


def test_a_provider_sees_nothing_of_the_money(running):
    assert money(make_seat(Role.BID_MANAGER)) == {}


def built(key, period):
    return next(one for one in sections() if one.key == key).build(period)


def test_the_report_says_how_the_fund_stands(fund, partner):
    make_contribution(fund=fund, by=partner.officer, year=2026, amount="321416.67", agreed_by=partner.approver)
    content = built("pooled-fund", make_period())
    assert [figure.value for figure in content.figures] == ["£810,000.00", "£259,000.00", "£551,000.00"]
    shares, years = content.tables
    assert [row[1] for row in shares.rows] == ["£321,416.67", "£183,666.67", "£45,916.66", "£551,000.00"]
    assert years.rows[0] == ("2026/27", "£259,000.00", "£321,416.67", "£0.00", "£229,583.33", "£229,583.33")
    (chart,) = content.charts
    assert chart.series["Agreed"] == (321416.67, 0.0, 0.0)
    assert chart.target == 810000.0


def test_the_layers_of_the_chart_keep_their_order_through_the_database(fund):
    report = PerformanceReport.objects.create(
        period=make_period(), snapshot={"sections": [content_data(built("pooled-fund", make_period()))]}
    )
    report.refresh_from_db()
    (chart,) = report.snapshot["sections"][0]["charts"]
    assert [name for name, _ in chart["series"]] == ["Pooled already", "Agreed", "Pledged, not agreed", "Missing"]
    assert [column.label for column in drawn(chart).table.columns][1:] == ["Pooled already", "Agreed", "Pledged, not agreed", "Missing"]


def test_the_report_names_each_partner_of_the_year(fund, partner):
    make_contribution(fund=fund, by=partner.officer, year=2026, amount="321416.67")
    content = built("funders", make_period())
    assert content.finding == "For 2026/27, 0 of 1 partners have agreed money; 1 has pledged money that is not agreed yet."
    assert content.tables[0].rows == (("Health partner", "2026/27", "Answered", "£321,416.67", "£0.00", "£321,416.67", "£0.00"),)


def test_a_period_without_a_fund_says_so(db):
    assert built("pooled-fund", make_period()).finding == "No pooled fund covers this period."
    assert built("funders", make_period()).finding == "No pooled fund covers this period."

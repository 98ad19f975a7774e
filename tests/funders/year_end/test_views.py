"""The page of a fund's years, for those who read it, prepare and confirm."""

import re

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.year_end.models import YearClose
from tests.counting import cost_of
from tests.factories import make_organisation, make_seat


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def address(ended, name="years", **query):
    return reverse(f"year_end:{name}", args=[ended.money.fund.code], query=query or None)


@pytest.fixture
def clock(ended, monkeypatch):
    """The portal believes that it is April 2027."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: ended.at)
    return ended.at


def test_the_outturn_of_a_year_that_nobody_has_prepared(ended, client_for):
    page = words(client_for(make_seat(Role.FUNDER_OFFICER)).get(address(ended)))
    assert "2026/27 Open" in page
    assert "Section 75 agreement £0.00 £8,000.00 £1,500.00 £6,500.00" in page
    assert "Section 75 agreement £8,000.00 £1,500.00 £666.67 £5,833.33" in page
    assert "Together £0.00 £12,000.00 £2,250.00 £9,750.00" in page
    assert "S-2" in page
    assert "Prepare the end" not in page


def test_from_an_open_year_to_a_closed_one(ended, clock, client_for):
    finance, lead = client_for(ended.money.finance), client_for(ended.money.lead)
    assert "Prepare the end of 2026/27" in words(finance.get(address(ended)))
    asked = words(finance.get(address(ended, "prepare")))
    assert "These figures are kept as they stand now" in asked
    assert "A lead officer of your organisation is asked to confirm it" in words(finance.post(address(ended, "prepare"), follow=True))
    close = YearClose.objects.get()
    assert "Prepare the end of 2026/27 again" in words(finance.get(address(ended)))
    assert "Confirm the end of 2026/27" in words(lead.get(address(ended)))
    confirm = reverse("year_end:confirm", args=[close.reference])
    assert "This cannot be undone" in words(lead.get(confirm))
    wrong = words(lead.post(confirm, {"version": "1", "decision_reference": "Board, minute 4"}))
    assert "Choose what becomes of Section 75 agreement" in wrong
    told = {"version": "1", "decision_reference": "Board, minute 4", "choice_s75": "carry", "choice_crime_grant": "return"}
    done = words(lead.post(confirm, told, follow=True))
    assert "2026/27 is closed. The partners are told." in done
    assert "Board, minute 4" in done
    assert "£5,833.33 Carry forward" in done
    assert "£2,916.67 Return to the partners" in done
    assert lead.post(confirm, told).status_code == 404
    opening = words(client_for(make_seat(Role.AUDITOR)).get(address(ended, year="2027-28")))
    assert "Section 75 agreement £6,500.00 £0.00 £0.00 £6,500.00" in opening


def test_what_cannot_be_prepared_says_why(ended, client_for):
    page = words(client_for(ended.money.finance).post(address(ended, "prepare")))
    assert "2026/27 runs until" in page
    assert not YearClose.objects.exists()


def test_a_receipt_in_a_closed_year_is_refused_with_the_day_that_is_open(ended, clock, client_for):
    ended.confirm()
    invoice = YearClose.objects.get().accruals.get().invoice
    pay = reverse("spending:pay", args=[invoice.reference])
    told = {"version": str(invoice.version), "bank_reference": "OUT 2", "paid_on_day": "31", "paid_on_month": "3", "paid_on_year": "2027"}
    page = client_for(ended.money.finance).post(pay, told)
    assert page.status_code == 200
    assert "1 April 2027, the first day of the next year" in words(page)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_outturn_as_a_file(ended, client_for, ending):
    response = client_for(make_seat(Role.BOARD_MEMBER)).get(address(ended, year="2026-27", format=ending))
    assert f"pool-outturn-2026-27.{ending}" in response["Content-Disposition"]
    assert ending == "xlsx" or b'"Section 75 agreement","0.00","8000.00","1500.00","6500.00"' in response.content


def test_who_may_not_is_kept_out(ended, client_for):
    close = ended.prepare()
    confirm = reverse("year_end:confirm", args=[close.reference])
    for seat in (ended.money.provider, make_seat(Role.EVALUATOR)):
        assert client_for(seat).get(address(ended)).status_code == 403
    for seat in (ended.money.officer, ended.money.lead, make_seat(Role.FUNDER_APPROVER), make_seat(Role.AUDITOR)):
        assert client_for(seat).post(address(ended, "prepare")).status_code == 403
    for seat in (ended.money.finance, ended.money.officer, make_seat(Role.FUNDER_APPROVER)):
        assert client_for(seat).post(confirm).status_code == 403
    strange = make_organisation(is_commissioner=True)
    assert client_for(make_seat(Role.FINANCE, organisation=strange)).post(address(ended, "prepare")).status_code == 404
    assert client_for(make_seat(Role.LEAD_OFFICER, organisation=strange)).post(confirm).status_code == 404


def test_the_page_costs_the_same_with_more_money(ended, client_for):
    client = client_for(ended.money.finance)
    few = cost_of(client, address(ended))
    for number in range(3):
        ended.money.give(make_organisation(is_funder=True), "100.00", 2026)
        ended.money.approve(ended.money.invoice("10.00", f"T-{number}"))
    assert cost_of(client, address(ended)) == few


def test_a_year_without_money_says_so(fund, client_for):
    fund.pooled_already.update(amount=0)
    page = words(client_for(make_seat(Role.AUDITOR)).get(reverse("year_end:years", args=[fund.code])))
    assert "Nothing in this year yet" in page

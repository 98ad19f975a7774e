"""The page of a fund's years, for those who read it, prepare and confirm."""

import re

import pytest
from django.urls import reverse

from commissioning.home.registry import tiles_for
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.year_end.models import SharePayout, YearClose
from funders.year_end.rules import PayoutRefused
from tests.counting import cost_of
from tests.factories import make_fund, make_organisation, make_seat


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


@pytest.fixture
def returned(ended, clock):
    """The year is closed and £5,833.33 goes back to the health partner."""
    return ended.confirm(choices={"s75": "return", "crime_grant": "carry"})


def test_a_share_is_paid_on_its_page_seen_by_the_partner_and_taken_back(ended, returned, client_for):
    finance = client_for(ended.money.finance)
    page = words(finance.get(address(ended, year="2026-27")))
    assert "What goes back to the partners" in page
    assert "£5,833.33 To be paid" in page
    pay = reverse("year_end:pay_share", args=[returned.reference, 1])
    assert pay in finance.get(address(ended, year="2026-27")).content.decode()
    assert "Enter the bank reference" in words(finance.post(pay, {}))
    told = {"bank_reference": "BACK 1", "paid_on_day": "20", "paid_on_month": "4", "paid_on_year": "2027"}
    page = words(finance.post(pay, told, follow=True))
    assert "The payment is recorded and posted to the ledger of the fund. The partner is told." in page
    assert "£5,833.33 Paid back 20 April 2027 BACK 1 Reverse BACK 1" in page
    assert finance.get(pay).status_code == 404
    payout = SharePayout.objects.get()
    partner = client_for(make_seat(Role.FUNDER_OFFICER, organisation=payout.funder))
    assert "What goes back to you" in words(partner.get(reverse("partners:own")))
    statement = words(partner.get(reverse("accounts:giver", args=[ended.money.fund.code, payout.funder.code])))
    assert "Returned to partners" in statement
    reverse_it = reverse("year_end:reverse_payout", args=[payout.reference])
    page = words(finance.post(reverse_it, {"reason": "The bank sent it back."}, follow=True))
    assert "The payment is reversed. Both postings stay in the ledger." in page
    assert "£5,833.33 To be paid" in page


def test_what_cannot_be_paid_says_why(ended, returned, client_for):
    both = Seat(person=ended.money.lead.person, organisation=ended.money.fund.host, roles=frozenset({Role.FINANCE}))
    pay = reverse("year_end:pay_share", args=[returned.reference, 1])
    with pytest.raises(PayoutRefused, match="Another finance officer"):
        ended.pay_share(returned.pots.get(pot="s75").shares.get(), by=both)
    told = {"bank_reference": "BACK 1", "paid_on_day": "21", "paid_on_month": "4", "paid_on_year": "2027"}
    assert "The day of payment is after today" in words(client_for(ended.money.finance).post(pay, told))


def test_only_the_hosts_finance_officers_pay_shares(ended, returned, client_for):
    pay = reverse("year_end:pay_share", args=[returned.reference, 1])
    for seat in (ended.money.lead, ended.money.officer, make_seat(Role.FUNDER_APPROVER), make_seat(Role.AUDITOR)):
        assert client_for(seat).get(pay).status_code == 403
    strange = make_seat(Role.FINANCE, organisation=make_organisation(is_commissioner=True))
    assert client_for(strange).get(pay).status_code == 404
    finance = client_for(ended.money.finance)
    for number in (0, 2, 99):
        assert finance.get(reverse("year_end:pay_share", args=[returned.reference, number])).status_code == 404
    assert finance.get(reverse("year_end:reverse_payout", args=["SP-NONE"])).status_code == 404


def money_tiles(seat):
    return {one.title: one for one in tiles_for(seat) if one.group == "Money"}


def test_the_front_page_says_which_year_ends_wait_for_whom(ended, clock):
    fund = ended.money.fund
    board = make_seat(Role.BOARD_MEMBER)
    tile = money_tiles(ended.money.finance)["Year ends waiting for you"]
    assert (tile.value, tile.url) == ("1 year", address(ended, year="2026-27"))
    assert tile.sentence.startswith("2026/27, The fund. The year is over.")
    assert "Year ends waiting for you" not in money_tiles(ended.money.lead)
    ended.prepare()
    assert "Year ends waiting for you" not in money_tiles(ended.money.finance)
    assert money_tiles(ended.money.lead)["Year ends waiting for you"].url == address(ended, year="2026-27")
    assert "the board chooses" in money_tiles(board)["Year ends waiting for the board"].sentence
    for seat in (make_seat(Role.LEAD_OFFICER), make_seat(Role.FINANCE), make_seat(Role.AUDITOR)):
        assert [title for title in money_tiles(seat) if title.startswith("Year ends")] == []
    ended.confirm(YearClose.objects.get(), choices={"s75": "return", "crime_grant": "return"})
    tile = money_tiles(ended.money.finance)["Shares to pay back"]
    assert (tile.value, tile.url) == ("£8,750.00", reverse("year_end:years", args=[fund.code]))
    assert "2 shares" in tile.sentence
    assert "Shares to pay back" not in money_tiles(make_seat(Role.FINANCE))
    assert [title for seat in (ended.money.lead, board) for title in money_tiles(seat) if title.startswith("Year ends")] == []


def test_a_fund_without_money_or_a_year_that_runs_waits_for_nobody(ended, monkeypatch):
    assert "Year ends waiting for you" not in money_tiles(ended.money.finance)
    monkeypatch.setattr("django.utils.timezone.now", lambda: ended.at)
    make_fund(host=ended.money.fund.host)
    assert money_tiles(ended.money.finance)["Year ends waiting for you"].value == "1 year"

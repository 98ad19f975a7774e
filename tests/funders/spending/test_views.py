import re

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.organisations.roles import Role
from funders.budget.models import Allocation, BudgetLine, Commitment
from funders.spending.models import Payment, ProviderInvoice
from tests.factories import make_organisation, make_seat

TODAY = timezone.localdate()
DAY = {"day": str(TODAY.day), "month": str(TODAY.month), "year": str(TODAY.year)}


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def day(name):
    return {f"{name}_{part}": value for part, value in DAY.items()}


@pytest.fixture
def finance(money, client_for):
    return client_for(money.finance)


@pytest.fixture
def officer(money, client_for):
    return client_for(money.officer)


@pytest.fixture
def provider(money, client_for):
    return client_for(money.provider)


def allocation(row, **changes):
    told = {"line": str(row.pk), "year": "2026", "pot": "s75", "direction": "aside", "amount": "6,000", "reason": "The service of the area"}
    return {**told, **changes}


def test_from_an_empty_budget_to_a_paid_invoice(money, finance, officer, provider):
    fund = money.fund
    budget = reverse("spending:budget", args=[fund.code])
    assert "The budget has no line yet" in words(finance.get(budget))
    page = finance.post(
        reverse("budget:add_line", args=[fund.code]), {"label": "West", "purpose": "area", "area": money.contract.area.code}, follow=True
    )
    assert "The line is added" in words(page)
    line = BudgetLine.objects.get()
    for pot, amount in (("s75", "6,000"), ("crime_grant", "3,000.00")):
        for year in ("2026", "2027", "2028"):
            finance.post(reverse("budget:allocate", args=[fund.code]), allocation(line, pot=pot, amount=amount, year=year))
    assert "West £9,000.00 £0.00 £0.00 £9,000.00" in words(finance.get(budget))
    assert "Commit" in words(officer.get(budget))
    commit = reverse("budget:commit", args=[fund.code, money.contract.reference])
    assert "2027/28 £9,000.00" in words(officer.get(commit))
    assert "is committed, each year in its place" in words(officer.post(commit, {"line": str(line.pk)}, follow=True))
    send = reverse("spending:send", args=[money.contract.reference])
    assert send in provider.get(reverse("spending:list")).content.decode()
    told = {"year": "2026", "services": "July to September", "number": "S-1", "amount": "2,250.00", **day("invoiced_on")}
    assert "The invoice is sent" in words(provider.post(send, told, follow=True))
    invoice = ProviderInvoice.objects.get()
    assert "1 invoice" in words(officer.get(reverse("home")))
    address = reverse("spending:invoice", args=[invoice.reference])
    assert "Approve" in words(officer.get(address))
    officer.post(reverse("spending:approve", args=[invoice.reference]), {"version": invoice.version})
    pay = {"bank_reference": "OUT 1", "version": "2", **day("paid_on")}
    assert "posted to the ledger" in words(finance.post(reverse("spending:pay", args=[invoice.reference]), pay, follow=True))
    assert "West £9,000.00 £9,000.00 £2,250.00 £0.00" in words(finance.get(budget))
    assert "Paid to providers £2,250.00" in words(finance.get(reverse("ledger:ledger", args=[fund.code])))
    assert "OUT 1" in words(provider.get(address))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "1e3"}, "Write the amount in full"),
        ({"amount": "NaN"}, "the amount"),
        ({"amount": "Infinity"}, "the amount"),
        ({"amount": "1e400"}, "the amount"),
        ({"amount": "1.001"}, "no more than 2 figures after the point"),
        ({"amount": "-5"}, "take out the minus sign"),
        ({"amount": ""}, "Enter the amount"),
        ({"amount": "8,000.01"}, "is more than the pot has left"),
        ({"direction": "back"}, "The line has only £0.00 from this pot"),
        ({"year": "2031"}, "not one of the choices"),
        ({"line": "x"}, "not one of the choices"),
        ({"pot": "other"}, "not one of the choices"),
        ({"reason": "no"}, "Say in a few words what the money is for"),
    ],
)
def test_what_cannot_be_set_aside_is_told_and_what_was_typed_stays(money, finance, typed, said):
    line = money.line()
    answer = finance.post(reverse("budget:allocate", args=[money.fund.code]), allocation(line, **typed))
    assert answer.status_code == 200
    assert said in words(answer)
    assert not Allocation.objects.exists()
    assert f'value="{typed.get("reason", "The service of the area")}"' in answer.content.decode()


def test_above_the_limit_the_decision_of_the_board_is_asked_for(money, finance):
    money.fund.board_limit_amount = 1000
    money.fund.save()
    line = money.line()
    address = reverse("budget:allocate", args=[money.fund.code])
    assert "Above £1,000.00 the partnership board decides" in words(finance.post(address, allocation(line)))
    finance.post(address, allocation(line, decision_reference="Minute 7"))
    assert Allocation.objects.get().decision_reference == "Minute 7"


def test_the_same_allocation_sent_twice_is_written_once(money, finance):
    line = money.line()
    address = reverse("budget:allocate", args=[money.fund.code])
    once = re.search(r'name="once" value="([^"]+)"', finance.get(address).content.decode())[1]
    for _ in range(2):
        assert finance.post(address, allocation(line, amount="100", once=once)).status_code == 302
    assert Allocation.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "9,000.01"}, "At most £9,000.00 can be invoiced"),
        ({"amount": "1e3"}, "Write the amount in full"),
        ({"amount": "-1"}, "take out the minus sign"),
        ({"number": ""}, "Enter the number of the invoice"),
        ({"invoiced_on_day": "31", "invoiced_on_month": "11", "invoiced_on_year": "2025"}, "November 2025 has 30 days"),
        ({"invoiced_on_year": str(TODAY.year + 1)}, "is after today"),
        ({"year": "2031"}, "not one of the choices"),
    ],
)
def test_an_invoice_that_cannot_be_is_told_and_what_was_typed_stays(money, provider, typed, said):
    money.commit()
    told = {"year": "2026", "services": "July to September", "number": "S-1", "amount": "2,250.00", **day("invoiced_on"), **typed}
    answer = provider.post(reverse("spending:send", args=[money.contract.reference]), told)
    assert answer.status_code == 200
    assert said in words(answer)
    assert 'value="July to September"' in answer.content.decode()
    assert not ProviderInvoice.objects.exists()


def test_returning_and_reversing_take_a_reason_and_stay_in_sight(money, finance, officer):
    money.commit()
    invoice = money.invoice()
    address = reverse("spending:return", args=[invoice.reference])
    assert "what has to be mended" in words(officer.post(address, {"reason": "", "version": 1}))
    page = words(officer.post(address, {"reason": "The quarter is missing", "version": 1}, follow=True))
    assert "The quarter is missing" in page
    payment = money.pay(money.approve(money.invoice(number="S-2")))
    address = reverse("spending:reverse", args=[payment.reference])
    page = words(finance.post(address, {"reason": "Paid to the wrong account"}, follow=True))
    assert "Both postings stay in the ledger" in page
    assert "Paid to the wrong account" in page
    assert finance.get(address).status_code == 404


def test_a_released_contract_can_be_committed_anew(money, officer):
    money.commit()
    release = reverse("budget:release", args=[money.fund.code, money.contract.reference])
    assert "Give the reason" in words(officer.post(release, {"reason": "no"}))
    assert "Commit this contract" in words(officer.post(release, {"reason": "The wrong line"}, follow=True))
    assert Commitment.objects.count() == 6
    assert officer.get(release).status_code == 404


def test_partners_read_the_budget_and_write_none_of_it(money, client_for, partner):
    money.commit()
    invoice = money.invoice()
    reader = client_for(partner.officer)
    assert "Set money aside" not in words(reader.get(reverse("spending:budget", args=[money.fund.code])))
    assert reader.get(reverse("spending:invoice", args=[invoice.reference])).status_code == 200
    assert reader.get(reverse("budget:allocations", args=[money.fund.code])).status_code == 200
    for name, args in (
        ("budget:allocate", [money.fund.code]),
        ("budget:add_line", [money.fund.code]),
        ("spending:approve", [invoice.reference]),
        ("spending:pay", [invoice.reference]),
        ("spending:send", [money.contract.reference]),
    ):
        assert reader.get(reverse(name, args=args)).status_code == 403


def test_another_partners_finance_officer_and_another_provider_find_nothing(money, client_for):
    money.commit()
    invoice = money.approve(money.invoice())
    stranger = client_for(make_seat(Role.FINANCE))
    assert stranger.get(reverse("budget:allocate", args=[money.fund.code])).status_code == 404
    assert stranger.get(reverse("spending:pay", args=[invoice.reference])).status_code == 404
    rival = client_for(make_seat(Role.CERTIFIER, organisation=make_organisation(is_provider=True)))
    assert rival.get(reverse("spending:invoice", args=[invoice.reference])).status_code == 404
    assert rival.get(reverse("spending:send", args=[money.contract.reference])).status_code == 404
    assert invoice.reference not in rival.get(reverse("spending:list")).content.decode()
    assert rival.get(reverse("spending:budget", args=[money.fund.code])).status_code == 403


def test_lists_are_filtered_and_taken_away(money, finance):
    money.commit()
    money.approve(money.invoice())
    assert "No invoice to show" in words(finance.get(reverse("spending:list"), {"state": "paid"}))
    lines = finance.get(reverse("spending:list"), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == "Reference,Invoice,Provider,Contract area,For,Day,Amount,State,Year,Contract,Fund"
    budget = finance.get(reverse("spending:budget", args=[money.fund.code]), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert budget[0].replace('"', "") == "Line,Year,Set aside,Committed,Paid,Free"
    assert len(budget) == 5
    allocations = reverse("budget:allocations", args=[money.fund.code])
    assert "2 entries" in words(finance.get(allocations, {"year": "2027-28"}))
    assert Payment.objects.count() == 0


def test_the_bank_reference_of_a_payment_is_for_the_host_its_provider_and_auditors(money, client_for):
    money.commit()
    invoice = money.invoice()
    money.pay(money.approve(invoice))
    address = reverse("spending:invoice", args=[invoice.reference])
    seats = [money.finance, money.officer, money.provider, make_seat(Role.AUDITOR), make_seat(Role.FINANCE)]
    assert ["OUT 1" in words(client_for(seat).get(address)) for seat in seats] == [True, True, True, True, False]

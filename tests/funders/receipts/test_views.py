"""Instalments in the browser's eyes: who opens what, what is kept of a form that is refused, and files."""

import re

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.receipts.models import Instalment, Receipt, Schedule
from tests.factories import make_seat

DAY = {"received_on_day": "1", "received_on_month": "4", "received_on_year": "2026"}


def url(name, *args):
    return reverse(f"receipts:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def finance(case, client_for):
    return client_for(case.finance)


def sent(instalment, **changes):
    return {"amount": "250", "bank_reference": "BACS 1", "version": instalment.version, **DAY, **changes}


def test_from_the_counter_signature_to_the_ledger(case, finance):
    listed = words(finance.get(url("list")))
    assert "Waiting for your counter-signature" in listed
    assert "1 contribution" in words(finance.get(reverse("home")))
    answered = finance.post(url("countersign", case.contribution.reference), {"plan": "4"}, follow=True)
    assert "its instalments are planned" in words(answered)
    first = Instalment.objects.get(number=1)
    finance.post(url("invoice", first.reference), {"invoice_reference": "INV 7", "version": first.version})
    first.refresh_from_db()
    page = words(finance.post(url("receive", first.reference), sent(first), follow=True))
    assert "posted to the ledger" in page
    assert "Still to come £0.00" in page
    ledger = words(finance.get(reverse("ledger:ledger", args=[case.contribution.fund.code])))
    assert "Received from partners £250.00" in ledger
    assert "BACS 1" in ledger
    fund = words(finance.get(reverse("pool:fund", args=[case.contribution.fund.code])))
    assert "What each year rests on" in fund
    assert "£250.00" in fund


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "1e3"}, "Write the amount received in full"),
        ({"amount": "NaN"}, "the amount received"),
        ({"amount": "1.001"}, "no more than 2 figures after the point"),
        ({"amount": "-5"}, "take out the minus sign"),
        ({"amount": "0"}, "more than £0"),
        ({"amount": ""}, "Enter the amount received"),
        ({"received_on_year": "1926"}, "must be between"),
        ({"received_on_year": "2099"}, "must be"),
        ({"received_on_day": "31"}, "April 2026 has 30 days"),
        ({"bank_reference": ""}, "Enter the bank reference"),
        ({"bank_reference": "x" * 61}, "has 61 characters and the most is 60"),
    ],
)
def test_a_receipt_that_cannot_be_is_told_and_what_was_typed_stays(case, finance, typed, said):
    instalment = case.invoiced()
    answer = finance.post(url("receive", instalment.reference), sent(instalment, **typed))
    assert answer.status_code == 200
    assert said in words(answer)
    assert Receipt.objects.count() == 0
    kept = {**sent(instalment), **typed}
    for value in filter(None, kept.values()):
        assert f'value="{value}"' in answer.content.decode()


def test_the_same_receipt_sent_twice_is_posted_once(case, finance):
    instalment = case.invoiced()
    page = finance.get(url("receive", instalment.reference)).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    for _ in range(2):
        answer = finance.post(url("receive", instalment.reference), sent(instalment, once=once))
        assert answer.status_code == 302
    assert Receipt.objects.count() == 1


def test_a_second_officer_is_told_and_keeps_what_they_typed(case, finance, client_for):
    (first, *_) = case.countersign()
    case.invoice(first)
    instalment = Instalment.objects.get(pk=first.pk)
    case.receive(instalment, "100.00")
    answer = finance.post(url("receive", first.reference), sent(instalment, amount="150", bank_reference="BACS 9"))
    assert "changed this on" in words(answer)
    assert 'value="BACS 9"' in answer.content.decode()
    assert Receipt.objects.count() == 1


def test_reversing_takes_a_reason_and_both_stay(case, finance):
    receipt = case.receive(case.invoiced())
    assert "Give the reason" in words(finance.post(url("reverse", receipt.reference), {"reason": "no"}))
    page = words(finance.post(url("reverse", receipt.reference), {"reason": "It was for another fund"}, follow=True))
    assert "Both postings stay in the ledger" in page
    assert "It was for another fund" in page
    assert finance.get(url("reverse", receipt.reference)).status_code == 404


def test_a_partner_reads_its_own_and_nobody_elses(case, client_for, other):
    instalment = case.invoiced()
    page = client_for(case.partner.officer).get(url("instalment", instalment.reference))
    assert "Record a receipt" not in words(page)
    listed = client_for(case.partner.officer).get(url("list"), {"search": instalment.reference}).content.decode()
    assert url("instalment", instalment.reference) in listed
    stranger = client_for(other.officer)
    assert stranger.get(url("instalment", instalment.reference)).status_code == 404
    assert instalment.reference not in stranger.get(url("list")).content.decode()


@pytest.mark.parametrize("name", ["countersign", "invoice", "receive", "reverse"])
def test_only_finance_opens_the_forms_and_only_of_the_host(case, client_for, name):
    reference = case.contribution.reference if name == "countersign" else case.invoiced().reference
    assert client_for(case.partner.approver).get(url(name, reference)).status_code == 403
    assert client_for(make_seat(Role.FINANCE)).get(url(name, reference)).status_code == 404
    assert Schedule.objects.count() == (0 if name == "countersign" else 1)


def test_the_list_is_searched_filtered_and_taken_away(case, finance):
    case.invoiced()
    assert "2 instalments" not in words(finance.get(url("list"), {"standing": "invoiced"}))
    overdue = words(finance.get(url("list"), {"standing": "overdue"}))
    assert "Overdue" in overdue
    nothing = words(finance.get(url("list"), {"search": "no such partner"}))
    assert "No instalment to show" in nothing
    file = finance.get(url("list"), {"format": "csv"})
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == "Reference,Due,Partner,Year,Amount,Received,Standing,Invoice,Contribution,Fund"
    assert len(lines) == 5


def test_the_home_of_the_partner_says_what_is_overdue(case, client_for):
    case.countersign()
    assert "should have arrived by now" in words(client_for(case.partner.officer).get(reverse("home")))

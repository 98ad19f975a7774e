"""Money that is pooled already in the browser's eyes: recorded, listed, reversed, assigned from suspense, as a file."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.pooled.models import PooledReceipt
from tests.counting import cost_of
from tests.factories import make_seat
from tests.funders.pooled.test_actions import in_the_bank

DAY = {"received_on_day": "1", "received_on_month": "4", "received_on_year": "2026"}


def url(name, *args):
    return reverse(f"pooled:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def finance(keeping, client_for):
    return client_for(keeping.finance)


def sent(keeping, **changes):
    pays = f"pooled-{keeping.source.pk}-2026"
    return {"pays": pays, "amount": "95,000", "bank_reference": "BACS 1", "note": "Half", **DAY, **changes}


def test_from_the_form_to_the_ledger_and_the_statement(keeping, finance):
    before = words(finance.get(url("list", "pool")))
    assert "Councils 2026/27 Section 75 agreement £259,000.00 £0.00 £259,000.00" in before
    form = words(finance.get(url("receive", "pool")))
    assert "Councils, 2026/27: £259,000.00 to come" in form
    page = words(finance.post(url("receive", "pool"), sent(keeping), follow=True))
    assert "posted to the ledger" in page
    assert "Councils 2026/27 Section 75 agreement £259,000.00 £95,000.00 £164,000.00" in page
    assert "BACS 1" in page
    ledger = words(finance.get(reverse("ledger:ledger", args=["pool"])))
    assert "Received of money that is pooled already £95,000.00" in ledger
    assert "Councils, pooled already, 2026/27" in ledger
    assert "£95,000.00" in words(finance.get(reverse("accounts:fund", args=["pool"])))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pays": ""}, "the source and the year that it pays"),
        ({"pays": "pooled-0-2026"}, "choose one from the list"),
        ({"amount": "1e3"}, "Write the amount received in full"),
        ({"amount": ""}, "Enter the amount received"),
        ({"received_on_year": "20260"}, "the day on which it arrived"),
        ({"bank_reference": ""}, "bank reference"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(keeping, finance, typed, said):
    answered = finance.post(url("receive", "pool"), sent(keeping, **typed))
    assert answered.status_code == 200
    assert said in words(answered)
    assert not PooledReceipt.objects.exists()
    assert 'value="Half"' in answered.content.decode()


def test_a_receipt_is_reversed_on_its_page(keeping, finance):
    made = keeping.receive()
    assert f"reverse {made.reference}" in words(finance.get(url("list", "pool")))
    page = words(finance.post(url("reverse", made.reference), {"reason": "It was for another fund"}, follow=True))
    assert "Both postings stay" in page
    assert "It was for another fund" in page
    assert finance.get(url("reverse", made.reference)).status_code == 404


def test_partners_read_it_without_the_bank_reference_of_others(keeping, client_for, partner):
    keeping.receive(bank="BACS 4711")
    shown = words(client_for(partner.officer).get(url("list", "pool")))
    assert "£100,000.00" in shown
    assert "BACS 4711" not in shown
    assert "Record a receipt" not in shown
    keeping.fund.pooled_already.update(giver=partner.organisation)
    assert "BACS 4711" in words(client_for(partner.officer).get(url("list", "pool")))
    assert client_for(partner.officer).get(url("receive", "pool")).status_code == 403
    assert client_for(make_seat(Role.FINANCE)).get(url("receive", "pool")).status_code == 404


def test_the_list_is_searched_and_comes_as_a_file(keeping, finance):
    keeping.receive("1.00", "BACS 1")
    keeping.receive("2.00", "BACS 2", year=2027)
    one = words(finance.get(url("list", "pool"), {"year": "2027-28"}))
    assert "BACS 2" in one
    assert "BACS 1" not in one
    content = finance.get(url("list", "pool"), {"format": "csv", "source": "Councils"}).content.decode()
    assert "BACS 1" in content
    assert "BACS 2" in content


def test_money_in_suspense_is_assigned_on_its_page(keeping, finance):
    item = in_the_bank(keeping, "100.00", "BACS 9")
    address = reverse("banking:assign", args=[item.reference])
    assert "Pooled already: Councils, 2026/27: £259,000.00 to come" in words(finance.get(address))
    page = words(finance.post(address, {"instalment": f"pooled-{keeping.source.pk}-2026"}, follow=True))
    assert "counts as received of what is pooled already" in page
    assert PooledReceipt.objects.get().matched_amount == Decimal("100.00")


def test_the_list_costs_the_same_with_one_receipt_and_with_many(keeping, finance):
    keeping.receive("1.00", "BACS 1")
    one = cost_of(finance, url("list", "pool"))
    for number in range(2, 9):
        keeping.reverse(keeping.receive("1.00", f"BACS {number}"))
    assert cost_of(finance, url("list", "pool")) == one <= 15

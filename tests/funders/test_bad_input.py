"""What people type by mistake, page by page: each is told in a sentence what to do, and what was typed is still there."""

import html
import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.budget.models import Allocation
from funders.contributions.actions import withdraw
from funders.contributions.models import Contribution, Pledge
from funders.ledger.models import LedgerTransaction
from funders.receipts import actions as receipts
from funders.receipts.models import Instalment, Receipt, Schedule
from tests.factories import make_contribution, make_seat

THIS_YEAR = FinancialYear.of(timezone.localdate()).start
YEAR = FinancialYear(THIS_YEAR + 1)
WHY = "The grant was lower than it was."
DAY = {"received_on_day": "1", "received_on_month": "4", "received_on_year": str(THIS_YEAR)}
NAMED = f"the amount for {YEAR}"
# What is typed as an amount of money, and what is said of it; {} is what the box is called.
AMOUNTS = {
    "1e3": "Write {} in full, like 321,416.67",
    "1e400": "Write {} in full, like 321,416.67",
    "NaN": "Enter {} in figures only, like 321,416.67",
    "Infinity": "Enter {} in figures only, like 321,416.67",
    "-5": "{} must be £0 or more: take out the minus sign",
    "1.234": "{} must have no more than 2 figures after the point, like 321,416.67",
}


@pytest.fixture
def running(fund):
    fund.first_year, fund.last_year = THIS_YEAR, THIS_YEAR + 2
    fund.save()
    return fund


@pytest.fixture
def officer(client_for, partner):
    return client_for(partner.officer)


@pytest.fixture
def finance(client_for, fund):
    return client_for(make_seat(Role.FINANCE, organisation=fund.host))


@pytest.fixture
def agreed(running, partner):
    """£1,000.00 agreed for the running year."""
    return make_contribution(fund=running, by=partner.officer, year=THIS_YEAR, agreed_by=partner.approver)


@pytest.fixture
def invoiced(agreed, fund):
    by = make_seat(Role.FINANCE, organisation=fund.host)
    receipts.countersign(contribution=agreed, plan=4, by=by, at=timezone.now())
    first = agreed.instalments.get(number=1)
    return receipts.invoice(instalment=first, invoice_reference="INV 7", by=by, version=1, at=timezone.now())


def errors_on(response):
    """The sentences of the error summary."""
    assert response.status_code == 200
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return (
        [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL)] if found else []
    )


def box(response, name):
    """What stands in a box of the page."""
    page = response.content.decode()
    typed = re.search(rf'<input[^>]*name="{name}"[^>]*>', page) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL
    )
    assert typed is not None, name
    found = re.search(r'value="([^"]*)"', typed[0]) if typed[0].startswith("<input") else typed
    return html.unescape(found[1]).strip() if found else ""


def said(sentence, named):
    found = sentence.format(named)
    return found[0].upper() + found[1:]


# An amount


@pytest.mark.parametrize("typed", AMOUNTS)
def test_an_amount_of_a_pledge(running, officer, typed):
    form = {f"amount_{YEAR.start}": typed, f"amount_{THIS_YEAR}": "£1,000.00", "conditions": WHY, "once": str(uuid.uuid4())}
    response = officer.post(reverse("contributions:make_pledge", args=["pool"]), form)
    assert errors_on(response) == [said(AMOUNTS[typed], NAMED)]
    kept = [box(response, name) for name in (f"amount_{YEAR.start}", f"amount_{THIS_YEAR}", "conditions")]
    assert kept == [typed, "£1,000.00", WHY]
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [("£1,000.00", "1000.00"), ("1,000", "1000.00")])
def test_an_amount_with_pounds_and_commas_is_read(running, officer, typed, kept):
    form = {f"amount_{YEAR.start}": typed, "step": "confirm", "once": str(uuid.uuid4())}
    assert officer.post(reverse("contributions:make_pledge", args=["pool"]), form).status_code == 302
    assert str(Contribution.objects.get().amount) == kept


def test_blank_boxes_of_a_pledge(running, officer):
    form = {f"amount_{YEAR.start}": "", "conditions": WHY, "once": str(uuid.uuid4())}
    response = officer.post(reverse("contributions:make_pledge", args=["pool"]), form)
    assert errors_on(response) == ["Enter an amount for at least one year. If you give nothing for a year, enter 0."]
    assert box(response, "conditions") == WHY


@pytest.mark.parametrize("typed", AMOUNTS)
def test_an_amount_that_was_received(invoiced, finance, typed):
    form = {"amount": typed, "bank_reference": "BACS 1", "version": invoiced.version, **DAY}
    response = finance.post(reverse("receipts:receive", args=[invoiced.reference]), form)
    assert errors_on(response) == [said(AMOUNTS[typed], "the amount received")]
    assert (box(response, "amount"), box(response, "bank_reference")) == (typed, "BACS 1")
    assert not Receipt.objects.exists()


def test_a_blank_amount_that_was_received(invoiced, finance):
    form = {"amount": "", "bank_reference": "BACS 1", "version": invoiced.version, **DAY}
    response = finance.post(reverse("receipts:receive", args=[invoiced.reference]), form)
    assert errors_on(response) == ["Enter the amount received in pounds, like 321,416.67"]
    assert box(response, "bank_reference") == "BACS 1"


# A date in the wrong year


def test_a_receipt_of_a_year_long_ago(invoiced, finance):
    early = {**DAY, "received_on_year": str(THIS_YEAR - 3)}
    form = {"amount": "250", "bank_reference": "BACS 1", "version": invoiced.version, **early}
    response = finance.post(reverse("receipts:receive", args=[invoiced.reference]), form)
    (sentence,) = errors_on(response)
    assert sentence.startswith("The day must be ")
    assert sentence.endswith(f"or later: this is money for {FinancialYear(THIS_YEAR)}.")
    assert [box(response, name) for name in early] == list(early.values())


def test_an_instalment_of_another_year(agreed, finance):
    typed = f"01/04/{THIS_YEAR} 500.00\n01/10/{THIS_YEAR + 4} 500.00"
    response = finance.post(reverse("receipts:countersign", args=[agreed.reference]), {"plan": "0", "own": typed})
    (sentence,) = errors_on(response)
    assert sentence.startswith("Line 2: ")
    assert f"{THIS_YEAR + 4} is not in {FinancialYear(THIS_YEAR)}. The days go from " in sentence
    assert box(response, "own") == typed


# An instalment plan that does not add up


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ["01/04/{y} 500.00", "01/10/{y} 400.00"],
            "The instalments add up to £900.00, and £1,000.00 is agreed: £100.00 is missing. Change an amount.",
        ),
        (
            ["01/04/{y} 500", "01/10/{y} £500.01"],
            "The instalments add up to £1,000.01, and £1,000.00 is agreed: £0.01 is too much. Change an amount.",
        ),
        (["01/04/{y} 500", "01/10/{y} 5e2"], "Write the amount in line 2 in full, like 321,416.67"),
        (["01/04/{y} 500", "01/10/{y}"], "Enter the amount in line 2 in pounds, like 321,416.67"),
        (["01/04/{y} 500", "31/02/{y} 500"], "Line 2: “31/02/{y}” is no day. Write it like 01/04/2026, then a space and the amount"),
        (["01/04/{y} 1,000", "01/10/{y} 0"], "Line 2: the amount must be more than £0. Take the line out if nothing is due."),
        ([""], "Write the instalments of your own plan: one in each line, the day and the amount."),
    ],
)
def test_an_instalment_plan_that_does_not_add_up(agreed, finance, lines, words):
    typed = "\n".join(lines).format(y=THIS_YEAR)
    response = finance.post(reverse("receipts:countersign", args=[agreed.reference]), {"plan": "0", "own": typed})
    assert errors_on(response) == [words.format(y=THIS_YEAR)]
    assert box(response, "own") == typed
    assert not Schedule.objects.exists()


def test_the_days_of_a_plan_come_in_order(agreed, finance):
    typed = f"01/10/{THIS_YEAR} 500.00\n01/04/{THIS_YEAR} 500.00"
    response = finance.post(reverse("receipts:countersign", args=[agreed.reference]), {"plan": "0", "own": typed})
    (sentence,) = errors_on(response)
    assert sentence.endswith("must come after the day in the line before. Put the days in order.")
    assert box(response, "own") == typed


def test_a_plan_of_ones_own_that_adds_up_is_kept(agreed, finance):
    typed = f"15/05/{THIS_YEAR} £300.00\n\n01/02/{THIS_YEAR + 1} 700"
    assert finance.post(reverse("receipts:countersign", args=[agreed.reference]), {"plan": "0", "own": typed}).status_code == 302
    kept = Instalment.objects.order_by("number").values_list("number", "amount")
    assert list(kept) == [(1, Decimal("300.00")), (2, Decimal("700.00"))]
    assert [f"{one.due_on:%d/%m/%Y}" for one in Instalment.objects.order_by("number")] == [f"15/05/{THIS_YEAR}", f"01/02/{THIS_YEAR + 1}"]


# Two people, and the same form twice


def test_two_people_who_edit_the_same_contribution(running, partner, officer, client_for):
    one = make_contribution(fund=running, by=partner.officer, year=THIS_YEAR)
    other = client_for(make_seat(Role.FUNDER_OFFICER, organisation=partner.organisation))
    address, told = reverse("contributions:change", args=[one.reference]), {"version": 1, "step": "confirm", "reason": WHY}
    assert other.post(address, {**told, "amount": "2,000", "once": str(uuid.uuid4())}).status_code == 302
    response = officer.post(address, {**told, "amount": "3,000", "once": str(uuid.uuid4())})
    (sentence,) = errors_on(response)
    assert "changed this on" in sentence
    assert sentence.endswith("after you opened the page. Read it again below, then send your answer once more.")
    assert (box(response, "amount"), box(response, "reason")) == ("3,000", WHY)
    assert Contribution.objects.get().amount == Decimal("2000.00")


def test_the_same_form_sent_twice_pledges_once_and_leads_to_the_same_page(running, officer):
    form = {f"amount_{YEAR.start}": "1,000", "step": "confirm", "once": str(uuid.uuid4())}
    first, second = (officer.post(reverse("contributions:make_pledge", args=["pool"]), form) for _ in range(2))
    assert (first.url, Pledge.objects.count()) == (second.url, 1)


def test_a_form_that_was_sent_says_on_its_page_what_stands(running, officer):
    address = reverse("contributions:make_pledge", args=["pool"])
    form = {f"amount_{year}": "1,000" for year in range(THIS_YEAR, THIS_YEAR + 3)}
    officer.post(address, {**form, "step": "confirm", "once": str(uuid.uuid4())})
    page = officer.get(address).content.decode()
    assert "There is no year to pledge for" in page
    assert "You can change or withdraw that one." in page


# A receipt for a withdrawn pledge


def test_a_receipt_for_a_contribution_that_was_withdrawn_meanwhile(invoiced, agreed, partner, finance):
    withdraw(contribution=agreed, reason=WHY, by=partner.approver, version=1, at=timezone.now())
    address = reverse("receipts:receive", args=[invoiced.reference])
    form = {"amount": "250", "bank_reference": "BACS 1", "version": invoiced.version, **DAY}
    response = finance.post(address, form)
    (sentence,) = errors_on(response)
    assert sentence.startswith("The contribution was withdrawn, so nothing is asked or received for it any more.")
    assert sentence.endswith("it is kept in suspense, until it goes to another instalment or back to the payer.")
    assert (box(response, "amount"), box(response, "bank_reference")) == ("250", "BACS 1")
    assert not LedgerTransaction.objects.exists()
    page = finance.get(address, follow=True).content.decode()
    assert "You cannot do that now. The contribution was withdrawn" in page


# A restricted pot used elsewhere


def test_money_that_was_given_for_something_else(money, client_for):
    Contribution.objects.filter(fund=money.fund, year=2026, pot="s75").update(purpose="Court advisers")
    line = money.line()
    told = {
        "line": str(line.pk),
        "year": "2026",
        "pot": "s75",
        "direction": "aside",
        "amount": "6,000",
        "reason": "The service of the area",
    }
    response = client_for(money.finance).post(reverse("budget:allocate", args=[money.fund.code]), told)
    (sentence,) = errors_on(response)
    assert sentence.startswith("£6,000.00 of this pot was given in 2026/27 for other purposes or districts")
    assert (box(response, "amount"), box(response, "reason")) == ("6,000", "The service of the area")
    assert not Allocation.objects.exists()

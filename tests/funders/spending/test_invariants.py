"""Each rule of pot, line, commitment and payment finds the fault that is planted for it, and that alone where it can stand alone."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F

from commissioning.kernel.gates import GateShut
from funders.budget.models import Allocation, Commitment
from funders.contributions.models import Contribution
from funders.ledger.models import LedgerLine
from funders.ledger.queries import balances_of, verdicts
from funders.receipts import actions as receipts
from funders.receipts.models import Receipt
from funders.spending.models import ProviderInvoice
from tests.factories import make_fund
from tests.funders.money import Money

A_POUND = Decimal("1.00")
TABLES = ("funders_ledgerline", "funders_ledgertransaction", "funders_allocation", "funders_commitment", "funders_providerinvoice")


@pytest.fixture
def paid(money):
    """£2,250.00 paid out of two pots; nobody watches over the tables from here on."""
    money.commit()
    money.pay(money.approve(money.invoice()))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (*TABLES, "funders_contribution", "funders_receipt"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return money


def broken():
    return {one.name: one.broken for one in verdicts() if one.broken}


def rewrite(rows, **changes):
    """One row of these, as somebody would change it who goes round everything."""
    assert rows.filter(pk=rows.order_by("pk").values_list("pk", flat=True)[:1]).update(**changes) == 1


def test_nothing_is_broken_before_a_fault_is_planted(paid):
    assert broken() == {}


def test_more_set_aside_than_is_secured(paid):
    rewrite(Allocation.objects.filter(year=2027, pot="s75"), amount=F("amount") + 2000 + A_POUND)
    assert broken() == {"allocated-within-secured": (f"{paid.fund.code} 2027 s75",)}


def test_more_set_aside_than_a_condition_leaves(paid):
    Contribution.objects.filter(year=2028, pot="s75").update(condition="The grant letter", condition_due_on="2027-03-01")
    found = {"allocated-within-secured": (f"{paid.fund.code} 2028 s75",), "statements-add-up": (paid.fund.code,)}
    assert broken() == found


def test_more_committed_than_is_set_aside(paid):
    line = Allocation.objects.values_list("line", flat=True)[0]
    rewrite(Allocation.objects.filter(year=2027, pot="s75"), amount=F("amount") - A_POUND)
    assert broken() == {"committed-within-allocated": (f"{paid.fund.code} 2027 {line}",)}


def test_commitments_that_are_not_the_value_of_the_contract(paid):
    rewrite(Commitment.objects.filter(year=2028), amount=F("amount") - A_POUND)
    assert broken() == {"commitments-add-up": (paid.contract.reference,)}


def test_more_paid_and_invoiced_than_is_committed(paid):
    line = Allocation.objects.values_list("line", flat=True)[0]
    rewrite(Commitment.objects.filter(year=2026), amount=Decimal("2249.99"))
    assert broken() == {
        "commitments-add-up": (paid.contract.reference,),
        "invoiced-within-committed": (f"{paid.contract.reference} 2026",),
        "paid-within-committed": (f"{paid.fund.code} 2026 {line}",),
    }


def test_more_invoiced_than_is_committed(paid):
    told = {"contract": paid.contract, "year": 2027, "amount": Decimal("9000.01"), "number": "S-9", "services": "A year"}
    hands = {"sent_at": paid.at, "sent_by": paid.provider.person, "invoiced_on": paid.at.date(), "line": Allocation.objects.first().line}
    ProviderInvoice.objects.create(fund=paid.fund, host=paid.fund.host, provider=paid.contract.provider, **hands, **told)
    assert broken() == {"invoiced-within-committed": (f"{paid.contract.reference} 2027",)}


def test_a_pot_that_pays_out_more_than_it_received(paid):
    Contribution.objects.filter(year=2026, pot="crime_grant").update(pot="s75")
    assert broken()["pots-not-below-zero"] == (f"{paid.fund.code} crime_grant",)


def test_what_belongs_to_a_line_of_another_fund(paid):
    other = make_fund(host=paid.fund.host)
    moved = Allocation.objects.filter(year=2028).first()
    rewrite(Allocation.objects.filter(pk=moved.pk), fund=other)
    assert broken()["budget-of-one-fund"] == (moved.reference,)


def test_receipts_that_are_not_what_the_ledger_says(paid):
    one = Receipt.objects.select_related("instalment__contribution").first()
    rewrite(Receipt.objects.filter(pk=one.pk), matched_amount=F("matched_amount") - A_POUND)
    assert broken()["receipts-as-posted"] == (one.instalment.contribution.reference,)


def test_money_in_the_ledger_without_its_receipt(paid):
    one = Receipt.objects.select_related("instalment__contribution").first()
    rewrite(LedgerLine.objects.filter(transaction=one.posting, account="contributions"), amount=F("amount") - A_POUND)
    rewrite(LedgerLine.objects.filter(transaction=one.posting, account="bank"), amount=F("amount") + A_POUND)
    assert broken() == {"receipts-as-posted": (one.instalment.contribution.reference,)}


def test_a_reversal_that_undoes_something_else(paid):
    payment = ProviderInvoice.objects.get().payments.get()
    made = paid.reverse(payment).posting.reversal
    assert "reversals" not in broken()
    rewrite(LedgerLine.objects.filter(transaction=made, account="spent"), pot="other")
    assert broken()["reversals"] == (made.reference,)


def test_two_funds_are_told_apart(paid):
    """What one fund has does not cover what another lacks."""
    second = Money(make_fund(host=paid.fund.host))
    line = second.commit()
    assert broken() == {}
    rewrite(Allocation.objects.filter(fund=second.fund, year=2028), amount=F("amount") - A_POUND)
    assert broken() == {"committed-within-allocated": (f"{second.fund.code} 2028 {line.pk}",)}


def test_a_receipt_on_which_payments_rest_is_not_reversed(money):
    """£1,500.00 of the £8,000.00 of the section 75 pot are paid out."""
    money.commit()
    payment = money.pay(money.approve(money.invoice()))
    receipt = Receipt.objects.get(instalment__contribution__pot="s75")
    told = {"receipt": receipt, "reason": "It was entered twice", "by": money.finance, "at": money.at}
    with pytest.raises(GateShut, match=r"£1,500.00 of this money has been paid to providers already\. Reverse those payments first"):
        receipts.reverse_receipt(**told)
    money.reverse(payment)
    receipts.reverse_receipt(**told)
    assert balances_of(money.fund)["bank"] == Decimal("4000.00")
    assert broken() == {}

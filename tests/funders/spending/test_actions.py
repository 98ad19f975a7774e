"""Invoices of providers from hand to hand, payments from their pots, and the walls that the database keeps."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.budget.queries import commitments_of
from funders.ledger.models import LedgerLine
from funders.ledger.queries import balances_of, verdicts
from funders.spending import actions
from funders.spending.models import Payment, ProviderInvoice
from funders.spending.queries.budget import budget_of, cash_by_pot
from funders.spending.rules import InvoiceRefused, PaymentRefused
from tests.factories import make_organisation, make_seat


def broken():
    return [one.name for one in verdicts() if one.broken]


def moved(fund):
    return {str(account): amount for account, amount in balances_of(fund).items() if amount}


def test_an_invoice_is_approved_paid_and_posted_from_its_pots(money):
    """£2,250.00 of £6,000 and £3,000 is £1,500.00 and £750.00."""
    line = money.commit()
    invoice = money.approve(money.invoice())
    payment = money.pay(invoice)
    invoice.refresh_from_db()
    assert (invoice.state, payment.amount, payment.posting.kind) == ("paid", Decimal("2250.00"), "payment")
    lines = LedgerLine.objects.filter(transaction=payment.posting, account="spent").values_list(
        "pot", "amount", "budget_line", "budget_year"
    )
    assert sorted(lines) == [("crime_grant", Decimal("750.00"), line.pk, 2026), ("s75", Decimal("1500.00"), line.pk, 2026)]
    assert moved(money.fund) == {"bank": Decimal("9750.00"), "contributions": Decimal("-12000.00"), "spent": Decimal("2250.00")}
    assert cash_by_pot(money.fund) == {"s75": Decimal("6500.00"), "crime_grant": Decimal("3250.00")}
    (row,) = budget_of(money.fund, commitments_of(money.fund)).of_year(2026).lines
    assert (row.allocated, row.committed, row.paid) == (Decimal("9000.00"), Decimal("9000.00"), Decimal("2250.00"))
    assert AuditEntry.objects.get(object_reference=payment.reference).after["pots"] == {"s75": "1500.00", "crime_grant": "750.00"}
    assert broken() == []


def test_each_hand_is_told_when_it_has_to_act(money, run_jobs):
    money.commit()
    Job.objects.all().delete()
    invoice = money.approve(money.invoice())
    money.pay(invoice)
    sent = [one.arguments for one in Job.objects.order_by("pk") if one.name == "kernel.send_mail"]
    told = [(one["to"], one["subject"]) for one in sent]
    assert told == [
        *[(address, "An invoice waits for your approval") for address in sorted((money.officer.person.email, money.lead.person.email))],
        *[
            (address, "An invoice is approved and can be paid")
            for address in sorted((money.finance.person.email, money.other_finance.person.email))
        ],
        (money.provider.person.email, "An invoice is paid"),
    ]
    assert [one for one in sent if "2,250" in str(one) or "2250" in str(one)] == []


def test_above_the_limit_two_officers_approve(money):
    money.fund.approval_limit_amount = Decimal("2000.00")
    money.fund.save()
    money.commit()
    invoice = money.approve(money.invoice())
    assert invoice.state == "halfway"
    with pytest.raises(PaymentRefused, match="that is approved"):
        money.pay(invoice)
    with pytest.raises(InvoiceRefused, match="Another officer"):
        money.approve(invoice)
    invoice = money.approve(invoice, by=money.lead)
    assert (invoice.state, invoice.second_approved_by) == ("approved", money.lead.person)
    money.pay(invoice)
    assert broken() == []


def test_who_sent_or_approved_never_pays(money):
    money.commit()
    invoice = money.approve(money.invoice())
    both = Seat(person=money.officer.person, organisation=money.fund.host, roles=frozenset({Role.FINANCE}))
    with pytest.raises(PaymentRefused, match="Another finance officer"):
        money.pay(invoice, by=both)
    for seat in (money.officer, make_seat(Role.FINANCE), money.provider):
        with pytest.raises(PaymentRefused, match="finance officer of the host"):
            money.pay(invoice, by=seat)
    sender = Seat(person=money.provider.person, organisation=money.fund.host, roles=frozenset({Role.COMMISSIONER}))
    with pytest.raises(InvoiceRefused, match="Another officer"):
        money.approve(money.invoice(number="S-2"), by=sender)


def test_only_the_provider_of_the_contract_sends_and_only_what_is_committed(money):
    with pytest.raises(InvoiceRefused, match="that a fund pays"):
        money.invoice()
    money.commit()
    with pytest.raises(InvoiceRefused, match="Only the provider"):
        money.invoice(by=make_seat(Role.CERTIFIER))
    money.invoice("9000.00")
    with pytest.raises(InvoiceRefused, match=r"At most £0.00 can be invoiced"):
        money.invoice("0.01", "S-2")
    with pytest.raises(InvoiceRefused, match="with this number already"):
        money.invoice("1.00", " S-1 ", year=2027)
    with pytest.raises(InvoiceRefused, match="Nothing is committed"):
        money.invoice("1.00", "S-3", year=2029)


def test_a_returned_invoice_frees_its_number_and_the_money(money):
    money.commit()
    invoice = money.invoice("9000.00")
    told = {"by": money.officer, "version": 1, "at": money.at}
    with pytest.raises(InvoiceRefused, match="has to be mended"):
        actions.return_invoice(invoice=invoice, reason=" ", **told)
    actions.return_invoice(invoice=invoice, reason="The quarter is missing", **told)
    again = money.invoice("9000.00")
    assert (again.number, ProviderInvoice.objects.count()) == (invoice.number, 2)
    with pytest.raises(InvoiceRefused, match="not paid"):
        actions.return_invoice(invoice=invoice, reason="Once more", **{**told, "version": 2})


def test_nothing_is_paid_that_the_pots_do_not_hold(money):
    line = money.commit()
    money.pay(money.approve(money.invoice("9000.00", "S-2027", year=2027)))
    invoice = money.approve(money.invoice("9000.00", "S-2026"))
    with pytest.raises(PaymentRefused, match=r"hold £3,000.00 and the invoice is £9,000.00"):
        money.pay(invoice, bank_reference="OUT 2")
    money.set_aside(line, "1000.00", "crime_grant", 2027)
    with pytest.raises(GateShut, match=r"£1,000.00 of it has been paid"):
        money.set_aside(line, "-1000.00", "s75", 2027)
    assert broken() == []


def test_a_reversed_payment_counts_nowhere_and_can_be_made_anew(money):
    money.commit()
    invoice = money.approve(money.invoice())
    payment = money.pay(invoice)
    with pytest.raises(PaymentRefused, match="reason"):
        money.reverse(payment, reason=" ")
    money.reverse(payment)
    with pytest.raises(PaymentRefused, match="only once"):
        money.reverse(payment)
    invoice.refresh_from_db()
    assert (invoice.state, moved(money.fund).get("spent")) == ("approved", None)
    assert cash_by_pot(money.fund) == {"s75": Decimal("8000.00"), "crime_grant": Decimal("4000.00")}
    money.pay(invoice)
    assert broken() == []


def test_the_same_bank_reference_is_paid_once(money):
    money.commit()
    money.pay(money.approve(money.invoice()))
    second = money.approve(money.invoice("10.00", "S-2"))
    with pytest.raises(PaymentRefused, match="recorded already"):
        money.pay(second, bank_reference=" OUT 1 ")


def test_two_officers_at_the_same_invoice(money):
    money.commit()
    invoice = money.invoice()
    money.approve(invoice)
    with pytest.raises(StaleEdit):
        actions.return_invoice(invoice=invoice, reason="The quarter is missing", by=money.lead, version=1, at=money.at)


def test_the_database_lets_nobody_change_an_amount_or_approve_its_own(money, as_app):
    money.commit()
    invoice = money.approve(money.invoice())
    payment = money.pay(invoice)
    for statement in (
        "UPDATE funders_providerinvoice SET amount = amount + 1",
        "DELETE FROM funders_providerinvoice",
        "UPDATE funders_payment SET amount = amount + 1",
        "DELETE FROM funders_payment",
        "UPDATE funders_budgetline SET label = 'x'",
    ):
        with as_app(money.fund.host), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(IntegrityError, match="provider_invoice_not_own_approver"), transaction.atomic():
        ProviderInvoice.objects.update(first_approved_by=money.provider.person)
    with pytest.raises(IntegrityError, match="provider_invoice_two_approvers"), transaction.atomic():
        ProviderInvoice.objects.update(second_approved_at=money.at, second_approved_by=money.officer.person)
    assert payment.reversed_at is None


def test_a_provider_never_sees_or_writes_another_providers_invoice(money, as_app):
    money.commit()
    invoice = money.invoice()
    rival = make_organisation("A rival", is_provider=True)
    with as_app(rival):
        assert not ProviderInvoice.objects.exists()
        assert not Payment.objects.exists()
    with as_app(money.provider.organisation):
        assert ProviderInvoice.objects.get() == invoice
        assert ProviderInvoice.objects.update(state="approved") == 0
    invoice.pk, invoice.reference, invoice.number = None, "PI-X", "S-9"
    with as_app(rival), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        invoice.save(force_insert=True)

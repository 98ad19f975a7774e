"""Money of a call: posted, within what was accepted and received, by two hands, reversible, behind the walls of the database."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.calls import actions
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.calls.queries import sums_of
from funders.calls.rules import MoneyRefused
from funders.ledger.actions import post
from funders.ledger.models import Account
from funders.ledger.queries import balances_of, verdicts
from funders.ledger.rules import Entry
from tests.factories import make_seat, moment


def balances(fund):
    return {str(account): str(amount) for account, amount in balances_of(fund).items() if amount}


def broken():
    return [one.name for one in verdicts() if one.broken]


def test_what_a_partner_paid_is_posted_and_what_is_paid_out_too(case):
    call, receipt = case.received()
    assert balances(case.fund) == {"bank": "700.00", "calls": "-700.00"}
    payment = case.pay(call)
    assert balances(case.fund) == {"bank": "200.00", "calls": "-200.00"}
    assert (receipt.posting.kind, payment.posting.kind, payment.posting.text) == (
        "receipt",
        "payment",
        f"One-off call {call.reference}, paid to Independent chair",
    )
    sums = sums_of(call)
    assert (sums.received, sums.to_come, sums.paid, sums.left) == tuple(map(Decimal, ("700.00", "300.00", "500.00", "200.00")))
    assert broken() == []


def test_a_part_arrives_then_the_rest_and_what_is_more_goes_into_suspense(case):
    call = case.answered()
    case.receive(call, case.health, "300.00")
    receipt = case.receive(call, case.health, "410.00", "BACS 2")
    assert (receipt.amount, receipt.matched_amount) == (Decimal("410.00"), Decimal("400.00"))
    assert balances(case.fund) == {"bank": "710.00", "calls": "-700.00", "suspense": "-10.00"}
    with pytest.raises(MoneyRefused, match="Everything that this partner accepted has arrived"):
        case.receive(call, case.health, "1.00", "BACS 3")
    assert broken() == []


def test_money_comes_only_for_what_was_accepted(case):
    call = case.ask()
    with pytest.raises(MoneyRefused, match="accepted"):
        case.receive(call, case.health, "1.00")
    case.answer(call, case.health)
    case.receive(call, case.health, "1.00")
    case.answer(call, case.social, "0.00", reason="It is not our cost.")
    with pytest.raises(MoneyRefused, match="accepted"):
        case.receive(call, case.social, "1.00", "BACS 2")


def test_a_cancelled_call_takes_and_gives_nothing(case):
    call = case.answered()
    actions.cancel(call=call, reason="It was an error.", by=case.officer, version=call.version, at=case.noon)
    with pytest.raises(MoneyRefused):
        case.receive(call, case.health)
    with pytest.raises(MoneyRefused):
        case.pay(call)


def test_only_the_hosts_finance_officer_records(case):
    call = case.answered()
    for seat in (case.officer, case.health.approver, make_seat(Role.FINANCE)):
        with pytest.raises(MoneyRefused, match="Only a finance officer of the host"):
            case.receive(call, case.health, by=seat)
    receipt = case.receive(call, case.health)
    payment = case.pay(call)
    stranger = make_seat(Role.FINANCE)
    with pytest.raises(MoneyRefused, match="Only a finance officer of the host"):
        case.pay(call, "1.00", "PAY 2", by=stranger)
    for action, told in ((actions.reverse_receipt, {"receipt": receipt}), (actions.reverse_payment, {"payment": payment})):
        with pytest.raises(MoneyRefused, match="and only once"):
            action(**told, reason="It was a mistake", by=stranger, at=case.noon)


def test_who_accepted_does_not_record_and_who_asked_does_not_pay(case):
    call = case.answered()
    finance = frozenset({Role.FINANCE})
    with pytest.raises(MoneyRefused, match="You accepted this share"):
        case.receive(call, case.health, by=Seat(case.health.approver.person, case.fund.host, finance))
    case.receive(call, case.health)
    with pytest.raises(MoneyRefused, match="You asked the partners"):
        case.pay(call, by=Seat(case.officer.person, case.fund.host, finance))


def test_no_more_is_paid_out_than_has_come_in(case):
    call, _ = case.received()
    with pytest.raises(MoneyRefused, match=r"£700\.00 is at hand"):
        case.pay(call, "700.01")
    case.pay(call, "700.00")
    with pytest.raises(MoneyRefused, match=r"£0\.00 is at hand"):
        case.pay(call, "0.01", "PAY 2")


def test_what_is_in_suspense_is_not_paid_out(case):
    call = case.answered()
    case.receive(call, case.health, "750.00")
    with pytest.raises(MoneyRefused, match=r"£700\.00 is at hand"):
        case.pay(call, "710.00")


def test_a_bank_reference_is_recorded_once_in_the_whole_fund(case):
    call, _ = case.received()
    with pytest.raises(MoneyRefused, match="recorded already") as refusal:
        case.receive(call, case.police, bank=" BACS 1 ")
    assert refusal.value.field == "bank_reference"
    elsewhere = [Entry(Account.BANK, Decimal("5.00")), Entry(Account.SUSPENSE, Decimal("-5.00"))]
    post(fund=case.fund, entries=elsewhere, on=date(2026, 11, 22), text="x", bank_reference="BACS 7", by=case.finance, at=case.noon)
    with pytest.raises(MoneyRefused, match="recorded already"):
        case.receive(call, case.police, bank="BACS 7")
    case.pay(call, "1.00", "BACS 1")
    with pytest.raises(MoneyRefused, match="recorded already"):
        case.pay(call, "1.00", "BACS 1")


def test_money_moves_after_the_asking_and_not_tomorrow(case):
    call = case.answered()
    for day in (date(2026, 11, 21), date(2026, 11, 23)):
        with pytest.raises(MoneyRefused) as refusal:
            case.receive(call, case.health, received_on=day)
        assert refusal.value.field == "received_on"


def test_a_mistake_is_reversed_and_both_stay(case):
    call, receipt = case.received()
    payment = case.pay(call)
    told = {"reason": "The bank sent it back", "by": case.finance, "at": case.noon}
    with pytest.raises(MoneyRefused, match=r"£500\.00 of this money has been paid out"):
        actions.reverse_receipt(receipt=receipt, **told)
    with pytest.raises(MoneyRefused, match="what was wrong"):
        actions.reverse_payment(payment=payment, **{**told, "reason": " "})
    actions.reverse_payment(payment=payment, **told)
    actions.reverse_receipt(receipt=receipt, **told)
    assert balances(case.fund) == {}
    with pytest.raises(MoneyRefused, match="only once"):
        actions.reverse_receipt(receipt=receipt, **told)
    case.receive(call, case.health)
    case.pay(call)
    assert (CallReceipt.objects.count(), CallPayment.objects.count()) == (2, 2)
    assert broken() == []


def test_each_rule_finds_what_breaks_it(case):
    call, _ = case.received()
    payment = case.pay(call)
    assert broken() == []
    CallReceipt.objects.update(matched_amount=Decimal("400.00"))
    assert {"call-received-as-posted", "call-paid-within-received"} <= set(broken())
    CallReceipt.objects.update(matched_amount=Decimal("700.00"), recorded_by=case.health.approver.person)
    assert broken() == ["call-two-hands"]
    CallReceipt.objects.update(recorded_by=case.finance.person)
    CallPayment.objects.filter(pk=payment.pk).update(recorded_by=case.officer.person)
    assert broken() == ["call-two-hands"]
    CallPayment.objects.update(recorded_by=case.finance.person, amount=Decimal("1.00"))
    assert broken() == ["call-received-as-posted"]
    CallPayment.objects.update(amount=Decimal("500.00"))
    CallReceipt.objects.update(reversed_at=moment("2026-11-22 13:00"), reversed_by=case.finance.person)
    assert {"call-received-as-posted", "call-paid-within-received"} <= set(broken())
    CallReceipt.objects.update(reversed_at=None, reversed_by=None)
    stray = [Entry(Account.BANK, Decimal("5.00")), Entry(Account.CALLS, Decimal("-5.00"))]
    post(fund=case.fund, entries=stray, on=date(2026, 11, 22), text="x", by=case.finance, at=case.noon)
    assert broken() == ["call-received-as-posted"]


def test_shares_that_do_not_add_up_are_found_and_refused(case):
    call = case.ask()
    told = {"funder": case.fund.host, "host": case.fund.host, "number": 9, "parts": 1, "parts_of": 1, "sector_amount": 1, "amount": 1}
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="add up to its amount"), transaction.atomic():
        CallShare.objects.create(call=call, fund=case.fund, **told)
    CallShare.objects.filter(call=call, funder=case.health.organisation).update(amount=Decimal("701.00"))
    assert broken() == ["call-shares-add-up"]
    CallShare.objects.filter(call=call, funder=case.health.organisation).update(amount=Decimal("700.00"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_callshare SET amount = 1",
        "UPDATE funders_callreceipt SET amount = 1",
        "UPDATE funders_callpayment SET amount = 1",
        "UPDATE funders_call SET fund_id = 1",
        "DELETE FROM funders_call",
        "DELETE FROM funders_callshare",
        "DELETE FROM funders_callreceipt",
        "DELETE FROM funders_callpayment",
        "DELETE FROM funders_callreminder",
        "UPDATE funders_callreminder SET fund_id = 1",
    ],
)
def test_the_application_cannot_change_amounts_or_delete(case, as_app, statement):
    call, _ = case.received()
    case.pay(call)
    with as_app(case.fund.host), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_what_was_asked_and_answered_stays_even_for_the_host_and_the_partner(case, as_app):
    call = case.ask()
    case.answer(call, case.health)
    with as_app(case.fund.host), pytest.raises(DatabaseError, match="what was asked of partners is not changed"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(amount=1)
    with as_app(case.health.organisation), pytest.raises(DatabaseError, match="an answer is not changed"), transaction.atomic():
        CallShare.objects.filter(call=call, funder=case.health.organisation).update(accepted_amount=1)


def test_a_draft_is_seen_by_nobody_but_the_host_and_a_call_changed_by_nobody_else(case, as_app):
    draft, call = case.draft(), case.ask()
    with as_app(case.health.organisation):
        assert list(Call.objects.values_list("pk", flat=True)) == [call.pk]
        assert CallShare.objects.filter(funder=case.police.organisation).update(state="waiting") == 0
        assert Call.objects.filter(pk=draft.pk).update(title="Another cost") == 0
    with as_app(case.fund.host):
        assert Call.objects.count() == 2
        assert CallShare.objects.filter(funder=case.health.organisation).update(state="waiting") == 0
    told = {"closed_at": case.noon, "closed_by": case.health.approver.person}
    for state in ("closed", "cancelled"):
        with as_app(case.health.organisation), pytest.raises(DatabaseError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(state=state, **told)


def test_a_partner_cannot_record_its_own_payment(case, as_app):
    _, receipt = case.received()
    receipt.pk, receipt.reference, receipt.bank_reference = None, "CR-OTHER", "BACS 9"
    with as_app(case.health.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        CallReceipt.objects.bulk_create([receipt])


def test_the_whole_way_as_the_application(case, as_app):
    with as_app(case.fund.host):
        call = case.ask()
    for partner in case.partners:
        with as_app(partner.organisation):
            case.answer(call, partner)
    with as_app(case.fund.host):
        call = Call.objects.get(pk=call.pk)
        assert call.state == "closed"
        receipt, payment = case.receive(call, case.health), case.pay(call)
        actions.reverse_payment(payment=payment, reason="It was a mistake", by=case.finance, at=case.noon)
        actions.reverse_receipt(receipt=receipt, reason="It was a mistake", by=case.finance, at=case.noon)
        assert broken() == []


def test_the_worker_reminds_as_its_own_database_user(case, as_app):
    case.ask()
    with as_app(role="portal_system"):
        assert actions.remind(moment("2026-12-14 09:00")) == 3

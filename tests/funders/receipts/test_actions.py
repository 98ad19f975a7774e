from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.actions import withdraw
from funders.ledger.queries import balances_of, received_for, verdicts
from funders.receipts.actions import remind
from funders.receipts.models import Instalment, Schedule
from funders.receipts.rules import CountersignRefused, InvoiceRefused, ReceiptRefused, ReversalRefused
from tests.factories import make_contribution, make_seat, moment


def fresh(instalment):
    return Instalment.objects.get(pk=instalment.pk)


def sums(fund):
    return {str(account): str(amount) for account, amount in balances_of(fund).items() if amount}


def broken():
    return [one.name for one in verdicts() if one.broken]


def test_the_host_counter_signs_and_the_instalments_add_up(case):
    instalments = case.countersign()
    assert [(one.number, one.amount, one.state) for one in instalments] == [
        (number, Decimal("250.00"), "planned") for number in (1, 2, 3, 4)
    ]
    schedule = Schedule.objects.get()
    assert (schedule.funder, schedule.host, schedule.countersigned_by) == (
        case.partner.organisation,
        case.contribution.fund.host,
        case.finance.person,
    )
    entry = AuditEntry.objects.get(object_reference=schedule.reference)
    assert (entry.verb, len(entry.after["instalments"])) == ("counter-signed", 4)


def test_only_an_agreed_contribution_is_counter_signed_once_by_the_hosts_finance(case):
    with pytest.raises(CountersignRefused, match="Only a finance officer of the host"):
        case.countersign(by=make_seat(Role.FINANCE))
    with pytest.raises(CountersignRefused, match="Only a finance officer of the host"):
        case.countersign(by=case.partner.approver)
    pledged = make_contribution(fund=case.contribution.fund, by=case.partner.officer, year=2027)
    with pytest.raises(CountersignRefused, match="counter-signs an agreed"):
        case.countersign(contribution=pledged)
    case.countersign()
    with pytest.raises(CountersignRefused, match="already"):
        case.countersign()


def test_who_agreed_for_the_partner_neither_counter_signs_nor_records(case):
    host, approver = case.contribution.fund.host, case.partner.approver.person
    both = Seat(person=approver, organisation=host, roles=frozenset({Role.FINANCE}))
    with pytest.raises(CountersignRefused, match="another finance officer"):
        case.countersign(by=both)
    with pytest.raises(ReceiptRefused, match="another finance officer"):
        case.receive(case.invoiced(), by=both)


def test_an_instalment_is_invoiced_then_received_and_posted(case):
    instalment = case.invoiced()
    assert (instalment.state, instalment.invoice_reference) == ("invoiced", "INV-1")
    receipt = case.receive(instalment)
    assert fresh(instalment).state == "received"
    assert sums(case.contribution.fund) == {"bank": "250.00", "contributions": "-250.00"}
    assert received_for(case.contribution.pk) == Decimal("250.00")
    assert (receipt.posting.bank_reference, receipt.posting.kind) == ("BACS 1", "receipt")
    assert broken() == []


def test_a_part_that_arrives_leaves_the_rest_open(case):
    instalment = case.invoiced()
    case.receive(instalment, "100.01")
    assert fresh(instalment).state == "invoiced"
    case.receive(fresh(instalment), "149.99", "BACS 2")
    assert fresh(instalment).state == "received"
    assert broken() == []


def test_what_is_more_than_was_asked_goes_into_suspense(case):
    receipt = case.receive(case.invoiced(), "260.00")
    assert (receipt.amount, receipt.matched_amount) == (Decimal("260.00"), Decimal("250.00"))
    assert sums(case.contribution.fund) == {"bank": "260.00", "contributions": "-250.00", "suspense": "-10.00"}
    assert broken() == []


def test_the_same_bank_reference_is_recorded_once(case):
    first, second, *_ = case.countersign()
    case.receive(case.invoice(first))
    with pytest.raises(ReceiptRefused, match="recorded already") as refusal:
        case.receive(case.invoice(second), bank=" BACS 1 ")
    assert refusal.value.field == "bank_reference"


def test_a_reversed_receipt_counts_nowhere_and_its_reference_is_free_again(case):
    instalment = case.invoiced()
    receipt = case.receive(instalment, "240.00")
    case.reverse(receipt)
    assert fresh(instalment).state == "invoiced"
    assert sums(case.contribution.fund) == {}
    case.receive(fresh(instalment), "250.00")
    assert fresh(instalment).state == "received"
    assert broken() == []


def test_reversing_one_of_two_opens_what_it_had_covered(case):
    instalment = case.invoiced()
    first = case.receive(instalment, "150.00")
    case.receive(fresh(instalment), "150.00", "BACS 2")
    case.reverse(first)
    assert fresh(instalment).state == "invoiced"
    assert sums(case.contribution.fund) == {"bank": "150.00", "contributions": "-100.00", "suspense": "-50.00"}
    case.receive(fresh(instalment), "150.00", "BACS 3")
    assert fresh(instalment).state == "received"
    assert broken() == []


def test_a_receipt_is_reversed_once_with_a_reason_by_the_host(case):
    receipt = case.receive(case.invoiced())
    with pytest.raises(ReversalRefused, match="reason"):
        case.reverse(receipt, reason=" ")
    with pytest.raises(ReversalRefused, match="finance officer of the host"):
        case.reverse(receipt, by=make_seat(Role.FINANCE))
    case.reverse(receipt)
    with pytest.raises(ReversalRefused, match="only once"):
        case.reverse(receipt)


def test_nothing_is_received_before_it_is_invoiced_or_after_it_has_arrived(case):
    first, *_ = case.countersign()
    with pytest.raises(ReceiptRefused, match="invoiced"):
        case.receive(first)
    case.receive(case.invoice(first))
    with pytest.raises(ReceiptRefused, match="invoiced"):
        case.receive(fresh(first), bank="BACS 2")


def test_what_has_arrived_is_not_invoiced_again_by_hand(case):
    with pytest.raises(InvoiceRefused, match="It is invoiced, or paid in full: look at its page"):
        case.invoice(case.invoiced())


def test_two_people_at_one_instalment_the_second_is_told(case):
    first, *_ = case.countersign()
    case.invoice(first)
    with pytest.raises(StaleEdit, match="changed this on") as refusal:
        case.invoice(first)
    assert refusal.value.version == 2
    with pytest.raises(StaleEdit):
        case.receive(first)


def test_a_receipt_for_a_withdrawn_contribution_is_refused(case):
    instalment = case.invoiced()
    told = {"reason": "The budget was cut", "version": case.contribution.version, "at": case.noon}
    withdraw(contribution=case.contribution, by=case.partner.approver, **told)
    with pytest.raises(ReceiptRefused, match="was withdrawn, so nothing is asked or received for it any more"):
        case.receive(fresh(instalment))
    with pytest.raises(InvoiceRefused):
        case.invoice(case.contribution.instalments.get(number=2))


def test_what_has_arrived_is_not_withdrawn_before_its_receipt_is_reversed(case):
    receipt = case.receive(case.invoiced())
    told = {"reason": "The budget was cut", "version": case.contribution.version, "at": case.noon, "by": case.partner.approver}
    with pytest.raises(GateShut, match=r"£250\.00 has been received"):
        withdraw(contribution=case.contribution, **told)
    case.reverse(receipt)
    assert withdraw(contribution=case.contribution, **told).state == "withdrawn"


def test_the_partner_hears_of_every_step_without_figures(case):
    receipt = case.receive(case.invoiced())
    case.reverse(receipt)
    subjects = [job.arguments["subject"] for job in Job.objects.filter(name="kernel.send_mail").order_by("pk")]
    for subject in (
        "Your contribution was counter-signed",
        "An instalment is invoiced",
        "Your payment has arrived",
        "A recorded payment was taken back",
    ):
        assert subject in subjects
    assert not [job for job in Job.objects.filter(name="kernel.send_mail") if "250" in job.arguments["text"]]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_instalment SET amount = 1",
        "UPDATE funders_instalment SET due_on = due_on + 1",
        "UPDATE funders_receipt SET amount = 1",
        "UPDATE funders_schedule SET reference = 'x'",
        "DELETE FROM funders_receipt",
        "DELETE FROM funders_instalment",
        "DELETE FROM funders_schedule",
    ],
)
def test_the_application_cannot_change_amounts_and_days_or_delete(case, as_app, statement):
    case.receive(case.invoiced())
    with as_app(case.contribution.fund.host), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_partner_cannot_mark_its_own_instalment_received(case, as_app):
    instalment = case.invoiced()
    with as_app(case.partner.organisation):
        assert Instalment.objects.filter(pk=instalment.pk).update(state="received") == 0


def test_the_whole_way_as_the_application(case, as_app):
    with as_app(case.contribution.fund.host):
        receipt = case.receive(case.invoiced())
        case.reverse(receipt)
        assert broken() == []


def reminders():
    found = Job.objects.filter(name="kernel.send_mail", arguments__subject__in=["An instalment is due", "An instalment is overdue"])
    return sorted((job.arguments["to"], job.arguments["subject"]) for job in found)


def test_a_partner_is_reminded_before_on_and_after_the_day_each_once(case):
    case.invoiced()
    officer, finance = case.partner.officer.person.email, case.finance.person.email
    days = ["2026-03-24", "2026-03-25", "2026-03-26", "2026-04-01", "2026-04-02", "2026-04-08", "2026-04-09"]
    assert [remind(moment(f"{day} 09:00")) for day in days] == [0, 1, 0, 1, 0, 1, 0]
    assert reminders() == sorted(
        [(officer, "An instalment is due")] * 2 + [(officer, "An instalment is overdue"), (finance, "An instalment is overdue")]
    )


def test_nobody_is_reminded_of_what_is_not_invoiced_is_received_or_withdrawn(case):
    first, second, *_ = case.countersign()
    assert remind(moment("2026-04-01 09:00")) == 0
    case.receive(case.invoice(first))
    assert remind(moment("2026-04-01 09:00")) == 0
    third = case.invoice(second)
    assert remind(moment("2026-07-01 09:00")) == 1
    assert fresh(third).reminders.count() == 1


def test_the_worker_reminds_as_its_own_database_user(case, as_app):
    case.invoiced()
    with as_app(role="portal_system"):
        assert remind(moment("2026-04-01 09:00")) == 1

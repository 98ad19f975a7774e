"""A year is prepared by one hand and closed by another; what is left goes where the board says, and the year stays closed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.budget.models import Allocation, Carried, ClosedYear, Commitment
from funders.budget.queries import allocated_by_pot, committed_to, secured_by_pot
from funders.budget.rules import BudgetRefused
from funders.ledger.actions import post, reverse
from funders.ledger.models import LedgerTransaction
from funders.ledger.queries import verdicts
from funders.ledger.rules import Entry, PostingRefused
from funders.spending.rules import InvoiceRefused
from funders.year_end.models import Accrual, PotClose, SurplusShare, YearClose
from funders.year_end.queries.outturn import outturn_of, snapshot_of
from funders.year_end.rules import Outturn, YearEndRefused
from tests.factories import make_seat, moment

IN_2026, IN_2027 = date(2027, 3, 31), date(2027, 4, 1)


def pounds(*amounts):
    return tuple(Decimal(amount) for amount in amounts)


def broken():
    """Money that these tests put into suspense by hand came with no bank file: only that rule does not hold."""
    return [one.name for one in verdicts() if one.broken and one.name != "suspense-explained"]


def into_suspense(ended, on, **changes):
    entries = [Entry("bank", Decimal("5.00")), Entry("suspense", Decimal("-5.00"))]
    told = {"text": "Unknown payer", "by": ended.money.finance, "at": ended.at}
    return post(fund=ended.money.fund, entries=entries, on=on, **{**told, **changes})


def test_the_outturn_by_hand(ended):
    """£8,000 and £4,000 came; £1,500 and £750 of £2,250 were paid; £1,000 accrues over £4,500 and £2,250: £666.67 and £333.33."""
    assert outturn_of(ended.money.fund, 2026) == [
        Outturn("s75", *pounds("0", "8000.00", "1500.00"), *pounds("8000.00", "1500.00", "666.67")),
        Outturn("crime_grant", *pounds("0", "4000.00", "750.00"), *pounds("4000.00", "750.00", "333.33")),
    ]
    close = ended.prepare()
    assert (close.state, close.year) == ("prepared", 2026)
    assert [(one.closing_amount, one.surplus_amount) for one in close.pots.all()] == [
        pounds("6500.00", "5833.33"),
        pounds("3250.00", "2916.67"),
    ]
    assert [one.amount for one in Accrual.objects.all()] == [Decimal("1000.00")]
    assert [one.amount for one in SurplusShare.objects.order_by("pk")] == [*pounds("5833.33", "2916.67")]


def test_what_is_left_is_carried_and_the_old_year_keeps_what_it_used(ended):
    fund = ended.money.fund
    before = secured_by_pot(fund)
    close = ended.confirm()
    assert (close.state, close.closed_by, close.decision_reference) == ("closed", ended.money.lead.person, "Board 20 April, minute 4")
    after = secured_by_pot(fund)
    assert (after[2026, "s75"], after[2027, "s75"]) == pounds("2166.67", "13833.33")
    assert (after[2026, "crime_grant"], after[2027, "crime_grant"]) == pounds("1083.33", "6916.67")
    assert sum(before.values()) == sum(after.values())
    assert {pot: amount for (year, pot), amount in allocated_by_pot(fund).items() if year == 2026} == {
        "s75": Decimal("2166.67"),
        "crime_grant": Decimal("1083.33"),
    }
    assert committed_to(ended.money.contract)[2026] == Decimal("3250.00")
    assert broken() == []


def test_the_accrued_invoice_is_still_paid_in_the_next_year(ended):
    ended.confirm()
    (invoice,) = [one.invoice for one in Accrual.objects.all()]
    ended.money.pay(invoice, paid_on=IN_2027, bank_reference="OUT 2", at=ended.at)
    assert broken() == []
    assert [one.paid for one in outturn_of(ended.money.fund, 2027)] == [*pounds("666.67", "333.33")]
    assert [one.spent for one in outturn_of(ended.money.fund, 2027)] == [*pounds("0", "0")]


def test_the_next_year_opens_with_what_this_one_closed(ended):
    into_suspense(ended, IN_2026)
    closing = {one.pot: one.closing for one in snapshot_of(ended.confirm())}
    assert closing == {"s75": Decimal("6500.00"), "crime_grant": Decimal("3250.00"), "": Decimal("5.00")}
    assert {one.pot: one.opening for one in outturn_of(ended.money.fund, 2027)} == closing
    later = moment("2028-04-03 12:00")
    ended.ask_for(2027)
    next_close = ended.prepare(at=later)
    assert next_close.year == 2027
    ended.confirm(next_close, at=later)
    assert broken() == []


def test_carried_money_is_set_aside_in_the_next_year_and_no_penny_more(ended):
    line = ended.money.line("More of it")
    ended.confirm()
    ended.money.set_aside(line, "7833.33", year=2027)
    with pytest.raises(BudgetRefused, match=r"£0.00 is agreed and not set aside"):
        ended.money.set_aside(line, "0.01", year=2027)
    with pytest.raises(BudgetRefused, match="2026/27 is closed"):
        ended.money.set_aside(line, "1.00")
    with pytest.raises(InvoiceRefused, match=r"At most £0.00 can be invoiced"):
        ended.money.invoice("0.01", "S-3")
    assert broken() == []


def test_contingency_is_for_lines_of_contingency(ended):
    ended.confirm(choices={"s75": "contingency", "crime_grant": "return"})
    other = ended.money.line("More of it")
    with pytest.raises(BudgetRefused, match=r"£2,000.00 is agreed and not set aside"):
        ended.money.set_aside(other, "2000.01", year=2027)
    reserve = ended.money.line("Reserve", purpose="contingency")
    ended.money.set_aside(reserve, "5833.33", year=2027)
    ended.money.set_aside(other, "2000.00", year=2027)
    assert secured_by_pot(ended.money.fund)[2027, "crime_grant"] == Decimal("4000.00")
    assert broken() == []


def test_nothing_is_posted_to_a_closed_year(ended):
    posting = into_suspense(ended, IN_2026)
    ended.confirm()
    with pytest.raises(PostingRefused, match=r"31 March 2027 lies in a year that is closed\. Record it on .*1 April 2027"):
        into_suspense(ended, IN_2026)
    told = {"posting": posting, "reason": "Twice", "by": ended.money.finance, "at": ended.at}
    with pytest.raises(PostingRefused, match="closed"):
        reverse(on=IN_2026, **told)
    assert reverse(on=IN_2027, **told).reverses == posting
    assert broken() == []


def test_only_what_has_ended_and_is_decided_can_be_prepared(ended):
    with pytest.raises(YearEndRefused, match="It can be prepared from the day after"):
        ended.prepare(at=moment("2027-03-31 23:30"))
    for seat in (ended.money.lead, make_seat(Role.FINANCE), ended.money.provider):
        with pytest.raises(YearEndRefused, match="Only a finance officer of the host"):
            ended.prepare(by=seat)
    waiting = ended.money.invoice("1.00", "S-3")
    with pytest.raises(YearEndRefused, match="1 invoice for 2026/27 waits for approval"):
        ended.prepare()
    ended.money.approve(waiting)
    assert ended.prepare().state == "prepared"


def test_another_person_confirms_with_a_decision_and_a_choice_for_each_pot(ended):
    close = ended.prepare()
    both = Seat(person=ended.money.finance.person, organisation=ended.money.fund.host, roles=frozenset({Role.LEAD_OFFICER}))
    with pytest.raises(YearEndRefused, match="another person"):
        ended.confirm(close, by=both)
    for seat in (ended.money.other_finance, make_seat(Role.LEAD_OFFICER), ended.money.officer):
        with pytest.raises(YearEndRefused, match="Only a lead officer of the host"):
            ended.confirm(close, by=seat)
    with pytest.raises(YearEndRefused, match="reference of the decision"):
        ended.confirm(close, decision_reference=" ")
    with pytest.raises(YearEndRefused, match="Choose what becomes") as refused:
        ended.confirm(close, choices={"s75": "carry", "crime_grant": "spend it"})
    assert refused.value.field == "choice_crime_grant"
    assert not ClosedYear.objects.exists()


def test_figures_that_changed_are_prepared_anew(ended):
    first = ended.prepare()
    into_suspense(ended, IN_2026)
    with pytest.raises(YearEndRefused, match="The figures have changed"):
        ended.confirm(first)
    second = ended.prepare()
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "prepared")
    with pytest.raises(MoveRefused):
        ended.confirm(first)
    ended.confirm(second)


def test_it_is_closed_once(ended):
    close = ended.prepare()
    ended.confirm(close, version=1)
    with pytest.raises(StaleEdit):
        ended.confirm(close, version=1)
    with pytest.raises(YearEndRefused, match="2027/28 runs until"):
        ended.prepare()
    assert ClosedYear.objects.count() == 1


def test_the_next_hand_is_told_and_no_letter_holds_a_figure(ended, run_jobs):
    Job.objects.all().delete()
    close = ended.prepare()
    ended.confirm(close)
    sent = [one.arguments for one in Job.objects.order_by("pk") if one.name == "kernel.send_mail"]
    told = [(one["to"], one["subject"]) for one in sent]
    assert told[0] == (ended.money.lead.person.email, "A year end waits for your confirmation")
    assert {subject for _, subject in told[1:]} == {"A year of a pooled fund is closed"}
    assert len(told) == 1 + 12
    assert [one for one in sent if "5,833" in str(one) or "5833" in str(one)] == []


def test_the_database_posts_and_sets_aside_nothing_in_a_closed_year(ended, as_app):
    close = ended.confirm()
    fund, host, person = ended.money.fund.pk, ended.money.fund.host, ended.money.finance.person.pk
    posting = LedgerTransaction(
        fund_id=fund, host=host, kind="receipt", happened_on=IN_2026, text="x", posted_at=ended.at, posted_by_id=person
    )
    with as_app(host), pytest.raises(DatabaseError, match="portal_ledger_year"), transaction.atomic():
        posting.save(force_insert=True)
    for row in (
        Allocation.objects.filter(year=2026).last(),
        Commitment.objects.filter(year=2026).last(),
        Carried.objects.get(year=2026, pot="s75"),
    ):
        row.pk = None
        if hasattr(row, "reference"):
            row.reference = "NEW"
        with as_app(host), pytest.raises(DatabaseError, match="portal_budget_year"), transaction.atomic():
            row.save(force_insert=True)
    for statement in (
        "UPDATE funders_closedyear SET year = 2020",
        "DELETE FROM funders_closedyear",
        "UPDATE funders_carried SET amount = 1",
        "UPDATE funders_potclose SET closing_amount = 1",
        "DELETE FROM funders_potclose",
        "UPDATE funders_surplusshare SET amount = 1",
        "UPDATE funders_accrual SET amount = 1",
        "DELETE FROM funders_yearclose",
    ):
        with as_app(host), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    with as_app(host), pytest.raises(DatabaseError, match="portal_pot_chosen_once"), transaction.atomic():
        PotClose.objects.filter(close=close).update(choice="return")
    with as_app(host), pytest.raises(DatabaseError, match="portal_year_stays"), transaction.atomic():
        YearClose.objects.update(state="prepared")
    with pytest.raises(DatabaseError), transaction.atomic():
        ClosedYear.objects.all().delete()


def test_the_rules_of_the_ledger_find_a_year_that_was_tampered_with(ended):
    ended.confirm()
    later = moment("2028-04-03 12:00")
    ended.ask_for(2027)
    ended.confirm(ended.prepare(at=later), at=later)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funders_potclose DISABLE TRIGGER pot_chosen_once")
        cursor.execute("ALTER TABLE funders_surplusshare DISABLE TRIGGER surplusshare_append_only")
    PotClose.objects.filter(close__year=2026, pot="s75").update(closing_amount=1, paid_amount=Decimal("7999.00"))
    SurplusShare.objects.filter(pot__close__year=2027).update(amount=1)
    assert broken() == ["closed-years-stay-closed", "opening-is-closing", "surplus-shares-add-up"]


def test_only_the_host_closes_in_the_database_too(ended, as_app):
    close = ended.prepare()
    told = {"fund": ended.money.fund, "closed_at": ended.at, "closed_by": ended.money.lead.person}
    partner = make_seat(Role.LEAD_OFFICER)
    for host in (partner.organisation, ended.money.fund.host):
        with as_app(partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ClosedYear.objects.create(year=2026, host=host, **told)
    with as_app(partner.organisation):
        assert YearClose.objects.get() == close
        assert YearClose.objects.update(state="replaced") == 0
    with pytest.raises(IntegrityError, match="year_close_two_hands"), transaction.atomic():
        YearClose.objects.update(state="closed", decision_reference="x", closed_at=ended.at, closed_by=ended.money.finance.person)

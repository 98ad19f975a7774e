"""A closed year takes no more agreements, instalments or conditions, and gives none back; its carried money counts once, in the next year."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from commissioning.kernel.gates import GateShut, blockers
from commissioning.organisations.roles import Role
from funders.budget.queries import secured_by_pot
from funders.claims.queries import claims_on
from funders.contributions import actions as giving
from funders.contributions.models import Contribution
from funders.contributions.queries import version_of
from funders.cover.queries import fund_with_overrides, shut_years
from funders.receipts import actions as receipts
from funders.receipts.models import Instalment, Schedule
from funders.receipts.queries import waiting_contributions
from funders.receipts.rules import CountersignRefused, InvoiceRefused
from funders.scenarios.queries import givers_of
from funders.statements.queries import certainty_of, picture_of, positions_of
from funders.year_end.rules import YearEndRefused
from tests.factories import make_contribution, make_organisation, make_seat, make_tender
from tests.funders.money import TODAY

WHY = "The budget was cut"


@pytest.fixture
def partner_of(ended):
    """A new partner of the fund: its officer and approver."""

    def made(name="Fire service"):
        organisation = make_organisation(name, is_funder=True)
        return tuple(make_seat(role, organisation=organisation) for role in (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER))

    return made


def pledged(ended, officer, **changes):
    return make_contribution(fund=ended.money.fund, by=officer, year=2026, amount="100.00", **changes)


def test_a_year_is_not_prepared_while_agreed_money_was_not_asked_for(ended, partner_of):
    officer, approver = partner_of()
    made = pledged(ended, officer, agreed_by=approver)
    with pytest.raises(YearEndRefused, match="For 2026/27 there is still 1 agreed contribution without a counter-signature"):
        ended.prepare()
    receipts.countersign(contribution=made, plan=2, by=ended.money.finance, at=ended.at)
    with pytest.raises(YearEndRefused, match="there are still 2 instalments without an invoice"):
        ended.prepare()
    for one in Instalment.objects.filter(contribution=made):
        receipts.invoice(instalment=one, invoice_reference="INV", by=ended.money.finance, version=1, at=ended.at)
    assert ended.prepare().state == "prepared"


def test_a_pledge_for_a_closed_year_is_not_agreed_any_more(ended, partner_of):
    officer, approver = partner_of()
    made = pledged(ended, officer)
    ended.confirm()
    told = {"years": [2026], "decision_reference": "Minute 1", "version": version_of([made]), "by": approver, "at": ended.at}
    with pytest.raises(GateShut, match=r"2026/27 is closed, so nothing more is agreed for it\. Withdraw the pledge and make it for"):
        giving.agree(pledge=made.pledge, **told)
    giving.withdraw(contribution=made, reason=WHY, by=officer, version=1, at=ended.at)


def test_what_waits_for_an_event_is_neither_met_nor_counter_signed_nor_invoiced_in_a_closed_year(ended, partner_of):
    (officer, approver), (second, other) = partner_of(), partner_of("Housing trust")
    made, signed = pledged(ended, officer, agreed_by=approver), pledged(ended, second, agreed_by=other)
    receipts.countersign(contribution=signed, plan=1, by=ended.money.finance, at=ended.at)
    waits = {"condition": "The grant letter", "condition_due_on": date(2027, 6, 30)}
    Contribution.objects.filter(pk__in=[made.pk, signed.pk]).update(**waits)
    assert made in waiting_contributions(ended.money.finance)
    ended.confirm()
    made.refresh_from_db()
    with pytest.raises(GateShut, match="nothing more is agreed for it"):
        giving.meet_condition(contribution=made, met_on=ended.at.date(), reason="", by=approver, version=made.version, at=ended.at)
    with pytest.raises(CountersignRefused, match=r"2026/27 is closed, so no agreement is counter-signed for it any more\. Ask the partner"):
        receipts.countersign(contribution=made, plan=1, by=ended.money.finance, at=ended.at)
    (instalment,) = signed.instalments.all()
    with pytest.raises(InvoiceRefused, match="2026/27 is closed, so no instalment of it is invoiced any more"):
        receipts.invoice(instalment=instalment, invoice_reference="INV", by=ended.money.finance, version=1, at=ended.at)
    assert made not in waiting_contributions(ended.money.finance)
    giving.withdraw(contribution=made, reason=WHY, by=approver, version=made.version, at=ended.at)


def test_what_the_outturn_has_counted_is_not_taken_back(ended, partner_of):
    officer, approver = partner_of()
    made = pledged(ended, officer, agreed_by=approver)
    receipts.countersign(contribution=made, plan=1, by=ended.money.finance, at=ended.at)
    receipts.invoice(instalment=made.instalments.get(), invoice_reference="INV", by=ended.money.finance, version=1, at=ended.at)
    ended.confirm(choices={"s75": "carry", "crime_grant": "carry", made.pot: "carry"})
    before = secured_by_pot(ended.money.fund)
    told = {"contribution": made, "reason": WHY, "by": approver, "version": made.version, "at": ended.at}
    with pytest.raises(GateShut, match=r"2026/27 is closed, and its outturn counts this money\. What is not paid of it stays your debt"):
        giving.withdraw(**told)
    for gate in ("contribution.condition", "contribution.terms"):
        assert "its outturn counts this money" in blockers(gate, made)[0].sentence
    with pytest.raises(GateShut, match="its outturn counts this money"):
        giving.reduce(amount=Decimal("50.00"), decision_reference="Minute 2", **told)
    assert secured_by_pot(ended.money.fund) == before
    arrived = {"amount": Decimal("100.00"), "received_on": date(2027, 4, 2), "bank_reference": "LATE 1"}
    receipts.receive(instalment=made.instalments.get(), by=ended.money.finance, version=2, at=ended.at, **arrived)


def test_the_database_refuses_it_too(ended, partner_of, as_app):
    officer, _ = partner_of()
    made = pledged(ended, officer)
    ended.confirm()
    agreed = {"state": "agreed", "agreed_at": ended.at, "agreed_by": officer.person, "decision_reference": "x"}
    with as_app(officer.organisation), pytest.raises(DatabaseError, match="portal_contribution_year"), transaction.atomic():
        Contribution.objects.filter(pk=made.pk).update(**agreed)
    for change in ({"amount": 1}, {"state": "withdrawn"}, {"pot": "partnership"}):
        with pytest.raises(DatabaseError, match="portal_contribution_year"), transaction.atomic():
            Contribution.objects.filter(fund=ended.money.fund, year=2026, state="agreed").update(**change)
    schedule = {"contribution": made, "funder": made.funder, "host": ended.money.fund.host}
    with pytest.raises(DatabaseError, match="portal_schedule_year"), transaction.atomic():
        Schedule.objects.create(**schedule, countersigned_at=ended.at, countersigned_by=ended.money.finance.person)
    Contribution.objects.filter(pk=made.pk).update(state="lapsed")


def test_carried_money_is_secured_in_the_next_year_exactly_once(ended):
    """Of £12,000.00 the year used £2,250.00 and owes £1,000.00: £8,750.00 leave it and come into the next, which has £12,000.00 of its own."""
    fund = ended.money.fund
    before = positions_of(fund)
    assert [(one.secured, one.closed) for one in before] == [(Decimal("12000.00"), False)] * 3
    ended.confirm()
    after = positions_of(fund)
    assert [(one.carried, one.secured) for one in after] == [
        (Decimal("-8750.00"), Decimal("3250.00")),
        (Decimal("8750.00"), Decimal("20750.00")),
        (Decimal("0.00"), Decimal("12000.00")),
    ]
    assert sum(one.secured for one in before) == sum(one.secured for one in after)
    assert [one.missing for one in after] == [Decimal("0.00"), Decimal("789250.00"), Decimal("798000.00")]


def test_returned_money_is_secured_nowhere(ended):
    ended.confirm(choices={"s75": "return", "crime_grant": "contingency"})
    assert [one.secured for one in positions_of(ended.money.fund)] == [Decimal("3250.00"), Decimal("14916.67"), Decimal("12000.00")]


def test_the_picture_of_the_years_counts_it_once(ended):
    ended.confirm()
    first, second, third = certainty_of(picture_of(ended.money.fund), claims_on(ended.money.fund), TODAY)
    assert (first.arrived, first.agreed_open, first.position.carried_in) == (Decimal("3250.00"), 0, 0)
    assert (second.arrived, second.agreed_open, second.position.carried_in) == (0, Decimal("12000.00"), Decimal("8750.00"))
    assert (third.agreed_open, third.position.carried_in) == (Decimal("12000.00"), 0)


def test_a_tender_may_rely_on_it_and_on_no_penny_more(ended):
    fund = ended.money.fund
    tender = make_tender(by=ended.money.officer, lots=1, fund_code=fund.code, contract_starts_on=date(2027, 4, 1), term_months=12)
    tender.lots.update(annual_amount=Decimal("11750.00"))
    assert [one.uncovered.missing for one in shut_years(tender, fund_with_overrides(tender))] == [Decimal("8750.00")]
    ended.confirm()
    assert blockers("tender.publish", tender) == []
    tender.lots.update(annual_amount=Decimal("11750.01"))
    (found,) = shut_years(tender, fund_with_overrides(tender))
    assert (found.uncovered.secured, found.uncovered.missing) == (Decimal("20750.00"), Decimal("0.01"))


def test_a_scenario_starts_from_it(ended):
    assert "carried" not in {one.key for one in givers_of(ended.money.fund)}
    ended.confirm()
    (found,) = [one for one in givers_of(ended.money.fund) if one.key == "carried"]
    assert {year: money.secured for year, money in found.years.items()} == {2027: Decimal("8750.00")}

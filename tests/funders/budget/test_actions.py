"""Setting aside and committing, and the walls that the database keeps."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.organisations.roles import Role
from funders.budget.actions import commit, release
from funders.budget.models import Allocation, Commitment
from funders.budget.queries import commitments_of, committed_to, secured_by_pot
from funders.budget.rules import BudgetRefused, CommitmentRefused
from funders.contributions.actions import withdraw
from funders.contributions.models import Contribution
from funders.ledger.queries import verdicts
from funders.pool.models import CostModel, PooledFund
from funders.spending.queries.budget import budget_of
from tests.factories import make_area, make_contract, make_organisation, make_seat


def broken():
    return [one.name for one in verdicts() if one.broken]


def test_each_pot_is_set_aside_for_itself_and_what_is_left_is_told(money):
    line = money.line()
    money.set_aside(line, "6000.00")
    made = money.set_aside(line, "4000.00", "crime_grant")
    of_year = budget_of(money.fund, commitments_of(money.fund)).of_year(2026)
    assert [(one.pot, one.secured, one.unallocated) for one in of_year.pots] == [
        ("s75", Decimal("8000.00"), Decimal("2000.00")),
        ("crime_grant", Decimal("4000.00"), Decimal("0.00")),
    ]
    (row,) = of_year.lines
    assert (row.allocated, row.committed, row.paid, row.free) == (Decimal("10000.00"), 0, 0, Decimal("10000.00"))
    entry = AuditEntry.objects.get(object_reference=made.reference)
    assert (entry.verb, entry.reason) == ("set aside", "The service of the area")
    with pytest.raises(BudgetRefused, match=r"£0.01 is more than the pot has left"):
        money.set_aside(line, "0.01", "crime_grant")
    with pytest.raises(BudgetRefused, match=r"more than the pot has left. £0.00"):
        money.set_aside(line, "0.01", "charitable")
    assert broken() == []


def test_pledged_money_and_money_that_waits_for_a_condition_is_in_no_pot(money):
    before = secured_by_pot(money.fund)
    Contribution.objects.filter(year=2028, pot="s75").update(state="pledged", agreed_at=None, agreed_by=None)
    money.fund.pooled_already.update(amount=1000, pot="s75", condition="The grant letter")
    fund = type(money.fund).objects.get(pk=money.fund.pk)
    assert secured_by_pot(fund) == {key: amount for key, amount in before.items() if key != (2028, "s75")}


def test_only_the_version_in_force_says_what_is_pooled_already(money):
    version = CostModel.objects.create(
        fund=money.fund, number=1, valid_from=money.at.date(), reason="The first", made_at=money.at, made_by=money.lead.person
    )
    money.fund.pooled_already.update(amount=1000, pot="s75")
    before = secured_by_pot(type(money.fund).objects.get(pk=money.fund.pk))[2026, "s75"]
    type(money.fund).objects.update(in_force=version)
    assert before - secured_by_pot(type(money.fund).objects.get(pk=money.fund.pk))[2026, "s75"] == 1000


def test_taking_back_keeps_what_is_committed_and_both_entries_stay(money):
    line = money.commit()
    with pytest.raises(BudgetRefused, match=r"At most £0.00 can be taken back"):
        money.set_aside(line, "-0.01")
    money.set_aside(line, "500.00")
    money.set_aside(line, "-500.00", reason="It was set aside twice")
    with pytest.raises(BudgetRefused, match=r"only £0.00 from this pot"):
        money.set_aside(money.line("Training", purpose="training"), "-1.00")
    assert Allocation.objects.filter(line=line, year=2026, pot="s75").count() == 3
    assert broken() == []


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.LEAD_OFFICER, Role.FUNDER_APPROVER, Role.AUDITOR])
def test_only_the_hosts_finance_officer_manages_the_budget(money, role):
    line = money.line()
    for seat in (make_seat(role, organisation=money.fund.host), make_seat(Role.FINANCE)):
        with pytest.raises(BudgetRefused, match="finance officer of the host"):
            money.line("Another", by=seat)
        with pytest.raises(BudgetRefused, match="finance officer of the host"):
            money.set_aside(line, "1.00", by=seat)


def test_a_line_has_a_name_of_its_own_and_services_their_area(money):
    money.line("Court advisers", purpose="court")
    for changes, said in [
        ({"label": "court ADVISERS"}, "line of this name already"),
        ({"label": "  "}, "Give the line a name"),
        ({"label": "Services", "area": None}, "Choose the contract area"),
    ]:
        with pytest.raises(BudgetRefused, match=said):
            money.line(**changes)


def test_management_is_capped_by_what_is_secured_for_the_year(money):
    """5 % of £12,000 is £600."""
    line = money.line("Management", purpose="management", cap_percent=Decimal("5.00"))
    money.set_aside(line, "600.00")
    with pytest.raises(BudgetRefused, match="capped at 5 %"):
        money.set_aside(line, "0.01", "crime_grant")


def test_a_signed_contract_is_committed_year_by_year(money):
    money.commit()
    years = dict.fromkeys((2026, 2027, 2028), Decimal("9000.00"))
    assert committed_to(money.contract) == years
    assert broken() == []
    with pytest.raises(CommitmentRefused, match="committed already"):
        money.commit(line=Commitment.objects.first().line)


def test_a_contract_is_not_committed_beyond_what_is_set_aside(money):
    line = money.funded(years=(2026,))
    money.set_aside(line, "8000.00", year=2027)
    with pytest.raises(CommitmentRefused, match=r"£1,000.00 in 2027/28 and £9,000.00 in 2028/29 more has to be set aside first"):
        money.commit(line=line)
    assert not Commitment.objects.exists()


def test_a_line_of_another_area_does_not_pay(money):
    with pytest.raises(CommitmentRefused, match="Choose a line that may pay for"):
        money.commit(line=money.line("East", area=make_area()))


def test_limited_money_is_set_aside_only_for_what_it_was_given_for(money):
    """£4,000 of the pot is for court advisers only: £4,000 is free, and goes anywhere."""
    Contribution.objects.filter(fund=money.fund, year=2026, pot="s75").update(purpose="Court advisers")
    money.give(make_organisation(sector="health", is_funder=True), "4000.00", 2026)
    area, court = money.line(), money.line("Court advisers", purpose="court")
    money.set_aside(area, "4000.00")
    with pytest.raises(BudgetRefused, match=r"£0.01 of this pot was given in 2026/27 for other purposes or districts"):
        money.set_aside(area, "0.01")
    money.set_aside(court, "8000.00")
    assert broken() == []


def test_money_for_some_districts_pays_for_an_area_that_lies_in_them(money):
    codes = list(money.contract.area.places.values_list("district__gss_code", flat=True))
    limited = Contribution.objects.filter(fund=money.fund, year=2026, pot="s75")
    line = money.line()
    limited.update(districts=codes[:1])
    with pytest.raises(BudgetRefused, match="other purposes or districts"):
        money.set_aside(line, "1.00")
    limited.update(districts=codes)
    money.set_aside(line, "8000.00")
    with pytest.raises(BudgetRefused, match="more than the pot has left"):
        money.set_aside(money.line("Training", purpose="training"), "1.00")
    assert broken() == []


def test_only_officers_of_the_host_commit_and_only_what_the_host_signed(money):
    line = money.funded()
    told = {"line": line, "at": money.at}
    for seat in (money.finance, make_seat(Role.COMMISSIONER), money.provider):
        with pytest.raises(CommitmentRefused, match="officer of the host"):
            commit(contract=money.contract, by=seat, **told)
    for strange in (make_contract(commissioner=money.fund.host, state="signing"), make_contract(commissioner=make_organisation())):
        with pytest.raises(CommitmentRefused, match="that the host has signed"):
            commit(contract=strange, by=money.officer, **told)


def test_a_wrong_commitment_is_released_with_a_reason_and_stays_in_sight(money):
    money.commit()
    told = {"contract": money.contract, "fund": money.fund, "by": money.lead, "at": money.at}
    with pytest.raises(CommitmentRefused, match="reason"):
        release(reason=" ", **told)
    release(reason="The wrong line", **told)
    assert committed_to(money.contract) == {}
    assert Commitment.objects.count() == 6
    assert broken() == []
    with pytest.raises(CommitmentRefused, match="Nothing is committed"):
        release(reason="Once more", **told)


def test_what_is_invoiced_stays_committed(money):
    money.commit()
    money.invoice()
    with pytest.raises(GateShut, match=r"sent invoices for £2,250.00"):
        release(contract=money.contract, fund=money.fund, reason="The wrong line", by=money.lead, at=money.at)


def test_a_contribution_is_not_withdrawn_while_its_money_is_set_aside(money):
    money.funded()
    contribution = Contribution.objects.get(fund=money.fund, year=2028, pot="s75")
    approver = make_seat(Role.FUNDER_APPROVER, organisation=contribution.funder)
    told = {"contribution": contribution, "reason": "The budget was cut", "by": approver, "version": 1, "at": money.at}
    with pytest.raises(GateShut, match=r"£6,000.00 of this money is set aside in the budget of 2028/29"):
        withdraw(**told)
    line = Allocation.objects.first().line
    money.set_aside(line, "-6000.00", year=2028)
    withdraw(**told)
    assert broken() == []


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
@pytest.mark.parametrize("table", ["allocation", "commitment"])
def test_the_database_refuses_to_change_or_delete_what_is_set_aside_or_committed(money, as_app, role, table):
    money.commit()
    for statement in (
        f"UPDATE funders_{table} SET amount = amount + 1",
        f"DELETE FROM funders_{table}",
        f"TRUNCATE funders_{table} CASCADE",
    ):
        with as_app(money.fund.host, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
        if "TRUNCATE" not in statement:
            with pytest.raises(DatabaseError, match="portal_append_only"), transaction.atomic():
                connection.cursor().execute(statement)


def test_another_organisation_cannot_write_the_hosts_budget(money, as_app):
    line, stranger = money.line(), make_organisation()
    told = {"line": line, "year": 2026, "pot": "s75", "amount": Decimal("1.00"), "reason": "x"}
    told |= {"allocated_at": money.at, "allocated_by": money.finance.person, "fund": money.fund}
    for host in (money.fund.host, stranger):
        with as_app(stranger), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Allocation.objects.create(host=host, **told)


def test_the_board_is_asked_when_bits_add_up_since_its_last_decision(money):
    """The limit is £1,000: £600 and £600 of one line and year pass it together, whatever their pots; another year begins anew."""
    PooledFund.objects.filter(pk=money.fund.pk).update(board_limit_amount=1000)
    line = money.line()
    money.set_aside(line, "600.00")
    with pytest.raises(BudgetRefused, match=r"£600.00 of this line in this year moved without it already") as refusal:
        money.set_aside(line, "600.00", "crime_grant")
    assert refusal.value.field == "decision_reference"
    money.set_aside(line, "600.00", year=2027)
    money.set_aside(line, "600.00", "crime_grant", decision_reference="Board, minute 9")
    money.set_aside(line, "1000.00")
    with pytest.raises(BudgetRefused, match="partnership board decides"):
        money.set_aside(line, "0.01")
    money.set_aside(line, "-1000.00")
    money.set_aside(line, "900.00")

"""Received money moves between the pots of a fund: what is free of it, where the law allows it, above the limit by two persons."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from funders.accounts.queries import statement_of
from funders.budget.models import ClosedYear, Moved
from funders.budget.queries import moved_between, secured_by_pot
from funders.budget.rules import BudgetRefused
from funders.contributions.models import Contribution
from funders.ledger.models import LedgerLine
from funders.ledger.queries import verdicts
from funders.pool.queries import funds_for
from funders.pooled import actions as pooled
from funders.receipts.actions import reverse_receipt
from funders.receipts.models import Receipt
from funders.spending.models import Payment
from funders.spending.queries.budget import cash_by_pot
from funders.transfers.models import PotTransfer
from funders.transfers.queries import rooms_of
from funders.transfers.rules import TransferRefused
from funders.year_end.queries.outturn import cash_in, closing_in, outturn_of
from tests.factories import make_seat
from tests.funders.spending.test_invariants import rewrite


def broken():
    return [one.name for one in verdicts() if one.broken]


def cash(moving):
    return {pot: str(amount) for pot, amount in cash_by_pot(moving.fund).items()}


def test_cash_and_what_is_secured_move_together(moving):
    made = moving.move()
    assert (made.state, made.above_limit) == ("posted", False)
    lines = LedgerLine.objects.filter(account="moved").order_by("amount").values_list("pot", "budget_year", "amount")
    assert list(lines) == [("crime_grant", 2026, Decimal("-1000.00")), ("s75", 2026, Decimal("1000.00"))]
    assert cash(moving) == {"s75": "7000.00", "crime_grant": "5000.00"}
    secured = secured_by_pot(moving.fund)
    assert (secured[2026, "s75"], secured[2026, "crime_grant"], secured[2027, "s75"]) == (7000, 5000, 8000)
    assert AuditEntry.objects.get(object_reference=made.reference).verb == "moved"
    assert (made.posting.kind, broken()) == ("transfer", [])


def test_what_has_moved_pays_from_its_new_pot_and_is_traced_to_those_who_gave(moving):
    """£4,500 of the crime grant's pot of £5,000, of which £1,000 came from health by way of the section 75 pot."""
    moving.move()
    line = moving.money.line()
    moving.money.set_aside(line, "5000.00", "crime_grant")
    moving.money.set_aside(line, "4000.00")
    for year in (2027, 2028):
        moving.money.set_aside(line, "6000.00", year=year)
        moving.money.set_aside(line, "3000.00", "crime_grant", year)
    moving.money.commit(line=line)
    moving.money.pay(moving.money.approve(moving.money.invoice("9000.00")))
    statement = statement_of(funds_for(moving.money.finance).get())
    paid = {one.giver.funder.sector: one.years[2026].paid for one in statement.givers if one.giver.funder}
    assert paid == {Sector.HEALTH: Decimal("5000.00"), Sector.CRIMINAL_JUSTICE: Decimal("4000.00")}
    assert statement.moved == Decimal("1000.00")
    assert broken() == []


def test_the_year_end_has_it_in_a_column_of_its_own(moving):
    moving.move()
    assert cash_in(moving.fund, 2026) == {
        "s75": (0, Decimal("8000.00"), 0, Decimal("-1000.00")),
        "crime_grant": (0, Decimal("4000.00"), 0, Decimal("1000.00")),
    }
    assert closing_in(moving.fund, 2026) == {"s75": 7000, "crime_grant": 5000}
    assert {one.pot: (one.closing, one.secured) for one in outturn_of(moving.fund, 2026)} == {
        "s75": (7000, 7000),
        "crime_grant": (5000, 5000),
    }


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"amount": "8000.01"}, r"The pot holds £8,000\.00 now"),
        ({"to_pot": "s75"}, "two different pots"),
        ({"from_pot": "charitable"}, "never leaves its pot"),
        ({"to_pot": "charitable"}, "bound to their purpose"),
        ({"from_pot": "crime_grant", "to_pot": "s75"}, r"£0\.00 of this pot came from them"),
        ({"from_pot": "grant"}, r"The pot holds £0\.00 now"),
        ({"year": 2027}, r"£0\.00 of 2027/28 is in this pot"),
        ({"year": 2030}, "one of the fund’s years"),
        ({"amount": "0"}, "more than £0"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_not_moved(moving, told, said):
    with pytest.raises(Exception, match=said) as refusal:
        moving.move(**told)
    assert refusal.type.__name__ in ("TransferRefused", "PledgeRefused")
    assert not LedgerLine.objects.filter(account="moved").exists()


def test_what_is_set_aside_stays(moving):
    moving.money.set_aside(moving.money.line(), "6000.00")
    with pytest.raises(TransferRefused, match=r"£6,000\.00 of it is set aside and still to be paid\. At most £2,000\.00"):
        moving.move("2000.01")
    moving.move("2000.00")
    with pytest.raises(BudgetRefused, match=r"£0\.00 is agreed and not set aside yet"):
        moving.money.set_aside(moving.money.line("Training", purpose="training"), "0.01")
    assert broken() == []


def test_limited_money_stays_in_its_pot(moving):
    Contribution.objects.filter(pot="s75", year=2026).update(purpose="Training")
    with pytest.raises(TransferRefused, match="given for some purposes, districts or days only"):
        moving.move("0.01")


def test_into_the_section_75_pot_goes_what_councils_gave_elsewhere(moving):
    """£3,000 of councils are pooled in the crime grant's pot; £500 of the pot moved on already and counts as theirs."""
    moving.fund.pooled_already.update(amount=3000, pot="crime_grant", sector="councils")
    source = moving.fund.pooled_already.get()
    arrived = {"amount": Decimal("3000.00"), "received_on": date(2026, 4, 1), "bank_reference": "POOL", "at": moving.money.at}
    pooled.receive(source=source, year=2026, by=moving.money.finance, **arrived)
    moving.move("500.00", "crime_grant", "partnership")
    with pytest.raises(TransferRefused, match=r"£2,500\.00 of this pot came from them"):
        moving.move("2500.01", "crime_grant", "s75")
    moving.move("2500.00", "crime_grant", "s75")
    assert broken() == []


def test_a_closed_year_keeps_its_pots(moving):
    told = {"closed_at": moving.money.at, "closed_by": moving.money.lead.person}
    made = moving.move()
    ClosedYear.objects.create(fund=moving.fund, host=moving.fund.host, year=2026, **told)
    with pytest.raises(TransferRefused, match="2026/27 is closed"):
        moving.move()
    with pytest.raises(TransferRefused, match="2026/27 is closed"):
        moving.reverse(made)


@pytest.mark.parametrize("role", [Role.LEAD_OFFICER, Role.COMMISSIONER, Role.AUDITOR, Role.FUNDER_APPROVER])
def test_only_the_hosts_finance_officers_move_money(limited, role):
    made, waiting = limited.move("1.00"), limited.move("1000.00", decision_reference="Minute 4")
    for seat in (make_seat(role, organisation=limited.fund.host), make_seat(Role.FINANCE)):
        for step in (
            lambda seat=seat: limited.move(by=seat),
            lambda seat=seat: limited.confirm(waiting, by=seat),
            lambda seat=seat: limited.drop(waiting, by=seat),
            lambda seat=seat: limited.reverse(made, by=seat),
        ):
            with pytest.raises(TransferRefused, match="Only a finance officer of the host partner"):
                step()


def test_above_the_limit_the_board_decides_and_another_person_confirms(limited):
    limited.move("600.00")
    with pytest.raises(TransferRefused, match=r"Above £1,000\.00 between two pots in a year, at once or bit by bit"):
        limited.move("400.01")
    made = limited.move("400.01", decision_reference="Minute 4")
    assert (made.state, made.posting, cash(limited)["s75"]) == ("waiting", None, "7400.00")
    with pytest.raises(TransferRefused, match="another finance officer"):
        limited.confirm(made, by=limited.money.finance)
    with pytest.raises(StaleEdit):
        limited.confirm(made, version=made.version + 1)
    made = limited.confirm(made)
    assert (made.state, made.confirmed_by, cash(limited)["s75"]) == ("posted", limited.money.other_finance.person, "6999.99")
    limited.move("400.00")
    with pytest.raises(TransferRefused, match="the partnership board decides"):
        limited.move("0.01")
    limited.move("1000.00", "crime_grant", "partnership")
    assert broken() == []


def test_it_is_asked_again_when_it_is_confirmed(limited):
    made = limited.move("7000.00", decision_reference="Minute 4")
    limited.money.set_aside(limited.money.line(), "1000.01", decision_reference="Minute 5")
    with pytest.raises(TransferRefused, match=r"At most £6,999\.99"):
        limited.confirm(made)


def test_what_waits_can_be_dropped(limited):
    made = limited.move("7000.00", decision_reference="Minute 4")
    with pytest.raises(TransferRefused, match="reason"):
        limited.drop(made, reason=" ")
    made = limited.drop(made)
    assert (made.state, cash(limited)["s75"]) == ("dropped", "8000.00")
    with pytest.raises(TransferRefused, match="one that waits"):
        limited.confirm(made)


def test_a_wrong_transfer_is_reversed_and_stays(moving):
    made = moving.move()
    moving.reverse(made)
    assert cash(moving) == {"s75": "8000.00", "crime_grant": "4000.00"}
    assert (moved_between(moving.fund), secured_by_pot(moving.fund)[2026, "s75"]) == ({}, 8000)
    assert list(Moved.objects.order_by("pk").values_list("from_pot", "to_pot")) == [("s75", "crime_grant"), ("crime_grant", "s75")]
    with pytest.raises(TransferRefused, match="only once"):
        moving.reverse(PotTransfer.objects.get())
    assert broken() == []


def test_what_is_used_in_its_new_pot_does_not_go_back(moving):
    made = moving.move()
    moving.money.set_aside(moving.money.line(), "4000.01", "crime_grant")
    with pytest.raises(TransferRefused, match="Crime and disorder grant does not have this money free any more"):
        moving.reverse(made)


def test_a_receipt_of_which_money_has_moved_stands(moving):
    moving.move("8000.00")
    receipt = Receipt.objects.get(instalment__contribution__pot="s75")
    with pytest.raises(GateShut, match=r"£8,000\.00 of this money"):
        reverse_receipt(receipt=receipt, reason="It was for another fund", by=moving.money.finance, at=moving.money.at)


def test_rooms_say_what_is_free(moving):
    moving.money.set_aside(moving.money.line(), "6000.00")
    room = rooms_of(moving.fund).of(2026, "s75")
    assert (room.held, room.cash, room.owed, room.unallocated, room.eligible, room.free) == (8000, 8000, 6000, 2000, 8000, 2000)
    assert rooms_of(moving.fund).of(2026, "crime_grant").eligible == 0


def unwatched():
    """Nobody watches over the tables from here on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledgerline", "moved", "pottransfer"):
            cursor.execute(f"ALTER TABLE funders_{table} DISABLE TRIGGER USER")


@pytest.fixture
def moved(limited):
    limited.move("600.00")
    limited.confirm(limited.move("500.00", decision_reference="Minute 4"))
    unwatched()
    return limited


def test_transfers_that_do_not_net_to_nothing_are_found(moved):
    rewrite(LedgerLine.objects.filter(account="moved", pot="s75"), amount=F("amount") + 1)
    assert set(broken()) == {"balanced", "transfers-net-to-nothing", "transfers-as-posted", "pots-open-to-close"}


def test_money_that_moves_between_years_is_found(moved):
    rewrite(LedgerLine.objects.filter(account="moved", pot="s75"), budget_year=2027)
    assert {"transfers-net-to-nothing", "transfers-as-posted"} <= set(broken())


def test_secured_money_that_does_not_follow_is_found(moved):
    rewrite(Moved.objects.all(), amount=1)
    assert broken() == ["transfers-as-posted"]


def test_transfers_without_the_board_are_found(moved):
    rewrite(PotTransfer.objects.filter(above_limit=True), above_limit=False)
    assert broken() == ["transfers-by-the-board"]


def test_a_pot_that_does_not_close_with_what_it_holds_is_found(moved):
    rewrite(LedgerLine.objects.filter(account="bank", amount=8000), amount=8001)
    assert set(broken()) == {"balanced", "pots-open-to-close"}


def test_a_payment_that_leads_to_no_giver_is_found(money):
    money.commit()
    money.pay(money.approve(money.invoice("100.00")))
    assert broken() == []
    unwatched()
    made = Payment.objects.get()
    rewrite(LedgerLine.objects.filter(transaction=made.posting, account="spent", pot="s75"), pot="grant")
    assert {"payments-traced", "statements-add-up"} <= set(broken())


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_the_database_keeps_what_was_moved(moving, as_app, role):
    moving.move()
    for statement in (
        "UPDATE funders_pottransfer SET amount = 1",
        "UPDATE funders_pottransfer SET state = 'waiting', posting_id = NULL",
        "DELETE FROM funders_pottransfer",
        "UPDATE funders_moved SET amount = 1",
        "DELETE FROM funders_moved",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), as_app(moving.fund.host, role=role), connection.cursor() as cursor:
            cursor.execute(statement)

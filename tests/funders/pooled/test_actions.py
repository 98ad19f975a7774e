"""Money that is pooled already arrives: into the pot of its source, never more than the source gives for the year, by two hands."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.organisations.roles import Role
from funders.accounts.queries import statement_of
from funders.banking import actions as banking
from funders.banking.queries.suspense import in_suspense
from funders.banking.rules import ClearingRefused
from funders.claims.queries import claims_on
from funders.ledger.models import LedgerLine
from funders.ledger.queries import balances_of, verdicts
from funders.pool import actions as pool
from funders.pool.models import CostModel, PooledAlready
from funders.pool.queries import funds_for
from funders.pooled import actions
from funders.pooled.models import PooledReceipt
from funders.pooled.queries import source_years
from funders.pooled.rules import PooledReceiptRefused
from funders.receipts.rules import ReceiptRefused
from funders.spending.queries.budget import cash_by_pot
from funders.statements.queries import certainty_of, picture_of
from funders.year_end.queries.outturn import cash_in
from tests.factories import make_contribution, make_seat
from tests.funders.ledger.test_life_cycle import post_all
from tests.funders.ledger.world import confirmed_file
from tests.funders.spending.test_invariants import rewrite


def sums(fund):
    return {str(account): str(amount) for account, amount in balances_of(fund).items() if amount}


def broken():
    return [one.name for one in verdicts() if one.broken]


def test_it_is_posted_to_the_pot_of_its_source(keeping):
    made = keeping.receive(note="The county’s part")
    line = LedgerLine.objects.get(account="pooled")
    assert (line.pot, line.budget_year, line.source, line.amount) == ("s75", 2026, keeping.source, Decimal("-100000.00"))
    assert sums(keeping.fund) == {"bank": "100000.00", "pooled": "-100000.00"}
    assert cash_by_pot(keeping.fund) == {"s75": Decimal("100000.00")}
    entry = AuditEntry.objects.get(object_reference=made.reference)
    assert (entry.verb, entry.after["source"], entry.after["year"]) == ("received", "Councils", 2026)
    assert broken() == []


def test_what_is_more_than_the_source_gives_goes_into_suspense(keeping):
    keeping.receive("200000.00")
    over = keeping.receive("60000.00", "BACS 2")
    assert (over.matched_amount, over.amount) == (Decimal("59000.00"), Decimal("60000.00"))
    assert sums(keeping.fund) == {"bank": "260000.00", "pooled": "-259000.00", "suspense": "-1000.00"}
    with pytest.raises(PooledReceiptRefused, match="Everything of Councils for 2026/27 has arrived"):
        keeping.receive("1.00", "BACS 3")
    assert keeping.receive("1.00", "BACS 3", year=2027).matched_amount == 1
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "refusal", "said"),
    [
        ({"year": 2030}, PooledReceiptRefused, "one of the fund’s years"),
        ({"amount": "0"}, ReceiptRefused, "more than £0"),
        ({"amount": "0.001"}, ReceiptRefused, "pounds and pence"),
        ({"received_on": date(2026, 11, 23)}, ReceiptRefused, "today or earlier"),
        ({"received_on": date(2025, 3, 31)}, ReceiptRefused, "1 April 2025 or later"),
        ({"bank": " "}, ReceiptRefused, "bank reference"),
        ({"note": "two\nlines"}, PooledReceiptRefused, "one line"),
    ],
)
def test_what_cannot_have_arrived(keeping, changes, refusal, said):
    with pytest.raises(refusal, match=said):
        keeping.receive(**changes)
    assert not PooledReceipt.objects.exists()


@pytest.mark.parametrize("fields", [{"condition": "The grant letter"}, {"poolable": False}, {"amount": 0}])
def test_nothing_is_received_of_what_is_not_in_the_pool(keeping, fields):
    keeping.fund.pooled_already.update(**fields)
    with pytest.raises(PooledReceiptRefused, match="is not in the pool now"):
        keeping.receive()


def test_a_bank_reference_is_recorded_once(keeping):
    keeping.receive("1.00")
    with pytest.raises(PooledReceiptRefused, match="recorded already"):
        keeping.receive("1.00", " BACS 1 ")


@pytest.mark.parametrize("role", [Role.LEAD_OFFICER, Role.COMMISSIONER, Role.AUDITOR, Role.FUNDER_APPROVER])
def test_only_the_hosts_finance_officer_records_and_reverses(keeping, role):
    made = keeping.receive()
    for seat in (make_seat(role, organisation=keeping.fund.host), make_seat(Role.FINANCE)):
        with pytest.raises(PooledReceiptRefused, match="Only a finance officer of the host"):
            keeping.receive("1.00", "BACS 2", by=seat)
        with pytest.raises(PooledReceiptRefused, match="Only a finance officer of the host"):
            keeping.reverse(made, by=seat)


def test_who_puts_into_force_what_a_source_gives_does_not_record_it(keeping):
    both = make_seat(Role.FINANCE, Role.LEAD_OFFICER, organisation=keeping.fund.host)
    told = {"reason": "The first", "valid_from": date(2026, 4, 1), "made_at": keeping.noon, "made_by": both.person}
    version = CostModel.objects.create(fund=keeping.fund, number=1, **told)
    keeping.fund.pooled_already.update(cost_model=version)
    keeping.fund.in_force = version
    keeping.fund.save()
    with pytest.raises(PooledReceiptRefused, match="another finance officer"):
        keeping.receive(by=both)
    made = keeping.receive()
    assert broken() == []
    rewrite(PooledReceipt.objects.filter(pk=made.pk), recorded_by=both.person)
    assert broken() == ["pooled-two-hands"]


def test_a_wrong_receipt_is_reversed_and_stays(keeping):
    made = keeping.receive()
    with pytest.raises(PooledReceiptRefused, match="reason"):
        keeping.reverse(made, reason=" ")
    keeping.reverse(made)
    assert sums(keeping.fund) == {}
    with pytest.raises(PooledReceiptRefused, match="only once"):
        keeping.reverse(made)
    keeping.receive("5.00")
    assert (sums(keeping.fund), broken()) == ({"bank": "5.00", "pooled": "-5.00"}, [])


def test_what_was_paid_out_stays_covered(money):
    """£10,000 of the pot: £8,000 of health and £2,000 pooled. Payments of £9,000 rest on more than the £8,000."""
    money.fund.pooled_already.update(amount=2000, pot="s75")
    source = money.fund.pooled_already.get()
    told = {"amount": Decimal("2000.00"), "received_on": date(2026, 4, 1), "bank_reference": "POOL", "by": money.finance, "at": money.at}
    made = actions.receive(source=source, year=2026, **told)
    line = money.line()
    for year in (2026, 2027, 2028):
        money.set_aside(line, "9000.00", year=year) if year == 2026 else money.set_aside(line, "8000.00", year=year)
        if year > 2026:
            money.set_aside(line, "1000.00", "crime_grant", year)
    money.commit(line=line)
    money.pay(money.approve(money.invoice("9000.00")))
    with pytest.raises(GateShut, match=r"£1,000.00 of this money has been paid to providers already"):
        actions.reverse_receipt(receipt=made, reason="It was for another fund", by=money.finance, at=money.at)
    assert broken() == []


def in_the_bank(keeping, amount, bank):
    row = {"amount": Decimal(amount), "bank_reference": bank, "instalment": None}
    post_all(confirmed_file(keeping.fund, row, keeping.finance), keeping.noon)
    return in_suspense([keeping.fund]).latest("pk")


def test_money_in_suspense_is_assigned_as_far_as_it_goes(keeping):
    item = in_the_bank(keeping, "260000.00", "BACS 7")
    told = {"pooled": keeping.source, "year": 2026, "by": keeping.finance, "at": keeping.noon}
    made = banking.assign_to_source(source=item, **told)
    assert (made.matched_amount, made.bank_reference, made.assigned_from) == (Decimal("259000.00"), "BACS 7", item)
    assert sums(keeping.fund) == {"bank": "260000.00", "pooled": "-259000.00", "suspense": "-1000.00"}
    with pytest.raises(ClearingRefused, match="Nothing of this source is still to come"):
        banking.assign_to_source(source=item, **told)
    banking.assign_to_source(source=item, **{**told, "year": 2027})
    assert (sums(keeping.fund), broken()) == ({"bank": "260000.00", "pooled": "-260000.00"}, [])
    keeping.reverse(made)
    assert sums(keeping.fund) == {"bank": "260000.00", "pooled": "-1000.00", "suspense": "-259000.00"}
    assert broken() == []


def test_what_went_into_suspense_and_out_of_it_holds_the_receipt(keeping):
    made = keeping.receive("259001.00")
    banking.assign_to_source(source=made.posting, pooled=keeping.source, year=2027, by=keeping.finance, at=keeping.noon)
    with pytest.raises(GateShut, match=r"£1.00 of this receipt went into suspense"):
        keeping.reverse(made)


def test_statement_certainty_and_outturn_count_it_as_received(keeping):
    keeping.receive()
    fund = funds_for(keeping.finance).get()
    statement = statement_of(fund)
    (own,) = [one for one in statement.givers if one.giver.name == "Councils, pooled already"]
    assert [(own.years[year].pooled, own.years[year].received) for year in (2026, 2027)] == [(259000, 100000), (259000, 0)]
    assert statement.total.received == Decimal("100000.00")
    (first, second, _) = certainty_of(picture_of(fund), claims_on(fund), keeping.noon.date())
    assert (first.arrived, first.agreed_open, second.arrived) == (100000, 159000, 0)
    assert cash_in(fund, 2026) == {"s75": (0, Decimal("100000.00"), 0, 0)}
    assert cash_in(fund, 2027) == {"s75": (Decimal("100000.00"), 0, 0, 0)}


def next_version(keeping, lead, *, from_year=2026, **changes):
    pool.prepare_version(fund=keeping.fund, by=lead, at=keeping.noon)
    PooledAlready.objects.filter(fund=keeping.fund, cost_model=None).update(**changes)
    keeping.fund.refresh_from_db()
    told = {"base": "gap", "credit_existing": False, "elsewhere_cost": 0, "elsewhere": "", "doubtful_days": 90, "from_year": from_year}
    fund = pool.put_into_force(
        fund=keeping.fund, reason="The councils give less", by=lead, version=keeping.fund.version, at=keeping.noon, **told
    )
    keeping.fund = fund


@pytest.fixture
def versioned(keeping):
    """The same fund with a first version in force and a pool manager."""
    lead = make_seat(Role.LEAD_OFFICER, organisation=keeping.fund.host)
    told = {"reason": "The first", "valid_from": date(2026, 4, 1), "made_at": keeping.noon, "made_by": lead.person}
    version = CostModel.objects.create(fund=keeping.fund, number=1, **told)
    for rows in (keeping.fund.cost_lines, keeping.fund.pooled_already, keeping.fund.sector_shares):
        rows.update(cost_model=version)
    keeping.fund.in_force, keeping.fund.pool_manager = version, keeping.finance.person
    keeping.fund.save()
    return keeping, lead


def test_a_source_stays_itself_in_the_next_version(versioned):
    keeping, lead = versioned
    keeping.receive()
    next_version(keeping, lead, amount=150000)
    keeping.receive("60000.00", "BACS 2")
    assert [one.matched_amount for one in PooledReceipt.objects.order_by("pk")] == [100000, 50000]
    assert broken() == []
    statement = statement_of(funds_for(keeping.finance).get())
    (own,) = [one for one in statement.givers if one.giver.name == "Councils, pooled already"]
    assert (own.years[2026].pooled, own.years[2026].received) == (150000, 150000)


@pytest.mark.parametrize("changes", [{"amount": 99999}, {"pot": "partnership"}, {"condition": "The grant letter"}, {"poolable": False}])
def test_the_next_version_keeps_what_has_arrived(versioned, changes):
    keeping, lead = versioned
    keeping.receive()
    with pytest.raises(GateShut, match=r"Councils has paid £100,000.00 in 2026/27 already"), transaction.atomic():
        next_version(keeping, lead, **changes)


def test_the_old_rows_of_a_source_receive_nothing_more(versioned):
    keeping, lead = versioned
    old = keeping.source
    next_version(keeping, lead)
    with pytest.raises(PooledReceiptRefused, match="is not in the pool now"):
        keeping.receive(source=old)


def test_every_rule_of_pooled_money_can_break(keeping, partner):
    made = keeping.receive()
    rewrite(PooledReceipt.objects.filter(pk=made.pk), matched_amount=1, amount=1)
    assert broken() == ["pooled-receipts-as-posted"]
    rewrite(PooledReceipt.objects.filter(pk=made.pk), matched_amount=100000, amount=100000)
    keeping.fund.pooled_already.update(amount=99999)
    assert broken() == ["pooled-received-within-source"]
    keeping.fund.pooled_already.update(amount=259000)
    make_contribution(fund=keeping.fund, by=partner.officer)
    assert broken() == []


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_the_database_keeps_receipts_as_they_are(keeping, as_app, role):
    keeping.receive()
    for statement in ("UPDATE funders_pooledreceipt SET amount = 1", "DELETE FROM funders_pooledreceipt"):
        with pytest.raises(DatabaseError), transaction.atomic(), as_app(keeping.fund.host, role=role), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_earlier_year_keeps_what_its_own_version_gives(versioned):
    """Version 2 gives £150,000 from 2027/28 on: the first year still takes £259,000, the second no more than its own."""
    keeping, lead = versioned
    keeping.receive()
    next_version(keeping, lead, from_year=2027, amount=150000)
    (first,) = [one for one in source_years(funds_for(keeping.finance).get()) if one.year.start == 2026]
    assert keeping.receive("160000.00", "BACS 2", source=first.source).matched_amount == Decimal("159000.00")
    assert keeping.receive("160000.00", "BACS 3", year=2027).matched_amount == Decimal("150000.00")
    assert broken() == []
    keeping.fund.pooled_already.filter(cost_model=keeping.fund.in_force).update(amount=149999)
    assert broken() == ["pooled-received-within-source"]

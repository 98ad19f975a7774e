"""What the board chose to return is paid to each partner, once, by other hands, and can be taken back."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commissioning.kernel.models import Job
from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.accounts.queries import statement_of
from funders.ledger.queries import balances_of, verdicts
from funders.pool.models import PooledFund
from funders.receipts.actions import reverse_receipt
from funders.receipts.models import Receipt
from funders.spending.queries.budget import cash_by_pot
from funders.year_end import actions
from funders.year_end.models import SharePayout, SurplusShare
from funders.year_end.queries.outturn import outturn_of
from funders.year_end.rules import PayoutRefused
from tests.factories import make_organisation, make_seat

RETURNED = {"s75": "return", "crime_grant": "carry"}


def broken():
    return [one.name for one in verdicts() if one.broken]


@pytest.fixture
def share(ended):
    """£5,833.33 of section 75 money goes back to the health partner; the police keep £2,916.67 in the fund."""
    ended.confirm(choices=RETURNED)
    return SurplusShare.objects.select_related("funder", "fund").get(amount="5833.33")


def test_a_share_leaves_the_pot_and_the_bank_once(ended, share):
    fund = ended.money.fund
    payout = ended.pay_share(share)
    assert (payout.amount, payout.funder, payout.contribution.funder) == (Decimal("5833.33"), share.funder, share.funder)
    assert {one.account: one.amount for one in payout.posting.lines.all()} == {"bank": Decimal("-5833.33"), "returned": Decimal("5833.33")}
    assert balances_of(fund)["returned"] == Decimal("5833.33")
    assert cash_by_pot(fund) == {"s75": Decimal("666.67"), "crime_grant": Decimal("3250.00")}
    assert [(one.opening, one.paid, one.closing) for one in outturn_of(fund, 2027)] == [
        (Decimal("6500.00"), Decimal("5833.33"), Decimal("666.67")),
        (Decimal("3250.00"), Decimal("0.00"), Decimal("3250.00")),
    ]
    with pytest.raises(PayoutRefused, match="paid already"):
        ended.pay_share(share, bank_reference="BACK 2")
    assert broken() == []


def test_the_statement_of_the_partner_shows_it_and_all_statements_are_the_funds(ended, share):
    ended.pay_share(share)
    statement = statement_of(PooledFund.objects.select_related("host").prefetch_related("pooled_already", "cost_lines").get())
    (own,) = [one for one in statement.givers if one.giver.funder == share.funder]
    assert {year: sums.returned for year, sums in own.years.items()} == {2026: Decimal("5833.33"), 2027: 0, 2028: 0}
    assert own.years[2026].received == Decimal("8000.00")
    assert statement.total.returned == Decimal("5833.33") == statement.accounts["returned"]


def test_a_payment_is_reversed_and_the_share_can_be_paid_anew(ended, share):
    first = ended.pay_share(share)
    undone = actions.reverse_payout(payout=first, reason="The bank sent it back.", by=ended.money.finance, at=ended.at)
    assert (undone.reversed_by, undone.reversed_because) == (ended.money.finance.person, "The bank sent it back.")
    assert cash_by_pot(ended.money.fund)["s75"] == Decimal("6500.00")
    with pytest.raises(PayoutRefused, match="only once"):
        actions.reverse_payout(payout=first, reason="Once more, again.", by=ended.money.finance, at=ended.at)
    assert ended.pay_share(share).pk != first.pk
    assert [one.received for one in outturn_of(ended.money.fund, 2027)] == [0, 0]
    assert broken() == []


def test_neither_who_confirmed_nor_who_agreed_for_the_partner_pays(ended, share):
    host = ended.money.fund.host
    approver = SharePayout.contribution.field.related_model.objects.get(funder=share.funder, year=2026).agreed_by
    for person in (ended.money.lead.person, approver):
        with pytest.raises(PayoutRefused, match="Another finance officer"):
            ended.pay_share(share, by=Seat(person=person, organisation=host, roles=frozenset({Role.FINANCE})))
    for seat in (
        ended.money.lead,
        ended.money.officer,
        make_seat(Role.FINANCE),
        make_seat(Role.FUNDER_APPROVER, organisation=share.funder),
    ):
        with pytest.raises(PayoutRefused, match="A finance officer of the host"):
            ended.pay_share(share, by=seat)


@pytest.mark.parametrize(
    ("changes", "said", "field"),
    [
        ({"bank_reference": " "}, "Enter the bank reference", "bank_reference"),
        ({"bank_reference": "x" * 61}, "60 characters or fewer", "bank_reference"),
        ({"bank_reference": "OUT 1"}, "recorded already", "bank_reference"),
        ({"paid_on": date(2027, 4, 21)}, "after today", "paid_on"),
        ({"paid_on": date(2027, 4, 19)}, "closed on Tuesday 20 April 2027", "paid_on"),
    ],
)
def test_a_day_or_reference_that_cannot_be_is_refused_beside_its_box(ended, share, changes, said, field):
    with pytest.raises(PayoutRefused, match=said) as refused:
        ended.pay_share(share, **changes)
    assert refused.value.field == field
    assert not SharePayout.objects.exists()


def test_a_reversal_needs_a_reason(ended, share):
    payout = ended.pay_share(share)
    with pytest.raises(PayoutRefused) as refused:
        actions.reverse_payout(payout=payout, reason=" ", by=ended.money.finance, at=ended.at)
    assert refused.value.field == "reason"


def test_only_what_the_board_returned_is_paid(ended, share):
    kept = SurplusShare.objects.get(amount="2916.67")
    with pytest.raises(PayoutRefused, match="only of what the board chose to return"):
        ended.pay_share(kept)


def test_a_partner_in_debt_waits_and_a_share_is_not_set_off(ended):
    """Another NHS body agreed £4,000.00 that has not arrived: a third of £9,833.33 is its share, and it is not paid."""
    late = make_organisation("Late trust", sector=Sector.HEALTH, is_funder=True)
    ended.money.give(late, "4000.00", 2026)
    reverse_receipt(receipt=Receipt.objects.get(funder=late), reason="It bounced.", by=ended.money.finance, at=ended.money.at)
    ended.confirm(choices=RETURNED)
    shares = {one.funder.name: one for one in SurplusShare.objects.filter(pot__pot="s75")}
    assert shares["Late trust"].amount == Decimal("3277.78")
    with pytest.raises(PayoutRefused, match=r"Late trust still owes £4,000.00 for 2026/27"):
        ended.pay_share(shares["Late trust"])
    (other,) = [one for name, one in shares.items() if name != "Late trust"]
    assert other.amount == Decimal("6555.55")
    with pytest.raises(PayoutRefused, match=r"The pot holds £6,500.00 now and this share is £6,555.55"):
        ended.pay_share(other)
    assert broken() == []


def test_the_partner_is_told_and_no_letter_holds_a_figure(ended, share, run_jobs):
    told = make_seat(Role.FUNDER_OFFICER, organisation=share.funder).person.email
    Job.objects.all().delete()
    actions.reverse_payout(payout=ended.pay_share(share), reason="The bank sent it back.", by=ended.money.finance, at=ended.at)
    sent = [one.arguments for one in Job.objects.order_by("pk") if one.name == "kernel.send_mail"]
    assert [one["subject"] for one in sent if one["to"] == told] == [
        "Your share of a year end is paid back",
        "A payment to you was reversed",
    ]
    assert [one for one in sent if "5,833" in str(one) or "5833" in str(one)] == []


def test_the_database_lets_only_the_host_pay_and_nothing_change(ended, share, as_app):
    payout = ended.pay_share(share)
    for statement in ("UPDATE funders_sharepayout SET amount = 1", "DELETE FROM funders_sharepayout"):
        with as_app(ended.money.fund.host), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    with as_app(share.funder):
        assert SharePayout.objects.update(reversed_because="x") == 0
    actions.reverse_payout(payout=payout, reason="The bank sent it back.", by=ended.money.finance, at=ended.at)
    with as_app(ended.money.fund.host), pytest.raises(DatabaseError, match="portal_payout_kept"), transaction.atomic():
        SharePayout.objects.update(reversed_at=None, reversed_by=None)
    again = ended.pay_share(share)
    again.pk, again.reference, again.posting = None, "NEW", payout.posting.reversal
    with pytest.raises(IntegrityError, match="share_payout_once"), transaction.atomic():
        SharePayout.objects.bulk_create([again])
    with as_app(share.funder), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        again.save(force_insert=True)


def test_the_rules_of_the_ledger_find_what_was_tampered_with(ended, share):
    ended.pay_share(share)
    assert broken() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funders_carried DISABLE TRIGGER USER")
    SharePayout.objects.update(amount=1)
    ended.money.fund.carried.filter(year=2027).update(amount=1)
    assert {"carried-once", "payouts-are-shares", "payouts-as-posted"} <= set(broken())

"""Posting and reversing, and the walls that the database keeps for the application's own users."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.organisations.roles import Role
from funders.ledger.actions import post, reverse
from funders.ledger.models import Account, LedgerLine, LedgerTransaction
from funders.ledger.queries import balances_of, verdicts
from funders.ledger.rules import Entry, PostingRefused
from tests.factories import make_seat

ENTRIES = [Entry(Account.BANK, Decimal("80354.17")), Entry(Account.SUSPENSE, Decimal("-80354.17"))]
ON = date(2026, 4, 1)


@pytest.fixture
def finance(fund):
    return make_seat(Role.FINANCE, organisation=fund.host)


@pytest.fixture
def posting(fund, finance, noon):
    return post(fund=fund, entries=ENTRIES, on=ON, text="Paid in advance", bank_reference="BACS 1", by=finance, at=noon)


def test_a_posting_stands_with_its_lines_and_in_the_trail(fund, posting):
    moved = {account: amount for account, amount in balances_of(fund).items() if amount}
    assert moved == {"bank": Decimal("80354.17"), "suspense": Decimal("-80354.17")}
    assert (posting.kind, posting.happened_on, posting.bank_reference, posting.host) == ("receipt", ON, "BACS 1", fund.host)
    entry = AuditEntry.objects.get(object_reference=posting.reference)
    assert (entry.verb, entry.after["lines"]) == ("posted", [["bank", "80354.17"], ["suspense", "-80354.17"]])


def test_a_reversal_undoes_it_and_both_stay(fund, posting, finance, noon):
    made = reverse(posting=posting, on=date(2026, 4, 2), reason="It belongs to another fund", by=finance, at=noon)
    assert set(balances_of(fund).values()) == {Decimal(0)}
    assert (made.kind, made.reverses, made.bank_reference) == ("reversal", posting, "BACS 1")
    assert LedgerLine.objects.filter(fund=fund).count() == 4


def test_a_posting_is_reversed_once_and_a_reversal_never(posting, finance, noon):
    made = reverse(posting=posting, on=ON, reason="Wrong fund", by=finance, at=noon)
    with pytest.raises(PostingRefused, match="reversed already"):
        reverse(posting=posting, on=ON, reason="Wrong fund", by=finance, at=noon)
    with pytest.raises(PostingRefused, match="a reversal is not reversed"):
        reverse(posting=made, on=ON, reason="Wrong fund", by=finance, at=noon)


@pytest.mark.parametrize("role", [Role.FUNDER_OFFICER, Role.FUNDER_APPROVER, Role.LEAD_OFFICER, Role.AUDITOR])
def test_only_the_hosts_finance_officer_posts(fund, noon, role):
    for seat in (make_seat(role, organisation=fund.host), make_seat(Role.FINANCE)):
        with pytest.raises(PostingRefused, match="finance officer of the host"):
            post(fund=fund, entries=ENTRIES, on=ON, text="Paid", by=seat, at=noon)


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_ledgerline SET amount = amount + 1",
        "DELETE FROM funders_ledgerline",
        "TRUNCATE funders_ledgerline CASCADE",
        "UPDATE funders_ledgertransaction SET text = 'other'",
        "DELETE FROM funders_ledgertransaction",
    ],
)
def test_the_application_cannot_change_or_delete_what_is_posted(posting, fund, as_app, role, statement):
    with as_app(fund.host, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("table", ["funders_ledgerline", "funders_ledgertransaction"])
def test_not_even_the_owner_of_the_tables_changes_what_is_posted(posting, table):
    for statement in (f"UPDATE {table} SET fund_id = fund_id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="portal_append_only"), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("amounts", [["5.00", "-4.99"], ["5.00"], []])
def test_the_application_cannot_commit_an_unbalanced_posting(fund, finance, noon, as_app, amounts):
    fields = {"fund": fund, "host": fund.host}
    with as_app(fund.host), pytest.raises(DatabaseError, match="portal_ledger_balanced"), transaction.atomic():
        write_by_hand(amounts, posted_at=noon, posted_by=finance.person, **fields)


def write_by_hand(amounts, *, fund, host, **fields):
    """What somebody would do who goes round the action."""
    made = LedgerTransaction.objects.create(kind="receipt", happened_on=ON, text="x", fund=fund, host=host, **fields)
    for amount in amounts:
        LedgerLine.objects.create(transaction=made, account="bank", amount=Decimal(amount), fund=fund, host=host)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_a_posting_gets_no_line_later_even_a_balanced_pair(fund, finance, noon):
    made = post(fund=fund, entries=ENTRIES, on=ON, text="Paid", by=finance, at=noon)
    for amount in ("1.00", "-1.00"):
        with pytest.raises(DatabaseError, match="portal_ledger_closed"):
            LedgerLine.objects.create(transaction=made, fund=fund, host=fund.host, account="bank", amount=Decimal(amount))


def test_another_organisation_cannot_write_the_hosts_books(fund, finance, partner, noon, as_app):
    fields = {"fund": fund, "host": fund.host, "kind": "receipt", "happened_on": ON, "text": "x"}
    with as_app(partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        LedgerTransaction.objects.create(posted_at=noon, posted_by=finance.person, **fields)
    own = {**fields, "host": partner.organisation}
    with as_app(partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        LedgerTransaction.objects.create(posted_at=noon, posted_by=finance.person, **own)


def test_verify_ledger_names_every_rule_and_says_that_they_hold(posting, finance, noon):
    reverse(posting=posting, on=ON, reason="Nothing explains it", by=finance, at=noon)
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    said = out.getvalue()
    assert {
        "allocated-within-secured",
        "approver-never-payer",
        "balanced",
        "bank-reference-once",
        "budget-of-one-fund",
        "closed-years-stay-closed",
        "commitments-add-up",
        "committed-within-allocated",
        "conditional-apart",
        "in-kind-apart",
        "instalments-add-up",
        "invoiced-within-committed",
        "one-fund",
        "opening-is-closing",
        "paid-is-paid",
        "paid-within-committed",
        "payments-as-posted",
        "pots-not-below-zero",
        "receipts-as-posted",
        "received-within-invoiced",
        "reversals",
        "surplus-shares-add-up",
        "suspense-explained",
        "two-hands",
    } <= {one.name for one in verdicts()}
    assert "broken" not in said
    assert f"The ledger is whole: {len(verdicts())} rules hold." in said


def test_verify_ledger_fails_and_names_the_posting_that_breaks_a_rule(posting):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funders_ledgerline DISABLE TRIGGER USER")
        cursor.execute("UPDATE funders_ledgerline SET amount = amount + 1 WHERE account = 'bank'")
        cursor.execute("ALTER TABLE funders_ledgerline ENABLE TRIGGER USER")
    out = StringIO()
    with pytest.raises(CommandError, match="The ledger is broken: balanced"):
        call_command("verify_ledger", stdout=out)
    assert posting.reference in out.getvalue()

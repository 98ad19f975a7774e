"""The page of a fund's ledger."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.ledger.actions import post
from funders.ledger.models import Account
from funders.ledger.rules import Entry
from funders.receipts.models import Receipt
from tests.counting import cost_of
from tests.factories import make_seat


def page(fund):
    return reverse("ledger:ledger", args=[fund.code])


def fill(fund, noon, times):
    finance = make_seat(Role.FINANCE, organisation=fund.host)
    for number in range(times):
        entries = [Entry(Account.BANK, Decimal("1.00")), Entry(Account.SUSPENSE, Decimal("-1.00"))]
        post(fund=fund, entries=entries, on=date(2026, 4, 1), text=f"Paid {number}", bank_reference=f"B{number}", by=finance, at=noon)


@pytest.mark.parametrize("role", [Role.FUNDER_OFFICER, Role.FINANCE, Role.BOARD_MEMBER, Role.AUDITOR])
def test_every_partner_reads_the_ledger(fund, client_for, role, noon):
    fill(fund, noon, 1)
    answer = client_for(make_seat(role)).get(page(fund)).content.decode()
    assert "Paid 0" not in answer
    assert "2 lines" in answer
    assert "Suspense: money not matched yet" in answer


def said(client, fund, **query):
    """The page and both files, as text."""
    csv, xlsx = (client.get(page(fund), {**query, "format": one}).getvalue() for one in ("csv", "xlsx"))
    book = zipfile.ZipFile(io.BytesIO(xlsx))
    cells = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return [client.get(page(fund), query).content, csv, cells]


@pytest.fixture
def two_partners(fund, money):
    """Money of health under "IN …" and of police under another, something in suspense, and a payment to a provider."""
    money.commit()
    money.pay(money.approve(money.invoice()))
    fill(fund, money.at, 1)
    receipts = Receipt.objects.order_by("pk")
    return {"health": receipts[0], "police": receipts[1]}


@pytest.mark.parametrize(("mine", "others"), [("health", "police"), ("police", "health")])
def test_a_partner_reads_the_bank_references_of_its_own_money_alone(fund, two_partners, client_for, mine, others):
    own, foreign = two_partners[mine], two_partners[others]
    for role in (Role.FUNDER_OFFICER, Role.BOARD_MEMBER):
        for content in said(client_for(make_seat(role, organisation=own.funder)), fund):
            assert own.bank_reference.encode() in content
            assert not any(hidden in content for hidden in (foreign.bank_reference.encode(), b"OUT 1", b"B0"))


def test_the_host_and_the_auditor_read_all_bank_references(fund, two_partners, client_for):
    known = [two_partners["health"].bank_reference, two_partners["police"].bank_reference, "OUT 1", "B0"]
    for seat in (
        make_seat(Role.FINANCE, organisation=fund.host),
        make_seat(Role.COMMISSIONER, organisation=fund.host),
        make_seat(Role.AUDITOR),
    ):
        for content in said(client_for(seat), fund):
            assert [one for one in known if one.encode() not in content] == []


def test_a_bank_reference_that_one_may_not_read_is_not_found_by_a_search(fund, two_partners, client_for, noon):
    finance = make_seat(Role.FINANCE, organisation=fund.host)
    for receipt, reference in ((two_partners["health"], "QQOWN"), (two_partners["police"], "QQFOREIGN")):
        sides = [Entry(Account.BANK, Decimal("1.00")), Entry(Account.CONTRIBUTIONS, Decimal("-1.00"), receipt.instalment.contribution_id)]
        post(fund=fund, entries=sides, on=date(2026, 4, 1), text="More", bank_reference=reference, by=finance, at=noon)
    officer = client_for(make_seat(Role.FUNDER_OFFICER, organisation=two_partners["health"].funder))
    found = {word: officer.get(page(fund), {"search": word}).content.decode() for word in ("QQOWN", "QQFOREIGN", "B0")}
    assert ["No line to show" in one for one in found.values()] == [False, True, True]
    assert "2 lines" in found["QQOWN"]
    assert "bank references of your own organisation" in found["QQOWN"]


@pytest.mark.parametrize("role", [Role.BID_MANAGER, Role.DATA_OFFICER, Role.EVALUATOR])
def test_providers_and_evaluators_do_not(fund, client_for, role):
    assert client_for(make_seat(role)).get(page(fund)).status_code == 403


def test_an_empty_ledger_helps_and_an_unknown_fund_is_not_there(fund, client_for):
    client = client_for(make_seat(Role.FINANCE))
    assert "No line to show" in client.get(page(fund)).content.decode()
    assert client.get(reverse("ledger:ledger", args=["none"])).status_code == 404


def test_it_is_searched_filtered_and_taken_away_whole(fund, client_for, noon):
    fill(fund, noon, 3)
    client = client_for(make_seat(Role.FINANCE, organisation=fund.host))
    assert "2 lines" in client.get(page(fund), {"search": "B1"}).content.decode()
    assert "3 lines" in client.get(page(fund), {"account": "bank"}).content.decode()
    lines = client.get(page(fund), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == "Day,Posting,Account,Partner or pot,Amount,Kind,Bank reference,Text,Posted,By"
    assert len(lines) == 7


def test_it_costs_the_same_with_one_posting_and_with_many(fund, client_for, noon):
    client = client_for(make_seat(Role.FINANCE))
    fill(fund, noon, 1)
    one = cost_of(client, page(fund))
    fill(fund, noon, 9)
    assert cost_of(client, page(fund)) == one

"""What became of the money of a contribution stands in its history, in its state words, and in files that whoever reads it can read."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from commissioning.audit.models import AuditEntry
from commissioning.kernel.postgres.scope import set_scope
from commissioning.organisations.roles import Role
from funders.contributions.queries import YearSums, history_of, own_contributions, sums_by_year
from funders.contributions.tables import history_table
from funders.receipts import actions
from funders.receipts.models import Instalment, MoneyEvidence
from funders.receipts.rules import EvidenceRefused
from tests.factories import make_contribution, make_seat

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def _scanned(monkeypatch):
    monkeypatch.setattr("commissioning.kernel.uploads.scan", lambda content: None)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def history(case, seat=None):
    """State, amount, who and reason of each step."""
    rows = history_table(history_of(case.contribution), case.contribution, seat or case.partner.officer).rows
    return [(row["state"].label, str(row["amount"]), row["who"], row["reason"]) for row in rows]


def shown(case):
    return own_contributions(case.partner.officer).get(pk=case.contribution.pk).shown


def test_the_history_tells_of_signature_invoice_receipt_and_reversal_in_one_line_of_time(case):
    agreed_at, hour = case.contribution.events.get().happened_at, timedelta(hours=1)
    first, *_ = case.countersign(at=agreed_at + hour)
    invoiced = case.invoice(first, at=agreed_at + 2 * hour)
    receipt = case.receive(invoiced, "300.00", at=agreed_at + 3 * hour)
    case.reverse(receipt, at=agreed_at + 4 * hour)
    finance, schedule = str(case.finance.person), case.contribution.schedule.reference
    assert history(case) == [
        ("Agreed", "1000.00", str(case.partner.officer.person), ""),
        ("Counter-signed", "1000.00", finance, f"4 instalments, {schedule}"),
        ("Invoiced", "250.00", finance, "Instalment 1, due Wednesday 1 April 2026. Invoice INV-1"),
        (
            "Money received",
            "250.00",
            finance,
            "Instalment 1, arrived Wednesday 1 April 2026. BACS 1. £50.00 more went into suspense",
        ),
        ("Receipt reversed", "-250.00", finance, "BACS 1: It was for another fund"),
    ]


def test_a_contribution_that_is_not_counter_signed_tells_its_own_steps_alone(case):
    assert [said for said, *_ in history(case)] == ["Agreed"]


def test_the_word_of_a_contribution_says_how_far_its_money_has_come(case):
    assert shown(case) == "agreed"
    first, second = case.countersign(plan=2)
    assert shown(case) == "agreed"
    first = case.invoice(first)
    assert shown(case) == "invoiced"
    case.receive(first, "200.00", "BACS 1")
    assert shown(case) == "part"
    case.receive(fresh(first), "300.00", "BACS 2")
    assert shown(case) == "part"
    receipt = case.receive(case.invoice(second), "500.00", "BACS 3")
    assert shown(case) == "received"
    case.reverse(receipt)
    assert shown(case) == "part"


def test_money_that_has_come_counts_once_and_as_agreed(case):
    fund = case.contribution.fund
    case.receive(case.invoice(case.countersign(plan=1)[0]), "1000.00")
    assert sums_by_year(fund)[2026] == YearSums(agreed=Decimal("1000.00"))
    assert fresh(case.contribution).state == "agreed"


def test_the_list_its_filter_its_file_and_the_pages_say_the_same_word(case, client_for):
    other_year = make_contribution(fund=case.contribution.fund, by=case.partner.officer, year=2027, agreed_by=case.partner.approver)
    case.receive(case.invoiced(), "250.00")
    client, address = client_for(case.partner.officer), reverse("contributions:list")
    for state, found in (("part", [True, False]), ("agreed", [False, True]), ("received", [False, False])):
        file = client.get(address, {"state": state, "format": "csv"}).getvalue().decode()
        assert [one.reference in file for one in (case.contribution, other_year)] == found
        assert ("Received in part" in file) is found[0]
    for page in (
        address,
        reverse("partners:own"),
        reverse("contributions:contribution", args=[case.contribution.reference]),
        reverse("contributions:pledge", args=[case.contribution.pledge.reference]),
        reverse("pool:fund", args=[case.contribution.fund.code]),
    ):
        body = client.get(page).content.decode()
        assert re.search(r">\s*Received in part\s*<", re.sub(r"<option.*?</option>", "", body, flags=re.DOTALL)), page


def test_the_history_costs_the_same_with_one_instalment_and_with_twelve(case, django_assert_num_queries):
    case.countersign(plan=12)
    for one in Instalment.objects.order_by("number"):
        case.receive(case.invoice(one), str(one.amount), f"BACS {one.number}")
    with django_assert_num_queries(4):
        assert len(history(case)) == 26


# Files.


def add(step, case, by=None, content=PDF, name="invoice.pdf"):
    told = {"file": SimpleUploadedFile(name, content), "by": by or case.finance, "at": case.noon}
    return actions.add_evidence(step=step, **told)


def test_the_host_hands_in_one_file_of_an_invoice_and_one_of_a_receipt(case, other):
    invoiced = case.invoiced()
    receipt = case.receive(invoiced)
    of_invoice, of_receipt = add(invoiced, case), add(receipt, case, name="bank.pdf")
    assert (of_invoice.instalment, of_receipt.receipt, of_invoice.funder) == (invoiced, receipt, case.partner.organisation)
    assert add(invoiced, case) == of_invoice
    with pytest.raises(EvidenceRefused, match="has a file already"):
        add(invoiced, case, content=PDF + b"%")
    assert AuditEntry.objects.get(object_reference=of_receipt.reference).after["receipt"] == receipt.reference
    assert MoneyEvidence.objects.count() == 2


def test_nobody_else_hands_in_and_nothing_for_what_is_not_recorded(case):
    planned = case.countersign()[0]
    with pytest.raises(EvidenceRefused):
        add(planned, case)
    invoiced = case.invoice(planned)
    for seat in (case.partner.officer, case.partner.approver, make_seat(Role.FINANCE)):
        with pytest.raises(EvidenceRefused, match="finance officer of the host"):
            add(invoiced, case, by=seat)
    assert not MoneyEvidence.objects.exists()


def test_the_file_is_added_on_a_page_and_read_by_those_who_read_the_contribution(case, client_for, other):
    receipt = case.receive(case.invoiced())
    finance, page = client_for(case.finance), reverse("contributions:contribution", args=[case.contribution.reference])
    ways = [reverse("receipts:add_invoice_evidence", args=[receipt.instalment.reference])]
    ways += [reverse("receipts:add_receipt_evidence", args=[receipt.reference])]
    for way in ways:
        assert way in finance.get(page).content.decode()
        assert "Choose a file" in finance.post(way, {}).content.decode()
        assert finance.post(way, {"file": SimpleUploadedFile("paper.pdf", PDF)}).url == page
        assert finance.get(way).status_code == 404
    for kept in MoneyEvidence.objects.all():
        address = reverse("receipts:evidence", args=[kept.reference])
        for seat in (case.finance, case.partner.officer, make_seat(Role.AUDITOR)):
            client = client_for(seat)
            assert address in client.get(page).content.decode()
            assert b"".join(client.get(address).streaming_content) == PDF
        assert client_for(other.officer).get(address).status_code == 404
        assert address in finance.get(reverse("receipts:instalment", args=[receipt.instalment.reference])).content.decode()


@pytest.mark.parametrize("name", ["add_invoice_evidence", "add_receipt_evidence"])
def test_another_organisation_finds_no_page_to_add_a_file(case, client_for, name):
    receipt = case.receive(case.invoiced())
    way = reverse(f"receipts:{name}", args=[receipt.reference if "receipt" in name else receipt.instalment.reference])
    assert client_for(case.partner.officer).get(way).status_code == 403
    assert client_for(make_seat(Role.FINANCE)).get(way).status_code == 404


def test_the_database_takes_files_from_the_host_alone_and_keeps_them(as_app, case):
    invoiced = case.invoiced()
    host = case.contribution.fund.host
    with as_app(host):
        made = add(invoiced, case)
    receipt = case.receive(invoiced)
    fields = {"funder": case.partner.organisation, "host": host, "name": "x", "size": 1, "file": "x", "added_at": case.noon}
    with as_app(case.partner.organisation):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            MoneyEvidence.objects.create(receipt=receipt, added_by=case.finance.person, **fields)
        for sql in ("UPDATE funders_moneyevidence SET name = 'x' WHERE id = %s", "DELETE FROM funders_moneyevidence WHERE id = %s"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [made.pk])
    set_scope([])

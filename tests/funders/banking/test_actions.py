"""From the upload to the ledger and out of suspense: what is posted once, what never, and who may."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.kernel.spreadsheets import ReadRefused
from commissioning.kernel.uploads import UploadRefused
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking import actions
from funders.banking.actions import posting as posting_module
from funders.banking.actions import reading as reading_module
from funders.banking.models import BankImport, BankMapping, BankRow, SuspenseReturn
from funders.banking.queries.suspense import in_suspense, left_of, suspense_by_fund
from funders.banking.rules import ClearingRefused, ImportRefused
from funders.ledger.models import LedgerTransaction
from funders.ledger.queries import balances_of, received_for, verdicts
from funders.receipts import actions as receipts
from funders.receipts.models import Receipt
from funders.receipts.rules import ReceiptRefused
from tests.factories import make_fund, make_seat, moment

MATCHED = "01/04/2026,250.00,FP-1,Payment INV-2026-1 thank you"
STRANGE = "02/04/2026,99.50,FP-2,JUMBLE SALE"
OUT = "03/04/2026,-20.00,FP-3,Bank charge"
WRONG = "31/04/2026,10.00,FP-4,No such day"


def sums(fund):
    return {str(account): str(amount) for account, amount in balances_of(fund).items() if amount}


def broken():
    return [one.name for one in verdicts() if one.broken]


def rows(found):
    return {one.number: one for one in BankRow.objects.filter(bank_import=found)}


def test_a_file_is_read_previewed_and_posts_nothing_before_it_is_confirmed(bank):
    found = bank.read(MATCHED, STRANGE, OUT, WRONG, MATCHED)
    assert found.state == "ready"
    assert bank.kinds(found) == [(2, "matched"), (3, "unmatched"), (4, "out"), (5, "error"), (6, "known")]
    told = rows(found)
    assert told[2].instalment == bank.instalment()
    assert "names the invoice INV-2026-1" in told[2].note
    assert (told[4].amount, told[5].column, told[5].typed) == (Decimal("20.00"), "Date", "31/04/2026")
    assert "Row 2 of this file has the same bank reference" in told[6].note
    assert sums(bank.contribution.fund) == {}


def test_what_is_confirmed_is_posted_matched_and_unmatched(bank):
    found = bank.post(MATCHED, STRANGE, OUT, WRONG)
    assert found.state == "posted"
    assert sums(bank.contribution.fund) == {"bank": "349.50", "contributions": "-250.00", "suspense": "-99.50"}
    assert bank.instalment().state == "received"
    assert rows(found)[2].posting == Receipt.objects.get().posting
    assert "JUMBLE" not in rows(found)[3].posting.text, "the ledger is open to all partners"
    assert broken() == []


def test_columns_are_remembered_for_the_same_heading_of_the_same_host(bank):
    bank.read(MATCHED)
    assert BankMapping.objects.get().columns == {"date": 0, "amount": 1, "reference": 2, "text": 3}
    again = bank.upload(STRANGE)
    assert again.state == "reading"
    bank.run_jobs()
    assert BankImport.objects.get(pk=again.pk).state == "ready"
    other = bank.upload(file=bank.file("01/04/2026,1,A", heading="Day,Amount,Reference"))
    assert other.state == "mapping"


def test_the_same_reference_is_posted_once_across_files_and_by_hand(bank):
    bank.post(MATCHED)
    found = bank.read(MATCHED, STRANGE)
    assert bank.kinds(found) == [(2, "known"), (3, "unmatched")]
    told = {"amount": Decimal("250.00"), "received_on": date(2026, 4, 1), "bank_reference": "FP-2", "by": bank.finance, "at": bank.noon}
    bank.confirm(found)
    bank.run_jobs()
    second = bank.instalment(2)
    with pytest.raises(ReceiptRefused, match="recorded already"):
        receipts.receive(instalment=second, version=second.version, **told)
    assert LedgerTransaction.objects.count() == 2


def test_what_is_recorded_by_hand_after_the_preview_is_known_when_it_is_posted(bank):
    found = bank.read(MATCHED)
    first = bank.instalment()
    told = {"amount": Decimal("250.00"), "received_on": date(2026, 4, 1), "bank_reference": "FP-1", "by": bank.finance, "at": bank.noon}
    receipts.receive(instalment=first, version=first.version, **told)
    bank.confirm(found)
    bank.run_jobs()
    assert bank.kinds(found) == [(2, "known")]
    assert Receipt.objects.count() == 1


def test_the_same_file_twice_is_said_and_leads_to_the_first(bank):
    first = bank.upload(MATCHED)
    assert bank.upload(MATCHED) == first
    bank.name(first)
    bank.run_jobs()
    bank.confirm(BankImport.objects.get(pk=first.pk))
    bank.run_jobs()
    second = bank.upload(MATCHED)
    assert second != first
    assert second.sha256 == first.sha256


def test_who_agreed_never_records_such_a_row_becomes_an_error_that_says_so(bank):
    both = Seat(bank.partner.approver.person, bank.contribution.fund.host, frozenset({Role.FINANCE}))
    Membership.objects.create(person=both.person, organisation=both.organisation, role=Role.FINANCE)
    found = bank.read(MATCHED, STRANGE)
    bank.confirm(found, by=both)
    bank.run_jobs()
    assert bank.kinds(found) == [(2, "error"), (3, "unmatched")]
    assert "another finance officer has to record" in rows(found)[2].note
    assert bank.kinds(bank.read(MATCHED, STRANGE)) == [(2, "matched"), (3, "known")]
    assert broken() == []


def test_the_officer_changes_what_a_row_pays_before_it_is_posted(bank):
    found = bank.read(MATCHED, STRANGE)
    told = {"by": bank.finance, "version": 1, "at": bank.noon}
    actions.change_match(row=rows(found)[3], instalment=bank.instalment(2), **told)
    actions.change_match(row=rows(found)[2], instalment=None, **told)
    with pytest.raises(StaleEdit, match="saved this on"):
        actions.change_match(row=rows(found)[2], instalment=bank.instalment(2), **told)
    bank.confirm(found)
    with pytest.raises(ImportRefused, match="before the file is posted"):
        actions.change_match(row=rows(found)[2], instalment=bank.instalment(2), **{**told, "version": 2})
    bank.run_jobs()
    assert sums(bank.contribution.fund) == {"bank": "349.50", "contributions": "-99.50", "suspense": "-250.00"}


def test_a_row_pays_only_an_invoiced_instalment_of_its_own_fund(bank):
    found = bank.read(STRANGE)
    with pytest.raises(ImportRefused, match="invoiced and not paid"):
        actions.change_match(row=rows(found)[2], instalment=bank.instalment(3), by=bank.finance, version=1, at=bank.noon)


@pytest.mark.parametrize("seat", ["partner", "another finance officer", "auditor"])
def test_only_the_hosts_finance_officer_imports(bank, seat):
    host = bank.contribution.fund.host
    by = {
        "partner": bank.partner.approver,
        "another finance officer": make_seat(Role.FINANCE),
        "auditor": make_seat(Role.AUDITOR, organisation=host),
    }[seat]
    with pytest.raises(ImportRefused, match="Only a finance officer of the host"):
        bank.upload(MATCHED, by=by)
    found = bank.read(MATCHED)
    for act in (bank.name, bank.confirm):
        with pytest.raises(ImportRefused, match="Only a finance officer of the host"):
            act(found, by=by)
    with pytest.raises(ImportRefused, match="Only a finance officer of the host"):
        actions.discard(bank_import=found, by=by, version=found.version, at=bank.noon)


def test_posting_goes_batch_by_batch_and_each_row_once(bank, monkeypatch):
    monkeypatch.setattr(posting_module, "BATCH", 2)
    shown = []
    found = bank.confirm(bank.read(*[f"01/04/2026,{number}.00,R{number},x" for number in range(1, 6)]))
    told = {"reference": found.reference, "progress": lambda *said: shown.append(said[:2]), "at": bank.noon}
    assert [actions.post_rows(**told) for _ in range(4)] == [3, 1, 0, 0]
    assert shown == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5)]
    bank.run_jobs()
    assert LedgerTransaction.objects.count() == 5
    assert BankImport.objects.get(pk=found.pk).state == "posted"
    assert broken() == []


def test_a_batch_that_breaks_off_is_undone_and_done_again_once(bank, monkeypatch):
    found = bank.confirm(bank.read(MATCHED, STRANGE))

    def dies(done, total, message):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.post_rows(reference=found.reference, progress=dies, at=bank.noon)
    assert LedgerTransaction.objects.count() == 0
    bank.run_jobs()
    assert LedgerTransaction.objects.count() == 2


def test_whoever_confirmed_and_left_stops_the_posting_and_another_goes_on(bank):
    found = bank.confirm(bank.read(MATCHED))
    Membership.objects.filter(person=bank.finance.person).delete()
    (job,) = [one for one in bank.run_jobs() if one.name == "banking.post"]
    assert "no finance officer of the host any more" in job.message
    found.refresh_from_db()
    bank.confirm(found, by=make_seat(Role.FINANCE, organisation=found.host))
    bank.run_jobs()
    assert BankImport.objects.get(pk=found.pk).state == "posted"


def test_naming_the_columns_anew_reads_the_rows_anew(bank):
    found = bank.read("04/05/2026,1.00,A,x")
    assert rows(found)[2].happened_on == date(2026, 5, 4)
    bank.name(found, date_format="mdy")
    bank.run_jobs()
    assert rows(found)[2].happened_on == date(2026, 4, 5)
    assert BankRow.objects.count() == 1
    with pytest.raises(StaleEdit):
        bank.name(found, version=1)


def test_a_reading_that_is_superfluous_changes_nothing(bank):
    found = bank.name(bank.upload(MATCHED))
    old = found.version
    bank.name(found, date_format="ymd")
    assert actions.read_rows(reference=found.reference, version=old, progress=lambda *said: None, at=bank.noon) == 0


@pytest.mark.parametrize(
    ("columns", "field"),
    [({**{"date": 0, "amount": 1}, "reference": None}, "reference"), ({"date": 0, "amount": 0, "reference": 2}, "amount"), ({"date": 9, "amount": 1, "reference": 2}, "date")],
)  # fmt: skip
def test_columns_that_cannot_be(bank, columns, field):
    with pytest.raises(ImportRefused) as refusal:
        bank.name(bank.upload(MATCHED), columns)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"Date,Amount,Reference\n", "no row"),
        (b"12/4,1,2\n1,2,3\n", "no heading"),
        (b"Date\n01/04/2026\n", "no heading"),
        (b"\x00\x01\x02binary" * 50, "not a kind of file"),
        (b"%PDF-1.7 %%EOF", "PDF"),
        (b'Date,Amount,Reference\n01/04/2026,1,"A\n', "quotation mark"),
        (b"<html><table>", "not a kind of file"),
    ],
)
def test_a_bad_file_is_refused_in_words(bank, content, said):
    with pytest.raises((ImportRefused, UploadRefused, ReadRefused), match=said):
        bank.upload(file=SimpleUploadedFile("bank.csv", content))
    assert BankImport.objects.count() == 0


def test_a_file_beyond_the_cap_is_refused(bank):
    file = bank.file(MATCHED)
    file.size = 50 * 2**20 + 1
    with pytest.raises(UploadRefused, match="larger than 50 MB"):
        bank.upload(file=file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_letters_and_separator(bank, encoding, separator):
    lines = [["Date", "Amount", "Bank reference", "Text"], ["01/04/2026", '"£1,000.00"', "FP-1", "Café"]]
    content = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    found = bank.read(file=SimpleUploadedFile("bank.csv", content))
    (row,) = rows(found).values()
    assert (row.kind, row.amount, row.text) == ("unmatched", Decimal("1000.00"), "Café")
    assert "“£1,000.00” was read as £1,000.00." in row.note


def test_an_unclosed_quotation_mark_far_below_stops_the_reading_and_names_the_row(bank):
    lines = [f"01/04/2026,1.00,R{number},x" for number in range(60)]
    found = bank.name(bank.upload(*lines, '01/04/2026,1.00,"R61,x'))
    bank.run_jobs()
    job = Job.objects.get(name="banking.read")
    assert (job.state, "Row 62" in job.message) == ("failed", True)
    assert BankImport.objects.get(pk=found.pk).state == "reading"
    assert not BankRow.objects.exists()
    actions.discard(bank_import=found, by=bank.finance, version=found.version, at=bank.noon)
    assert BankImport.objects.get(pk=found.pk).state == "discarded"


def test_a_file_of_too_many_rows_is_refused(bank, monkeypatch):
    monkeypatch.setattr(reading_module, "MOST_ROWS", 1)
    bank.name(bank.upload(MATCHED, STRANGE))
    bank.run_jobs()
    assert "more than 1 rows" in Job.objects.get(name="banking.read").message


def test_a_kept_file_that_was_changed_is_not_read(bank):
    found = bank.name(bank.upload(MATCHED))
    with open(found.file.path, "ab") as kept:
        kept.write(b"01/04/2026,1000000,FP-9,x\n")
    bank.run_jobs()
    assert "not the one that was uploaded" in Job.objects.get(name="banking.read").message


def test_money_above_the_heading_and_ragged_rows(bank):
    content = (
        "Account name,Pooled fund\n\nDate,Amount,Bank reference,Text\n01/04/2026,1.00,A\n01/04/2026,2.00,B,x,y\n\n01/04/2026,3.00,C,x\n"
    )
    found = bank.upload(file=SimpleUploadedFile("bank.csv", content.encode()))
    assert (found.heading_row, found.heading[0]) == (3, "Date")
    bank.name(found)
    bank.run_jobs()
    assert bank.kinds(found) == [(4, "error"), (5, "error"), (7, "unmatched")]
    assert "has 3 cells and the heading 4" in rows(found)[4].note
    assert "has 5 cells and the heading 4" in rows(found)[5].note


# -- suspense ---------------------------------------------------------------------------------------------------------


def item(bank):
    return in_suspense([bank.contribution.fund]).get()


def assign(bank, number=1, source=None, **changes):
    told = {"source": source or item(bank), "instalment": bank.instalment(number), "by": bank.finance, "at": bank.noon}
    return actions.assign(**{**told, **changes})


def give_back(bank, amount="99.50", source=None, **changes):
    told = {
        "source": source or item(bank),
        "amount": Decimal(amount),
        "returned_on": date(2026, 4, 9),
        "bank_reference": "OUT-1",
        "reason": "It was not ours",
    }
    return actions.give_back(**{**told, "by": bank.finance, "at": bank.noon, **changes})


def test_suspense_that_is_assigned_counts_as_received(bank):
    bank.post(STRANGE)
    made = assign(bank)
    assert (made.amount, made.matched_amount, made.posting.kind) == (Decimal("99.50"), Decimal("99.50"), "transfer")
    assert sums(bank.contribution.fund) == {"bank": "99.50", "contributions": "-99.50"}
    assert received_for(bank.contribution.pk) == Decimal("99.50")
    assert bank.instalment().state == "invoiced"
    assert AuditEntry.objects.filter(object_reference=made.reference, verb="assigned").exists()
    assert broken() == []


def test_more_than_the_instalment_needs_stays_in_suspense_and_pays_another(bank):
    bank.post("01/04/2026,400.00,BIG,x")
    assign(bank)
    assert (bank.instalment().state, item(bank).left) == ("received", Decimal("150.00"))
    assign(bank, 2)
    assert not in_suspense([bank.contribution.fund]).exists()
    assert sums(bank.contribution.fund) == {"bank": "400.00", "contributions": "-400.00"}
    assert broken() == []


def test_what_was_more_than_asked_is_cleared_too_and_its_receipt_then_stands(bank):
    bank.post("01/04/2026,260.00,FP-1,INV-2026-1")
    over = Receipt.objects.get()
    assert "£10.00 more than is still to come goes into suspense" in BankRow.objects.get().note
    made = assign(bank, 2)
    with pytest.raises(GateShut, match=r"£10\.00 of this receipt went into suspense"):
        receipts.reverse_receipt(receipt=over, reason="It was wrong", by=bank.finance, at=bank.noon)
    receipts.reverse_receipt(receipt=made, reason="It was wrong", by=bank.finance, at=bank.noon)
    assert item(bank).left == Decimal("10.00")
    assert broken() == []
    receipts.reverse_receipt(receipt=over, reason="It was wrong", by=bank.finance, at=bank.noon)
    assert sums(bank.contribution.fund) == {}
    assert broken() == []


def test_money_that_went_back_leaves_bank_and_suspense(bank):
    bank.post(STRANGE)
    made = give_back(bank, "50.00")
    assert (made.posting.kind, left_of(made.source)) == ("payment", Decimal("49.50"))
    assert sums(bank.contribution.fund) == {"bank": "49.50", "suspense": "-49.50"}
    give_back(bank, "49.50")
    assert suspense_by_fund(bank.finance) == []
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "99.51"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"returned_on": date(2026, 4, 1)}, "returned_on"),
        ({"returned_on": date(2027, 4, 1)}, "returned_on"),
        ({"bank_reference": " "}, "bank_reference"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_return_that_cannot_be(bank, changes, field):
    bank.post(STRANGE)
    with pytest.raises(ClearingRefused) as refusal:
        give_back(bank, **changes)
    assert refusal.value.field == field


def test_only_the_hosts_finance_officer_clears_and_nobody_who_agreed(bank):
    bank.post(STRANGE)
    for by in (make_seat(Role.FINANCE), bank.partner.approver, make_seat(Role.AUDITOR, organisation=bank.finance.organisation)):
        with pytest.raises(ClearingRefused, match="Only a finance officer of the host"):
            assign(bank, by=by)
        with pytest.raises(ClearingRefused, match="Only a finance officer of the host"):
            give_back(bank, by=by)
    both = Seat(bank.partner.approver.person, bank.contribution.fund.host, frozenset({Role.FINANCE}))
    with pytest.raises(ReceiptRefused, match="another finance officer"):
        assign(bank, by=both)


def test_suspense_is_cleared_once(bank):
    bank.post(STRANGE)
    source = item(bank)
    give_back(bank)
    for again in (give_back, assign):
        with pytest.raises(ClearingRefused, match="in suspense any more"):
            again(bank, source=source)


def test_suspense_is_assigned_only_within_its_fund_and_to_what_is_still_open(bank):
    bank.post(STRANGE, MATCHED)
    with pytest.raises(ClearingRefused, match="still to come"):
        assign(bank, 1)
    with pytest.raises(ReceiptRefused, match="invoiced"):
        assign(bank, 3)


def test_verify_ledger_finds_suspense_that_nothing_explains(bank):
    bank.post(STRANGE)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE funders_bankrow SET amount = amount + 1")
    assert broken() == ["suspense-explained"]


# -- walls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["bankimport", "bankrow", "bankmapping", "suspensereturn"])
def test_no_other_organisation_sees_anything_of_it(bank, as_app, table):
    bank.post(STRANGE)
    give_back(bank, "1.00")
    for organisation, seen in ((bank.contribution.fund.host, True), (bank.partner.organisation, False)):
        with as_app(organisation), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM funders_{table}")
            assert bool(cursor.fetchone()[0]) == seen


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_bankimport SET sha256 = 'x'",
        "UPDATE funders_bankimport SET file = 'x'",
        "DELETE FROM funders_bankimport",
        "UPDATE funders_bankrow SET amount = 1",
        "UPDATE funders_bankrow SET bank_reference = 'x'",
        "TRUNCATE funders_bankrow",
        "UPDATE funders_suspensereturn SET amount = 1",
        "DELETE FROM funders_suspensereturn",
        "DELETE FROM funders_bankmapping",
    ],
)
def test_the_application_cannot_change_what_came_or_went(bank, as_app, role, statement):
    with as_app(bank.contribution.fund.host, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_posted_row_is_neither_changed_nor_deleted(bank, as_app):
    found = bank.post(MATCHED, OUT)
    with as_app(found.host):
        assert BankRow.objects.filter(number=2).update(kind="unmatched", instalment=None) == 0
        assert BankRow.objects.filter(number=2).delete()[0] == 0
        assert BankRow.objects.filter(number=3).delete()[0] == 1


def test_nobody_writes_rows_for_another_host_or_fund(bank, as_app):
    found = bank.read(MATCHED)
    fields = {"bank_import": found, "fund": found.fund, "number": 9, "kind": "out"}
    with as_app(bank.partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        BankRow.objects.create(host=found.host, **fields)
    strange = make_fund()
    with as_app(found.host), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        BankRow.objects.create(host=found.host, **{**fields, "fund": strange})


def test_the_whole_way_as_the_application_and_its_worker(bank, as_app, run_jobs):
    host = bank.contribution.fund.host
    with as_app(host):
        found = bank.name(bank.upload(MATCHED, STRANGE))
    with as_app(role="portal_system"):
        actions.read_rows(reference=found.reference, version=found.version, progress=lambda *said: None, at=bank.noon)
    found = BankImport.objects.get(pk=found.pk)
    with as_app(host):
        bank.confirm(found)
    with as_app(role="portal_system"):
        assert actions.post_rows(reference=found.reference, progress=lambda *said: None, at=bank.noon) == 0
        assert broken() == []
    with as_app(host):
        give_back(bank, "1.00")
        assign(bank, 2)
        assert broken() == []
    with as_app(role="portal_system"):
        assert broken() == []
    assert SuspenseReturn.objects.count() == 1
    assert moment("2026-11-22 12:00") == bank.noon

"""Bank files in the browser's eyes: who opens what, the way from the upload to the ledger, files, and what a long file costs."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.banking.models import BankImport, BankRow
from funders.banking.queries.suspense import in_suspense
from funders.ledger.models import LedgerTransaction
from tests.counting import cost_of
from tests.factories import make_seat

MATCHED = "01/04/2026,250.00,FP-1,Payment INV-2026-1"
STRANGE = "02/04/2026,99.50,FP-2,JUMBLE SALE"
WRONG = "31/04/2026,10.00,FP-4,=cmd|' /C calc'!A0"
NAMED = {"date": "0", "amount": "1", "out": "", "reference": "2", "text": "3", "payer": "", "date_format": "dmy"}
RETURNED = {
    "returned_on_day": "9",
    "returned_on_month": "4",
    "returned_on_year": "2026",
    "bank_reference": "OUT-1",
    "reason": "It was not ours",
}


def url(name, *args):
    return reverse(f"banking:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def finance(bank, client_for):
    return client_for(bank.finance)


def fresh(found):
    return BankImport.objects.get(pk=found.pk)


def item(bank):
    return in_suspense([bank.contribution.fund]).get()


def test_from_the_upload_to_the_ledger_and_out_of_suspense(bank, finance):
    assert "No bank file yet" in words(finance.get(url("list")))
    sent = {"fund": bank.contribution.fund.code, "file": bank.file(MATCHED, STRANGE, WRONG)}
    page = words(finance.post(url("upload"), sent, follow=True))
    assert "Which column is which?" in page
    assert "Bank reference (such as FP-1)" in page
    found = BankImport.objects.get()
    page = words(finance.post(url("columns", found.reference), {**NAMED, "version": found.version}, follow=True))
    assert "The columns are remembered" in page
    assert "Waiting to start" in page
    bank.run_jobs()
    page = words(finance.get(url("import", found.reference)))
    for sentence in ("Nothing is posted yet", "3 rows", "names the invoice INV-2026-1", "Date: “31/04/2026” is no date", "Post the rows"):
        assert sentence in page
    answer = finance.get(url("post", found.reference))
    assert "1 row, left out" in words(answer)
    assert LedgerTransaction.objects.count() == 0
    page = words(finance.post(url("post", found.reference), {"version": fresh(found).version}, follow=True))
    assert "The rows are being posted" in page
    bank.run_jobs()
    assert "Posted" in words(finance.get(url("import", found.reference)))
    assert "Unmatched money £99.50 1 payment in suspense" in words(finance.get(reverse("home")))
    page = words(finance.get(url("suspense", bank.contribution.fund.code)))
    assert "JUMBLE SALE" in page
    source = item(bank)
    assert "£99.50" in words(finance.get(url("assign", source.reference)))
    page = words(finance.post(url("assign", source.reference), {"instalment": bank.instalment(2).reference}, follow=True))
    assert "counts as received for the instalment" in page
    assert "Assigned from suspense by" in page
    assert "Still to come £150.50" in page
    assert "Nothing is in suspense" in words(finance.get(url("suspense", bank.contribution.fund.code)))
    assert finance.get(url("assign", source.reference)).status_code == 404


def test_money_that_goes_back_is_recorded_and_what_was_typed_stays(bank, finance):
    bank.post(STRANGE)
    source = item(bank)
    address = url("return", source.reference)
    assert 'value="99.5' in finance.get(address).content.decode()
    answer = finance.post(address, {**RETURNED, "amount": "1e3"})
    assert "Write the amount returned in full" in words(answer)
    assert 'value="1e3"' in answer.content.decode()
    assert "Only £99.50 of it is in suspense" in words(finance.post(address, {**RETURNED, "amount": "100"}))
    assert "It is recorded that the money went back" in words(finance.post(address, {**RETURNED, "amount": "99.50"}, follow=True))


def test_the_match_of_a_row_is_changed_in_the_preview_only(bank, finance):
    found = bank.read(MATCHED, STRANGE)
    address = url("row", found.reference, 3)
    assert "It goes into suspense" in words(finance.get(address)).replace("it goes", "It goes")
    page = words(finance.post(address, {"instalment": bank.instalment(2).reference, "version": "1"}, follow=True))
    assert "Row 3 is changed. Nothing is posted yet." in page
    answer = finance.post(address, {"instalment": "", "version": "1"})
    assert "after you opened the page" in words(answer)
    bank.confirm(fresh(found))
    assert finance.get(address).status_code == 404


def test_the_same_file_again_leads_to_the_first_and_after_posting_says_so(bank, finance):
    sent = {"fund": bank.contribution.fund.code}
    finance.post(url("upload"), {**sent, "file": bank.file(MATCHED)})
    page = words(finance.post(url("upload"), {**sent, "file": bank.file(MATCHED)}, follow=True))
    assert "The very same file (SHA-256" in page
    assert BankImport.objects.count() == 1
    first = bank.name(BankImport.objects.get())
    bank.run_jobs()
    bank.confirm(fresh(first))
    bank.run_jobs()
    answer = finance.post(url("upload"), {**sent, "file": bank.file(MATCHED)}, follow=True)
    assert "The same file was uploaded more than once" in words(answer)
    assert url("import", first.reference) in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bank.csv", b"", "is empty"),
        ("bank.csv", b"Date,Amount,Reference\n", "no row"),
        ("bank.csv", b"\x00\x01\x02" * 99, "not a kind of file"),
        ("bank.csv", b'Date,Amount,Reference\n1,2,"3\n', "a quotation mark is opened"),
        ("bank.pdf", b"%PDF", "must be a CSV file"),
    ],
)
def test_a_bad_file_is_told_on_the_form(bank, finance, name, content, said):
    answer = finance.post(url("upload"), {"fund": bank.contribution.fund.code, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert said in words(answer)
    assert BankImport.objects.count() == 0


def test_errors_are_taken_away_by_row_and_no_text_runs_as_a_formula(bank, finance):
    found = bank.read(MATCHED, WRONG)
    file = finance.get(url("import", found.reference), {"format": "csv", "kind": "error"})
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "").startswith("Row,Becomes,Column,As it stands,What is wrong, or why")
    assert lines[1].startswith('"3","Error","Date","31/04/2026","“31/04/2026” is no date in the order day, month, year. Write it like')
    assert "\"'=cmd|" in lines[1]
    assert len(lines) == 2
    assert finance.get(url("import", found.reference), {"format": "xlsx"}).getvalue()[:2] == b"PK"
    kept = finance.get(url("file", found.reference))
    assert b"".join(kept.streaming_content) == bank.file(MATCHED, WRONG).read()
    assert "attachment" in kept["Content-Disposition"]


def test_a_file_is_set_aside(bank, finance):
    found = bank.read(MATCHED)
    assert "Nothing of it was posted" in words(finance.get(url("discard", found.reference)))
    assert "set aside" in words(finance.post(url("discard", found.reference), {"version": found.version}, follow=True))
    assert fresh(found).state == "discarded"
    assert not BankRow.objects.exists()
    assert finance.get(url("post", found.reference)).status_code == 404


def test_confirming_twice_posts_once(bank, finance):
    found = bank.read(MATCHED)
    page = finance.get(url("post", found.reference)).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    for _ in range(2):
        assert finance.post(url("post", found.reference), {"version": found.version, "once": once}).status_code == 302
    bank.run_jobs()
    assert LedgerTransaction.objects.count() == 1


def opened(client, name, arguments):
    answer = client.get(url(name, *arguments))
    if answer.streaming:
        assert list(answer.streaming_content)
    return answer.status_code


@pytest.mark.parametrize("name", ["list", "upload", "suspense", "assign", "return", "import", "columns", "row", "post", "discard", "file"])
def test_partners_never_come_in_and_another_hosts_finance_finds_nothing(bank, client_for, name):
    bank.post(STRANGE)
    found = bank.read("05/04/2026,5.00,FP-5,x", file=None)
    arguments = {
        "list": (),
        "upload": (),
        "suspense": (found.fund.code,),
        "assign": (item(bank).reference,),
        "return": (item(bank).reference,),
        "row": (found.reference, 2),
    }.get(name, (found.reference,))
    assert opened(client_for(bank.finance), name, arguments) == 200
    for seat in (bank.partner.officer, bank.partner.approver, make_seat(Role.COMMISSIONER, organisation=found.host)):
        assert client_for(seat).get(url(name, *arguments)).status_code == 403
    stranger = client_for(make_seat(Role.FINANCE)).get(url(name, *arguments))
    if arguments:
        assert stranger.status_code == 404
    else:
        assert found.name not in words(stranger)
    auditor = client_for(make_seat(Role.AUDITOR, organisation=found.host))
    assert opened(auditor, name, arguments) == (200 if name in {"list", "suspense", "import", "file"} else 403)


def test_a_preview_costs_the_same_with_ten_and_with_ten_thousand_rows(bank, finance):
    few = bank.read(*[f"01/04/2026,{number}.00,A{number},x" for number in range(1, 11)])
    many = bank.read(*[f"01/04/2026,{number}.00,B{number},x" for number in range(1, 10_001)])
    finance.get(url("import", few.reference))
    cost = cost_of(finance, url("import", few.reference))
    assert cost_of(finance, url("import", many.reference)) == cost <= 15


def test_suspense_costs_the_same_with_one_and_with_many(bank, finance):
    bank.post(STRANGE)
    address = url("suspense", bank.contribution.fund.code)
    finance.get(address)
    cost = cost_of(finance, address)
    bank.post(*[f"01/04/2026,{number}.00,A{number},x" for number in range(1, 30)])
    assert cost_of(finance, address) == cost <= 15

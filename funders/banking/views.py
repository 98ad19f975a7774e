from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel import uploads
from commissioning.kernel.views import attempt, page_of, posted, takes_files, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking import actions, forms, tables
from funders.banking.actions.importing import LARGEST_FILE
from funders.banking.models import BankImport
from funders.banking.permissions import READERS, can_confirm, can_discard, can_import, can_map
from funders.banking.queries import imports
from funders.banking.queries import suspense as suspended
from funders.banking.rules.columns import proposed
from funders.banking.states import ImportState
from funders.ledger.models import LedgerTransaction
from funders.pooled.queries import SourceYear, open_sources
from funders.receipts.models import Receipt

finance_only = roles_allowed(Role.FINANCE, post=(Role.FINANCE,))


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    """The host's bank files, and what is in suspense of each of its funds."""
    page = page_of(request, imports.imports_for(request.seat))
    context = {
        "page": page,
        "table": tables.imports_table(page),
        "suspense": tables.suspense_table(suspended.suspense_by_fund(request.seat), timezone.localdate()),
        "may_upload": request.seat.has(Role.FINANCE),
    }
    return render(request, "funders/banking/list.html", context)


@takes_files(LARGEST_FILE)
@finance_only
def upload(request: HttpRequest) -> HttpResponse:
    files = request.FILES if request.method == "POST" else None
    funds = imports.funds_to_import(request.seat)
    form = forms.UploadForm(posted(request), files, funds=funds, cancel_url=reverse("banking:list"))
    if form.is_valid():
        fund = imports.fund_for(request.seat, form.cleaned_data["fund"])
        told = {"fund": fund, "file": form.cleaned_data["file"], "by": request.seat, "at": timezone.now()}
        made = attempt(form, actions.upload, **told)
        if isinstance(made, BankImport):
            return _after_upload(request, made, is_new=made.uploaded_at == told["at"])
    return render(request, "funders/banking/upload.html", {"form": form, "funds": funds})


def _after_upload(request: HttpRequest, made: BankImport, *, is_new: bool) -> HttpResponse:
    if not is_new:
        messages.warning(request, f"The very same file (SHA-256 {made.sha256[:16]}…) was uploaded before. This is that import.")
    if made.state == ImportState.MAPPING:
        return redirect("banking:columns", made.reference)
    if is_new:
        messages.success(request, "The file is uploaded. Its columns are known from an earlier file with the same heading.")
    return redirect("banking:import", made.reference)


@roles_allowed(*READERS)
def bank_import(request: HttpRequest, bankimport: str) -> HttpResponseBase:
    """What the file holds, row by row: the preview before posting, and the record after it."""
    found, form = _import(request, bankimport), forms.RowFilter(request.GET)
    rows = imports.rows_of(found, **form.chosen())
    if wanted := wanted_format(request):
        table = tables.rows_file(rows.iterator(chunk_size=2000), "Rows of a bank file")
        return export(request, table, wanted, f"{found.reference}-rows")
    return render(request, "funders/banking/import.html", {"form": form, **_preview(request.seat, found), **_page(request, found, rows)})


def _preview(seat: Seat, found: BankImport) -> dict[str, Any]:
    """What the page says of the file as a whole."""
    job, sums, may_map = imports.job_of(found), imports.sums_of(found), can_map(seat, found)
    return {
        "found": found,
        "tag": tables.state_tag(found),
        "rows": tables.import_rows(found, can_map=may_map),
        "job": job,
        "twin": imports.same_file(found.fund, found.sha256, but=found.pk).first(),
        "sums": tables.sums_table(sums, with_posted=bool(found.confirmed_at)),
        "may_map": may_map,
        "may_post": can_confirm(seat, found, has_stopped=imports.has_stopped(job)),
        "may_discard": can_discard(seat, found),
        "has_errors": any(one.rows for kind, one in sums.items() if kind == "error"),
    }


def _page(request: HttpRequest, found: BankImport, rows: Any) -> dict[str, Any]:
    """The rows that are shown now; those whose match can be changed lead there."""
    page = page_of(request, rows)
    for one in page:
        one.bank_import = found
    can_change = found.state == ImportState.READY and can_import(request.seat, found.host_id)
    return {"page": page, "table": tables.rows_table(page, can_change=can_change), "counted": plural(page.paginator.count, "row")}


@finance_only
def columns(request: HttpRequest, bankimport: str) -> HttpResponse:
    found = _import(request, bankimport)
    if not can_map(request.seat, found):
        raise Http404
    address = reverse("banking:import", args=[bankimport])
    shown = {role: str(place) for role, place in (found.columns or proposed(found.heading)).items()}
    told: dict[str, Any] = {"heading": found.heading, "samples": found.samples, "version": found.version, "cancel_url": address}
    form = forms.ColumnsForm(posted(request), initial={"date_format": found.date_format or "dmy", **shown}, **told)
    if form.is_valid():
        chosen = {"columns": form.columns(), "date_format": form.cleaned_data["date_format"], "version": form.version}
        if attempt(form, actions.name_columns, bank_import=found, by=request.seat, at=timezone.now(), **chosen):
            messages.success(request, "The columns are remembered for the next file with this heading.")
            return redirect(address)
    return render(request, "funders/banking/columns.html", {"form": form, "found": found, "rows": tables.import_rows(found, can_map=False)})


@finance_only
def row(request: HttpRequest, bankimport: str, number: int) -> HttpResponse:
    found = _import(request, bankimport)
    one = imports.row_for(found, number)
    if one is None or found.state != ImportState.READY or not can_import(request.seat, found.host_id):
        raise Http404
    address = reverse("banking:import", args=[bankimport])
    now = {"instalment": one.instalment.reference if one.instalment else ""}
    offered = imports.open_instalments(found.fund, one.amount)
    form = forms.RowForm(posted(request), instalments=offered, initial=now, version=one.version, cancel_url=address)
    if form.is_valid():
        told = {"row": one, "by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, actions.change_match, **told):
            messages.success(request, f"Row {number} is changed. Nothing is posted yet.")
            return redirect(address)
    return render(request, "funders/banking/row.html", {"form": form, "found": found, "row": one, "rows": tables.row_rows(one)})


@finance_only
def post(request: HttpRequest, bankimport: str) -> HttpResponse:
    found = _import(request, bankimport)
    if not can_confirm(request.seat, found, has_stopped=imports.has_stopped(imports.job_of(found))):
        raise Http404
    address = reverse("banking:import", args=[bankimport])
    form = forms.PostForm(posted(request), version=found.version, cancel_url=address)
    if form.is_valid():
        told = {"bank_import": found, "by": request.seat, "version": form.version, "at": timezone.now()}
        if attempt(form, actions.confirm, **told):
            messages.success(request, "The rows are being posted. You may leave this page.")
            return redirect(address)
    rows = tables.post_rows(found, imports.sums_of(found))
    return render(request, "funders/banking/post.html", {"form": form, "found": found, "rows": rows})


@finance_only
def discard(request: HttpRequest, bankimport: str) -> HttpResponse:
    found = _import(request, bankimport)
    if not can_discard(request.seat, found):
        raise Http404
    form = forms.DiscardForm(posted(request), version=found.version, cancel_url=reverse("banking:import", args=[bankimport]))
    if form.is_valid():
        told = {"bank_import": found, "by": request.seat, "version": form.version, "at": timezone.now()}
        if attempt(form, actions.discard, **told):
            messages.success(request, "The file is set aside. Nothing of it was posted.")
            return redirect("banking:list")
    rows = tables.import_rows(found, can_map=False)
    return render(request, "funders/banking/discard.html", {"form": form, "found": found, "rows": rows})


@roles_allowed(*READERS)
def file(request: HttpRequest, bankimport: str) -> HttpResponseBase:
    """The file as it was uploaded."""
    found = _import(request, bankimport)
    return uploads.download(str(found.file.name), name=found.name, content_type="text/csv")


@roles_allowed(*READERS)
def suspense(request: HttpRequest, code: str) -> HttpResponseBase:
    """Money of one fund that belongs to nothing yet, the oldest first."""
    fund, form = imports.fund_for(request.seat, code), forms.SuspenseFilter(request.GET)
    if fund is None:
        raise Http404
    found, today = suspended.suspense_of(fund, **form.chosen()), timezone.localdate()
    if wanted := wanted_format(request):
        return export(request, tables.items_table(found, today), wanted, f"{fund.code}-suspense")
    page = page_of(request, found)
    context = {
        "fund": fund,
        "form": form,
        "page": page,
        "table": tables.items_table(page, today, can_clear=can_import(request.seat, fund.host_id)),
        "counted": plural(page.paginator.count, "payment"),
    }
    return render(request, "funders/banking/suspense.html", context)


@finance_only
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    item = _item(request, reference)
    address = reverse("banking:suspense", args=[item.fund.code])
    offered, sources = imports.open_instalments(item.fund, item.left), open_sources(item.fund)  # type: ignore[attr-defined]
    form = forms.AssignForm(posted(request), instalments=offered, sources=sources, cancel_url=address)
    if form.is_valid() and (made := _assigned(form, item, form.cleaned_data["instalment"], by=request.seat)):
        return _after_assigning(request, made)
    context = {"form": form, "item": item, "rows": tables.item_rows(item, timezone.localdate()), "offered": [*offered, *sources]}
    return render(request, "funders/banking/assign.html", context)


def _assigned(form: forms.AssignForm, item: LedgerTransaction, pays: Any, *, by: Seat) -> Any:
    """The receipt: of an instalment, or of a source that is pooled already; None with the refusal in the form."""
    told = {"source": item, "by": by, "at": timezone.now()}
    if isinstance(pays, SourceYear):
        return attempt(form, actions.assign_to_source, pooled=pays.source, year=pays.year.start, **told)
    return attempt(form, actions.assign, instalment=pays, **told)


def _after_assigning(request: HttpRequest, made: Any) -> HttpResponse:
    if isinstance(made, Receipt):
        messages.success(request, "The money counts as received for the instalment. The partner is told.")
        return redirect("receipts:instalment", made.instalment.reference)
    messages.success(request, "The money counts as received of what is pooled already.")
    return redirect("pooled:list", made.fund.code)


@finance_only
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    item = _item(request, reference)
    address = reverse("banking:suspense", args=[item.fund.code])
    form = forms.ReturnForm(posted(request), initial={"amount": item.left}, cancel_url=address)  # type: ignore[attr-defined]
    if form.is_valid():
        told = {"source": item, "by": request.seat, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, actions.give_back, **told):
            messages.success(request, "It is recorded that the money went back, and posted to the ledger.")
            return redirect(address)
    return render(
        request, "funders/banking/return.html", {"form": form, "item": item, "rows": tables.item_rows(item, timezone.localdate())}
    )


def _import(request: HttpRequest, reference: str) -> BankImport:
    found = imports.import_for(request.seat, reference)
    if found is None:
        raise Http404
    return found


def _item(request: HttpRequest, reference: str) -> LedgerTransaction:
    """Money in suspense that this seat may clear."""
    item = suspended.item_for(request.seat, reference)
    if item is None or not can_import(request.seat, item.host_id):
        raise Http404
    return item

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commissioning.contracts import actions, tables
from commissioning.contracts.charts import term_chart
from commissioning.contracts.forms import MakeForm, RegisterFilter, SignForm
from commissioning.contracts.models import Contract
from commissioning.contracts.permissions import OFFICERS, READERS, can_sign, visible_to
from commissioning.contracts.queries import (
    awards_without_contract,
    contracts_for,
    hash_of_terms,
    overlapping,
    page_of_contract,
    waiting_for_signature,
    with_parts,
)
from commissioning.contracts.rules import last_day_of
from commissioning.kernel.gates import blockers
from commissioning.kernel.tables import table_response
from commissioning.kernel.views import attempt, page_of, wanted_format
from commissioning.kernel.words import in_london, plural
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role

SIGNATORIES = (Role.BID_MANAGER, Role.LEAD_OFFICER)


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """The register as far as this seat sees it, and what waits to be drawn up or signed."""
    form = RegisterFilter(request.GET)
    found = contracts_for(request.seat, **form.chosen())
    if format_ := wanted_format(request):
        return table_response(tables.register_table(found), format_, "contracts")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": tables.register_table(page.object_list),
        "illustrative": any(one.illustrative for one in page.object_list),
        "counted": plural(page.paginator.count, "contract"),
        "awards": awards_without_contract(request.seat),
        "to_sign": waiting_for_signature(request.seat),
    }
    return render(request, "commissioning/contracts/list.html", context)


def _contract(request: HttpRequest, reference: str) -> Contract:
    return get_object_or_404(with_parts(visible_to(request.seat)), reference=reference)


@roles_allowed(*READERS)
def contract(request: HttpRequest, reference: str) -> HttpResponse:
    """One contract: its time, its area, its targets, its signatures."""
    found = page_of_contract(_contract(request, reference))
    context = {
        "contract": found.contract,
        "districts": tables.district_words(found.districts),
        "services": tables.service_words(found.contract),
        "committed_until": found.committed_until,
        "chart": term_chart(found.pieces, in_london(timezone.now()).date()),
        "options": tables.options_table(found.options) if found.options else None,
        "extensions": tables.extensions_table(found.extensions) if found.extensions else None,
        "targets": tables.targets_table(found.targets) if found.targets else None,
        "can_sign": can_sign(request.seat, found.contract),
        "colour": tables.COLOURS[found.contract.state],
    }
    return render(request, "commissioning/contracts/contract.html", context)


@roles_allowed(*OFFICERS, post=OFFICERS)
def make(request: HttpRequest, reference: str) -> HttpResponse:
    """Draw up the contract of an approved award."""
    award = get_object_or_404(awards_without_contract(request.seat), reference=reference)
    form = MakeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := attempt(form, actions.make_contract, award=award, by=request.seat)):
        messages.success(request, "The contract is drawn up. Both sides are asked to sign it.")
        return redirect("contracts:contract", made.reference)
    tender = award.lot.tender
    ends_on = last_day_of(tender.contract_starts_on, tender.term_months)
    context = {"award": award, "tender": tender, "ends_on": ends_on, "overlaps": overlapping(award), "form": form}
    return render(request, "commissioning/contracts/make.html", context)


@roles_allowed(*SIGNATORIES, post=SIGNATORIES, recently=True)
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Sign for one's side: a grave act, so the sign-in must be fresh."""
    found = _contract(request, reference)
    if not can_sign(request.seat, found):
        raise PermissionDenied
    form = SignForm(request.POST if request.method == "POST" else None, initial={"terms_sha256": hash_of_terms(found)})
    if form.is_valid():
        terms = form.cleaned_data["terms_sha256"]
        if attempt(form, actions.sign, contract=found, terms_sha256=terms, by=request.seat, now=timezone.now()):
            messages.success(request, "You have signed the contract.")
            return redirect("contracts:contract", reference)
    page = page_of_contract(found)
    context = {
        "contract": found,
        "districts": tables.district_words(page.districts),
        "services": tables.service_words(found),
        "options": tables.options_table(page.options),
        "targets": tables.targets_table(page.targets) if page.targets else None,
        "blockers": blockers("contract.sign", found),
        "form": form,
    }
    return render(request, "commissioning/contracts/sign.html", context)

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.tenders.models import Tender
from funders.cover import actions, forms, tables
from funders.cover.models import Override
from funders.cover.permissions import SECONDS, can_confirm, can_propose, can_withdraw
from funders.cover.queries import cover_of, override_for, overrides_for, tender_for, was_used
from funders.cover.rules import read, verdict
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.statements.queries import fund_of_tender

AS_IT_STANDS = "What is missing as it stands now"


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """Every override, the newest first."""
    form = forms.OverrideFilter(request.GET)
    found = overrides_for(request.seat, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, tables.overrides_table(found, for_file=True), wanted, "overrides")
    page = page_of(request, found)
    counted = plural(page.paginator.count, "override")
    context = {"form": form, "page": page, "table": tables.overrides_table(page), "counted": counted}
    return render(request, "funders/cover/list.html", context)


@roles_allowed(*READERS)
def tender(request: HttpRequest, tender: str) -> HttpResponse:
    """What keeps the gates of a tender shut, and the way to an override."""
    found = _tender(request, tender)
    fund = fund_of_tender(found)
    cover = cover_of(found, fund)
    context = {
        "tender": found,
        "fund": fund,
        "verdict": verdict(cover.shut),
        "table": tables.uncovered_table(cover.uncovered, AS_IT_STANDS, overridden=cover.passed),
        "overrides": tables.overrides_table(cover.overrides),
        "waiting": cover.waiting,
        "may_propose": bool(cover.shut) and cover.waiting is None and can_propose(request.seat, found),
    }
    return render(request, "funders/cover/tender.html", context)


@roles_allowed(Role.LEAD_OFFICER, post=(Role.LEAD_OFFICER,), recently=True)
def propose(request: HttpRequest, tender: str) -> HttpResponse:
    found = _tender(request, tender)
    fund = fund_of_tender(found)
    if fund is None or not can_propose(request.seat, found):
        raise Http404
    form = forms.ProposeForm(posted(request), cancel_url=reverse("cover:tender", args=[tender]))
    if form.is_valid():
        made = attempt(form, actions.propose, tender=found, by=request.seat, at=timezone.now(), **form.cleaned_data)
        if isinstance(made, Override):
            messages.success(request, "The override is proposed. Those who may sign as the second are asked by e-mail.")
            return redirect("cover:override", made.reference)
    told = {"title": "Propose an override", "table": _as_it_stands(found, fund), "caption": found.title}
    told["lead"] = "It opens the gates of this tender when a second partner has signed: publication, awards and contracts of its lots."
    told["warning"] = "It lets pass what is missing today, and no more. If more is missing later, the gates shut again."
    return render(request, "funders/cover/step.html", {"form": form, **told})


@roles_allowed(*READERS)
def override(request: HttpRequest, override: str) -> HttpResponse:
    found, seat = _override(request, override), request.seat
    context = {
        "override": found,
        "tag": tables.state_tag(found),
        "rows": tables.override_rows(found),
        "table": tables.uncovered_table(
            read(found.years), "What both let pass" if found.confirmed_at else "What was missing when it was proposed"
        ),
        "may_confirm": can_confirm(seat, found),
        "may_withdraw": can_withdraw(seat, found) and not was_used(found),
    }
    return render(request, "funders/cover/override.html", context)


@roles_allowed(*SECONDS, post=SECONDS, recently=True)
def confirm(request: HttpRequest, override: str) -> HttpResponse:
    found = _override(request, override)
    if not can_confirm(request.seat, found):
        raise Http404
    address = reverse("cover:override", args=[override])
    form = forms.ConfirmForm(posted(request), version=found.version, cancel_url=address)
    if form.is_valid() and attempt(form, actions.confirm, override=found, by=request.seat, version=form.version, at=timezone.now()):
        messages.success(request, "Two partners have signed. The tender may go on as far as these figures.")
        return redirect(address)
    told = {"title": "Confirm an override", "table": _as_it_stands(found.tender, found.fund), "caption": found.tender.title}
    told["lead"] = f"{found.commissioner} asks for a second signature, because: {found.reason}"
    told["warning"] = "With your signature the tender may be published, awarded and signed although this money is not agreed."
    signed = tables.uncovered_table(read(found.years), "What you sign: as it was proposed")
    return render(request, "funders/cover/step.html", {"form": form, "signed": signed, **told})


@roles_allowed(*SECONDS, post=SECONDS)
def withdraw(request: HttpRequest, override: str) -> HttpResponse:
    found = _override(request, override)
    if not can_withdraw(request.seat, found):
        raise Http404
    address = reverse("cover:override", args=[override])
    form = forms.WithdrawForm(posted(request), version=found.version, cancel_url=address)
    told = {"override": found, "by": request.seat, "at": timezone.now()}
    if form.is_valid() and attempt(form, actions.withdraw, version=form.version, **told, **form.cleaned_data):
        messages.success(request, "The override is withdrawn. It stays in the list with its reasons.")
        return redirect(address)
    context = {"form": form, "title": "Withdraw an override", "caption": found.tender.title}
    return render(
        request, "funders/cover/step.html", {**context, "warning": "A withdrawn override does not come back. A new one can be proposed."}
    )


def _as_it_stands(tender: Tender, fund: PooledFund) -> object:
    cover = cover_of(tender, fund)
    return tables.uncovered_table(cover.uncovered, AS_IT_STANDS, overridden=cover.passed)


def _tender(request: HttpRequest, reference: str) -> Tender:
    found = tender_for(request.seat, reference)
    if found is None:
        raise Http404
    return found


def _override(request: HttpRequest, reference: str) -> Override:
    found = override_for(request.seat, reference)
    if found is None:
        raise Http404
    return found

"""One step of a contribution: firm up, condition, lower amount, terms, lapse; and the files that show what was decided."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel import uploads
from commissioning.kernel.forms import PortalForm
from commissioning.kernel.views import attempt, posted
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.forms import (
    ConditionForm,
    EvidenceForm,
    FirmUpForm,
    LapseForm,
    MetForm,
    ReduceForm,
    TermsForm,
    UnmetForm,
)
from funders.contributions.models import Contribution
from funders.contributions.permissions import (
    HOSTS,
    WRITERS,
    can_add_evidence,
    can_firm_up,
    can_lapse,
    can_meet,
    can_reduce,
    can_set_condition,
    can_set_terms,
    can_unmeet,
)
from funders.contributions.queries import district_choices, event_for, evidence_for, lapse_reason, purposes_of
from funders.contributions.tables import reduction_rows, withdrawal_rows
from funders.contributions.views.finding import contribution_or_404, done, is_confirmed, is_filled_in, own_contribution, turned_back
from funders.pool.permissions import READERS

officers_only = roles_allowed(Role.FUNDER_OFFICER, post=(Role.FUNDER_OFFICER,))
approvers_only = roles_allowed(Role.FUNDER_APPROVER, post=(Role.FUNDER_APPROVER,))
writers_only = roles_allowed(*WRITERS, post=WRITERS)
hosts_only = roles_allowed(*HOSTS, post=HOSTS)


@dataclass(frozen=True)
class StepPage:
    """How the page of a step speaks. With `act` it asks once more before it is done."""

    title: str
    lead: str
    done: str
    act: str = ""
    rows: Callable[..., list[dict[str, Any]]] | None = None


FIRM_UP = StepPage(
    "Make it a pledge",
    "A funder approver of your organisation is then asked to agree it.",
    "It is a pledge now. An approver of your organisation has to agree it.",
)
AFTER_ALL = StepPage(
    "Pledge after all",
    "Your answer of nothing stays in the history. A funder approver of your organisation is asked to agree the pledge.",
    FIRM_UP.done,
)
CONDITION = StepPage(
    "Let it wait for an event",
    "Agreed money that waits stands apart: no tender can rely on it and it is not invoiced before the event has come.",
    "The condition is set. The host partner is told.",
)
MET = StepPage(
    "Say that the condition is met", "From that day the fund may rely on the money.", "The condition is met. The host partner is told."
)
UNMET = StepPage(
    "Take back that the condition is met",
    "From that day the money stands apart again.",
    "The condition is open again. The host partner is told.",
)
REDUCE = StepPage(
    "Lower what is agreed",
    "Possible until the host has counter-signed. The earlier amount stays in the history.",
    "The agreed amount is lowered. The host partner is told.",
    act="Lower the amount",
    rows=reduction_rows,
)
LAPSE = StepPage(
    "Note that it has lapsed",
    "The same year can be pledged anew. The contribution and its history stay readable.",
    "The contribution has lapsed. The partner is told.",
    act="It has lapsed",
    rows=withdrawal_rows,
)
TERMS = StepPage(
    "Terms of this contribution",
    "On what it rests, and what it may pay for. Until the host has counter-signed, they can be set anew.",
    "The terms are set. The host partner is told.",
)


@officers_only
def firm_up(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_firm_up(request.seat, found):
        return turned_back(request, found)
    form = _form(FirmUpForm, request, found, amount=found.amount or None)
    return _step(request, found, form, actions.firm_up, AFTER_ALL if found.is_nothing else FIRM_UP)


@writers_only
def condition(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_set_condition(request.seat, found):
        return turned_back(request, found)
    form = _form(ConditionForm, request, found, condition=found.condition, due_on=found.condition_due_on)
    return _step(request, found, form, actions.set_condition, CONDITION)


@approvers_only
def met(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_meet(request.seat, found):
        return turned_back(request, found)
    return _step(request, found, _form(MetForm, request, found), actions.meet_condition, MET)


@approvers_only
def unmet(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_unmeet(request.seat, found):
        return turned_back(request, found)
    return _step(request, found, _form(UnmetForm, request, found), actions.unmeet_condition, UNMET)


@approvers_only
def reduce(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_reduce(request.seat, found):
        return turned_back(request, found)
    return _step(request, found, _form(ReduceForm, request, found), actions.reduce, REDUCE)


@hosts_only
def lapse(request: HttpRequest, reference: str) -> HttpResponse:
    found = contribution_or_404(request, reference)
    if not request.seat.is_of(found.fund.host_id):
        raise Http404
    why = lapse_reason(found, timezone.localdate())
    if not can_lapse(request.seat, found) or not why:
        return turned_back(request, found)
    return _step(request, found, _form(LapseForm, request, found, reason=why), actions.lapse, LAPSE)


@writers_only
def terms(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_set_terms(request.seat, found):
        return turned_back(request, found)
    districts = list(district_choices(timezone.localdate()).items())
    kept = {name: getattr(found, name) for name in ("pot", "purpose", "districts", "use_until")}
    form = _form(TermsForm, request, found, {"purposes": purposes_of(found.fund), "districts": districts}, **kept)
    return _step(request, found, form, actions.set_terms, TERMS)


@writers_only
def add_evidence(request: HttpRequest, reference: str, event: int) -> HttpResponse:
    """The one file of a dated step."""
    found = event_for(request.seat, reference, event)
    if found is None or not can_add_evidence(request.seat, found) or hasattr(found, "evidence"):
        raise Http404
    address = reverse("contributions:contribution", args=[reference])
    form = EvidenceForm(posted(request), request.FILES if request.method == "POST" else None, cancel_url=address)
    if form.is_valid() and attempt(form, actions.add_evidence, event=found, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The file is added. Who reads the contribution can read it.")
        return redirect(address)
    context = {"form": form, "contribution": found.contribution, "event": found}
    return render(request, "funders/contributions/add_evidence.html", context)


@roles_allowed(*READERS)
def evidence(request: HttpRequest, evidence: str) -> HttpResponseBase:
    found = evidence_for(request.seat, evidence)
    if found is None:
        raise Http404
    return uploads.download(found.file.name, name=found.name, content_type=found.content_type)


def _form(form_class: type[PortalForm], request: HttpRequest, found: Contribution, offers: Any = None, **initial: Any) -> PortalForm:
    address = reverse("contributions:contribution", args=[found.reference])
    return form_class(posted(request), version=found.version, initial=initial, cancel_url=address, **(offers or {}))


def _step(request: HttpRequest, found: Contribution, form: PortalForm, action: Callable[..., Any], page: StepPage) -> HttpResponse:
    """A form that takes a contribution one step on; where the step cannot be undone, after a second look."""
    context = {"form": form, "contribution": found, "words": page}
    if is_filled_in(request, form):
        if page.rows and not is_confirmed(request):
            rows = page.rows(found, **form.cleaned_data)
            return render(request, "funders/contributions/check_step.html", {**context, "rows": rows})
        if done(request, form, action, found):
            messages.success(request, page.done)
            return redirect("contributions:contribution", found.reference)
        found = contribution_or_404(request, found.reference)
        form.renew(found.version)
    return render(request, "funders/contributions/step.html", {**context, "contribution": found})

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commissioning.evaluation.actions.awarding import approve_award, propose_award, send_back
from commissioning.evaluation.forms import DecisionForm, ProposalForm
from commissioning.evaluation.models import Award
from commissioning.evaluation.permissions import (
    OFFICERS,
    PANEL,
    can_decide,
    can_propose,
    can_see_names,
    can_see_ranking,
    outcomes_visible_to,
)
from commissioning.evaluation.queries.results import outcomes_of, published_tie_order, result_of
from commissioning.evaluation.rules import SCALE
from commissioning.evaluation.states import AwardState
from commissioning.evaluation.tables import outcome_tables, outcomes_table, ranking_table, steps_tables
from commissioning.evaluation.views.found import lot_of, sent, tender_of
from commissioning.kernel.gates import blockers
from commissioning.kernel.views import attempt
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.tenders.models import Tender


def _ranked(request: HttpRequest, reference: str) -> Tender:
    tender = tender_of(request, reference)
    if not can_see_ranking(request.seat, tender):
        raise PermissionDenied
    return tender


@roles_allowed(*PANEL, post=OFFICERS)
def result(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """The ranking of a lot and its award; the place to propose one."""
    tender = _ranked(request, reference)
    found = result_of(tender, lot_of(tender, lot), with_names=can_see_names(request.seat, tender))
    proposing = can_propose(request.seat, tender) and (found.award is None or found.award.state == AwardState.REFUSED)
    form = ProposalForm(sent(request), result=found) if proposing else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if form and form.is_valid():
        first, reason = form.cleaned_data["decision"] == "first", form.cleaned_data["reason"]
        if attempt(form, propose_award, lot=found.lot, award_to_first=first, reason=reason, by=request.seat, now=timezone.now()):
            messages.success(request, "The award is proposed. A lead officer who did not propose it decides.")
            return redirect("evaluation:result", reference, lot)
    context = {"tender": tender, "result": found, "table": ranking_table(found), "form": form}
    context["can_decide"] = found.award is not None and can_decide(request.seat, found.award, tender)
    return render(request, "commissioning/evaluation/result.html", context)


@roles_allowed(*PANEL)
def explain(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """Every step from the agreed marks to the ranking, in full precision."""
    tender = _ranked(request, reference)
    found = result_of(tender, lot_of(tender, lot), with_names=can_see_names(request.seat, tender))
    context = {"tender": tender, "result": found, "tables": steps_tables(found), "tie_order": published_tie_order(tender)}
    return render(request, "commissioning/evaluation/explain.html", context)


@roles_allowed(Role.LEAD_OFFICER, post=(Role.LEAD_OFFICER,), recently=True)
def decide(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """Approve a proposed award or send it back: a grave act, so the sign-in must be fresh."""
    tender = _ranked(request, reference)
    found = result_of(tender, lot_of(tender, lot), with_names=can_see_names(request.seat, tender))
    if found.award is None or not can_decide(request.seat, found.award, tender):
        raise PermissionDenied
    form = DecisionForm(sent(request))
    if form.is_valid() and _decided(request, form, found.award):
        return redirect("evaluation:result", reference, lot)
    shut = blockers("award.approve", found.award)
    context = {"tender": tender, "result": found, "table": ranking_table(found), "form": form, "blockers": shut}
    return render(request, "commissioning/evaluation/decide.html", context)


def _decided(request: HttpRequest, form: DecisionForm, award: Award) -> bool:
    if request.POST.get("act") == "back":
        because = form.cleaned_data["because"]
        done = attempt(form, send_back, award=award, because=because, by=request.seat, now=timezone.now())
        words = "The proposal is sent back with your reason."
    else:
        done = attempt(form, approve_award, award=award, by=request.seat, now=timezone.now())
        words = "The award is approved. The bidders are asked to sign in and read their outcome."
    if done:
        messages.success(request, words)
    return bool(done)


@roles_allowed(Role.BID_MANAGER)
def outcomes(request: HttpRequest) -> HttpResponse:
    """A bidder's own opened bids."""
    bids = outcomes_visible_to(request.seat).select_related("tender").order_by("-opened_on_clock")
    return render(request, "commissioning/evaluation/outcomes.html", {"table": outcomes_table(bids)})


@roles_allowed(Role.BID_MANAGER)
def outcome(request: HttpRequest, bid: str) -> HttpResponse:
    """What became of one's own bid: marks, reasons, award; nothing of anybody else's marks."""
    found = get_object_or_404(outcomes_visible_to(request.seat).select_related("tender__commissioner"), reference=bid)
    context = {"bid": found, "outcomes": [(one, outcome_tables(one)) for one in outcomes_of(found)], "scale": SCALE.items()}
    return render(request, "commissioning/evaluation/outcome.html", context)

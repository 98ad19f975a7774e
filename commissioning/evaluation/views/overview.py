from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from commissioning.evaluation.actions.marking import NOT_CLEARED, declare_interest
from commissioning.evaluation.forms import DeclarationForm
from commissioning.evaluation.permissions import MARKING, PANEL, can_declare, can_moderate, can_see_ranking, is_evaluator, visible_to
from commissioning.evaluation.queries.marking import lots_to_mark
from commissioning.evaluation.queries.moderation import progress_of
from commissioning.evaluation.queries.panel import member_of, panel_of
from commissioning.evaluation.tables import list_table, panel_table, progress_table, stages_of
from commissioning.evaluation.views.found import sent, tender_of
from commissioning.kernel.tables import table_response
from commissioning.kernel.views import attempt, page_of, wanted_format
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.tables import stage_tag

COUNTED = "Marks are counted here and not shown, until the moderation of a lot begins."


@roles_allowed(*PANEL)
def index(request: HttpRequest) -> HttpResponseBase:
    """Tenders in whose evaluation this seat has a part."""
    tenders = visible_to(request.seat).prefetch_related("seats").select_related("commissioner")
    if format_ := wanted_format(request):
        return table_response(list_table(tenders, request.seat), format_, "evaluations")
    page = page_of(request, tenders)
    context = {"page": page, "table": list_table(page.object_list, request.seat)}
    return render(request, "commissioning/evaluation/list.html", context)


@roles_allowed(*PANEL)
def tender(request: HttpRequest, reference: str) -> HttpResponse:
    """One tender: an evaluator's offers to mark, or the panel's progress for the officers."""
    found = tender_of(request, reference)
    context = {
        "tender": found,
        "stage": stage_tag(found),
        "stages": stages_of(found),
        "can_see_ranking": can_see_ranking(request.seat, found),
    }
    if is_evaluator(request.seat, found):
        member = member_of(found, request.seat.person)
        cleared = member is not None and member.may_mark
        context |= {
            "member": member,
            "why_not": "" if cleared or member is None else NOT_CLEARED[member.standing],
            "can_declare": can_declare(request.seat, found),
            "lots": lots_to_mark(found, request.seat.person) if cleared else [],
        }
        return render(request, "commissioning/evaluation/evaluator.html", context)
    return render(request, "commissioning/evaluation/officer.html", context | _for_officers(request.seat, found))


def _for_officers(seat: Seat, tender: Tender) -> dict[str, Any]:
    """The panel, and how far each lot is."""
    panel = panel_of(tender)
    progress = progress_of(tender, panel)
    return {
        "panel": panel_table(panel, progress),
        "progress": progress_table(tender, progress),
        "lots": [one.lot for one in progress],
        "can_moderate": can_moderate(seat, tender),
        "lead": COUNTED if tender.state in MARKING else "",
    }


@roles_allowed(Role.EVALUATOR, post=(Role.EVALUATOR,))
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    """Interests come before anything of a bid."""
    found = tender_of(request, reference)
    if not is_evaluator(request.seat, found):
        raise PermissionDenied
    form = DeclarationForm(sent(request))
    if form.is_valid() and attempt(
        form,
        declare_interest,
        tender=found,
        has_interest=form.cleaned_data["interest"] == "yes",
        details=form.cleaned_data["details"],
        by=request.seat,
        now=timezone.now(),
    ):
        messages.success(request, "Your declaration is recorded.")
        return redirect("evaluation:tender", reference)
    return render(request, "commissioning/evaluation/declare.html", {"tender": found, "form": form})

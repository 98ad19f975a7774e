"""What the pages of contributions share: the row that is asked for, and how far a form has come."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from commissioning.kernel.forms import PortalForm
from commissioning.kernel.views import attempt
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import contribution_for, pledge_for
from funders.contributions.tables import state_tag

CONFIRM, BACK = "confirm", "back"


def is_filled_in(request: HttpRequest, form: PortalForm) -> bool:
    """Whether the form came back filled in well, and not to be looked at once more."""
    return request.method == "POST" and request.POST.get("step") != BACK and form.is_valid()


def is_confirmed(request: HttpRequest) -> bool:
    return request.POST.get("step") == CONFIRM


def done(request: HttpRequest, form: PortalForm, action: Callable[..., Any], found: Contribution) -> bool:
    told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
    return bool(attempt(form, action, contribution=found, **told))


def turned_back(request: HttpRequest, found: Contribution) -> HttpResponse:
    """There is nothing to do here any more: the page of the contribution says how it stands."""
    messages.warning(request, f"This contribution is now “{state_tag(found.shown).label.lower()}”, so you cannot do that.")
    return redirect("contributions:contribution", found.reference)


def pledge_or_404(request: HttpRequest, reference: str) -> Pledge:
    found = pledge_for(request.seat, reference)
    if found is None:
        raise Http404
    return found


def contribution_or_404(request: HttpRequest, reference: str) -> Contribution:
    found = contribution_for(request.seat, reference)
    if found is None:
        raise Http404
    return found


def own_contribution(request: HttpRequest, reference: str) -> Contribution:
    """The host reads its partners' contributions, but has no part in changing them."""
    found = contribution_or_404(request, reference)
    if not request.seat.is_of(found.funder_id):
        raise Http404
    return found

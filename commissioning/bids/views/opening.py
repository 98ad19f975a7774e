from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commissioning.bids import actions, forms, queries
from commissioning.bids.permissions import can_open, can_read_minutes
from commissioning.bids.tables import absent_table
from commissioning.bids.views.asking import posted, sent
from commissioning.kernel.views import attempt
from commissioning.organisations.guards import recently_signed_in, roles_allowed
from commissioning.organisations.roles import Role
from commissioning.tenders.models import Tender
from commissioning.tenders.permissions import OFFICERS, visible_to


def _tender(request: HttpRequest, reference: str) -> Tender:
    found = visible_to(request.seat).select_related("commissioner").prefetch_related("seats__person", "seats__organisation")
    return get_object_or_404(found, reference=reference)


@recently_signed_in
@roles_allowed(*OFFICERS, post=OFFICERS)
def consent(request: HttpRequest, reference: str) -> HttpResponse:
    """Give one's word to open. The page says nothing about bids, not even whether there is one."""
    tender = _tender(request, reference)
    if not can_open(request.seat, tender):
        raise Http404
    if tender.opened_at:
        return redirect("bids:minutes", reference)
    form = forms.ConsentForm(posted(request), cancel_url=reverse("tenders:detail", args=[reference]))
    if sent(request, form):
        opening = attempt(form, actions.consent_to_open, tender=tender, by=request.seat)
        if opening and opening.minutes:
            return redirect("bids:minutes", reference)
        if opening and not opening.alarm:
            messages.success(request, "Your word is given. It stands for 15 minutes: the other officer opens the bids.")
            return redirect("bids:opening", reference)
        if opening:
            form.add_error(None, opening.alarm)
    words = queries.standing_consents(tender)
    given = any(one.given_by == request.seat.person for one in words)
    context = {"tender": tender, "form": form, "ready": queries.is_ready_to_open(tender), "words": words, "given": given}
    return render(request, "commissioning/bids/opening.html", context)


@roles_allowed(*OFFICERS, Role.AUDITOR)
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference)
    found = queries.minutes_of(tender) if can_read_minutes(request.seat, tender) else None
    if found is None:
        raise Http404
    context = {
        "tender": tender,
        "minutes": found,
        "officers": queries.officers_of(found),
        "bids": queries.opened_bids(found),
        "withdrawn": absent_table("Withdrawn before the deadline", "Withdrawn at", found.withdrawn),
        "late": absent_table("Refused because they came late", "Came at", found.late),
    }
    return render(request, "commissioning/bids/minutes.html", context)

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from providers.returns.actions.signing import certify as certify_return
from providers.returns.actions.signing import hand_back as hand_back_return
from providers.returns.forms import CertifyForm, HandBackForm
from providers.returns.permissions import PROVIDER_ROLES, can_sign
from providers.returns.queries.single import review_of
from providers.returns.queries.working import working_return
from providers.returns.rules.versions import DECLARATION
from providers.returns.tables.figures import blocks_of
from providers.returns.tables.lists import summary_rows
from providers.returns.views.rows import is_sent, own, sent_by


@roles_allowed(Role.CERTIFIER, post=(Role.CERTIFIER,))
def certify(request: HttpRequest, reference: str) -> HttpResponse:
    """Compare with last quarter, declare, submit."""
    row = own(request, reference)
    if not can_sign(request.seat, row):
        return redirect("returns:return", reference)
    form = CertifyForm(sent_by(request), declaration=DECLARATION, version=row.version)
    if is_sent(request, form):
        told = {"declared": form.cleaned_data["declared"], "seen": form.version, "by": request.seat, "now": timezone.now()}
        if attempt(form, certify_return, outcome_return=row, **told):
            messages.success(request, "Certified and submitted. Your commissioner has been told by e-mail.")
            return redirect("returns:receipt", reference)
        row = own(request, reference)
        form.renew(row.version)
    working = working_return(row, timezone.localdate())
    context = {
        "form": form,
        "outcome_return": row,
        "blocks": blocks_of(working.measures, working.services, working.sheet, working.last_sheet),
        "notes": working.notes,
        "own_hand": row.prepared_by_id == request.seat.person.pk,
        "rows": summary_rows(row, None, timezone.localdate()),
    }
    return render(request, "providers/returns/certify.html", context)


@roles_allowed(Role.CERTIFIER, post=(Role.CERTIFIER,))
def hand_back(request: HttpRequest, reference: str) -> HttpResponse:
    row = own(request, reference)
    if not can_sign(request.seat, row):
        return redirect("returns:return", reference)
    form = HandBackForm(sent_by(request), cancel_url=reverse("returns:certify", args=[reference]))
    if is_sent(request, form) and attempt(
        form, hand_back_return, outcome_return=row, by=request.seat, now=timezone.now(), **form.cleaned_data
    ):
        messages.success(request, "Handed back. The data officers have been told by e-mail.")
        return redirect("returns:return", reference)
    return render(request, "providers/returns/hand_back.html", {"form": form, "outcome_return": row})


@roles_allowed(*PROVIDER_ROLES)
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The proof that a return was submitted: reference, version, moment and hash. Still there when it is opened again."""
    row = own(request, reference)
    review = review_of(row)
    if review.newest is None:
        return redirect("returns:return", reference)
    context = {"outcome_return": row, "version": review.newest, "rows": summary_rows(row, review.newest, timezone.localdate())}
    return render(request, "providers/returns/receipt.html", context)

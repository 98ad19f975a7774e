from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from commissioning.bids.models import LotOffer
from commissioning.evaluation.actions.marking import give_marks, save_marks
from commissioning.evaluation.forms import MarksForm
from commissioning.evaluation.permissions import MARKING, can_see_moderation, is_evaluator
from commissioning.evaluation.queries.marking import MarkingPage, documents_of, marking_page
from commissioning.evaluation.queries.panel import member_of
from commissioning.evaluation.tables import neutral_name
from commissioning.evaluation.views.found import offer_or_404, sent, tender_of
from commissioning.kernel import uploads
from commissioning.kernel.views import attempt
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role


@roles_allowed(Role.EVALUATOR, post=(Role.EVALUATOR,))
def mark(request: HttpRequest, reference: str, lot: int, letter: str) -> HttpResponse:
    """One offer under its code name, all its criteria on one page."""
    tender = tender_of(request, reference)
    member = member_of(tender, request.seat.person) if is_evaluator(request.seat, tender) else None
    if member is None or not member.may_mark:
        return redirect("evaluation:tender", reference)
    page = marking_page(tender, offer_or_404(tender, lot, letter), request.seat.person)
    form = MarksForm(sent(request), page=page)
    if form.is_valid() and _saved(request, form, page.offer):
        return redirect("evaluation:tender", reference)
    context = {"tender": tender, "page": page, "form": form, "open": _is_open(page)}
    return render(request, "commissioning/evaluation/mark.html", context)


def _is_open(page: MarkingPage) -> bool:
    return page.moderation is None and page.tender.state in MARKING


def _saved(request: HttpRequest, form: MarksForm, offer: LotOffer) -> bool:
    """Save or give, as the pressed button says; a stale edit keeps what was typed for the next try."""
    said = {"offer": offer, "marks": form.marks(), "version": form.version, "by": request.seat, "now": timezone.now()}
    if request.POST.get("act") == "save":
        done, words = attempt(form, save_marks, **said), "Your marks are saved. Nobody else sees them until you give them."
    else:
        done = attempt(form, give_marks, because=form.cleaned_data.get("because", ""), **said)
        words = f"Your marks for {offer.bid.code_name}, lot {offer.lot.number}, are given."
    if not done:
        form.renew(form.page.version)
        return False
    messages.success(request, words)
    return True


@roles_allowed(Role.EVALUATOR, Role.COMMISSIONER, Role.LEAD_OFFICER, Role.AUDITOR)
def document(request: HttpRequest, reference: str, lot: int, letter: str, number: int) -> HttpResponseBase:
    """A document of a bid under a neutral name: the name that the bidder gave it may say who the bidder is."""
    tender = tender_of(request, reference)
    member = member_of(tender, request.seat.person)
    if not can_see_moderation(request.seat, tender) or (member is not None and not member.may_mark):
        raise Http404
    found = documents_of(offer_or_404(tender, lot, letter))
    if not 0 < number <= len(found):
        raise Http404
    attachment = found[number - 1]
    return uploads.download(attachment.file.name, name=neutral_name(letter, number, attachment), content_type=attachment.content_type)

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from commissioning.evaluation.actions.moderating import agree_marks, begin_moderation, close_moderation, confirm_record, not_finished
from commissioning.evaluation.forms import AgreementForm, ConfirmForm, PlainForm, ReasonedForm
from commissioning.evaluation.permissions import OFFICERS, PANEL, can_moderate, can_see_moderation, is_evaluator
from commissioning.evaluation.queries.marking import moderation_of
from commissioning.evaluation.queries.moderation import LotRecord, OfferRecord, lot_record, lot_records, offer_record, progress_of
from commissioning.evaluation.queries.panel import member_of, panel_of
from commissioning.evaluation.rules import SCALE
from commissioning.evaluation.tables import record_table
from commissioning.evaluation.views.found import lot_of, sent, tender_of
from commissioning.kernel.views import attempt
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.tenders.models import Tender


@roles_allowed(*PANEL)
def lot(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """The moderation record of a lot: marks beside each other, agreed marks, who confirmed."""
    tender = _moderated(request, reference)
    record = lot_record(tender, lot)
    if record is None or record.moderation is None:
        raise Http404
    context = {
        "tender": tender,
        "record": record,
        "tables": [(one, record_table(one)) for one in record.offers],
        "can_moderate": can_moderate(request.seat, tender),
        "confirm": _confirmation(request, record),
    }
    return render(request, "commissioning/evaluation/lot.html", context)


def _moderated(request: HttpRequest, reference: str) -> Tender:
    """The tender, for those who may see its moderation; an evaluator who may not mark sees nothing of it."""
    tender = tender_of(request, reference)
    member = member_of(tender, request.seat.person) if is_evaluator(request.seat, tender) else None
    if not can_see_moderation(request.seat, tender) or (member is not None and not member.may_mark):
        raise PermissionDenied
    return tender


def _confirmation(request: HttpRequest, record: LotRecord) -> ConfirmForm | None:
    waits = request.seat.person in [one.person for one in record.waiting_for]
    return ConfirmForm(initial={"record_hash": record.hash}) if waits and record.is_complete else None


@roles_allowed(*PANEL)
def offer(request: HttpRequest, reference: str, lot: int, letter: str) -> HttpResponse:
    """One offer in moderation, to be read: answers, every mark with its reason, and what was agreed."""
    tender = _moderated(request, reference)
    context = {"tender": tender, "record": _begun(tender, lot, letter), "scale": SCALE.items()}
    return render(request, "commissioning/evaluation/offer.html", context)


def _begun(tender: Tender, lot: int, letter: str) -> OfferRecord:
    record = offer_record(tender, lot, letter)
    if record is None or moderation_of(record.offer.lot) is None:
        raise Http404
    return record


@roles_allowed(*OFFICERS, post=OFFICERS)
def begin(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """Stop the marking of a lot."""
    tender = tender_of(request, reference)
    if not can_moderate(request.seat, tender):
        raise PermissionDenied
    found, panel = lot_of(tender, lot), panel_of(tender)
    progress = next(one for one in progress_of(tender, panel) if one.lot.pk == found.pk)
    missing = not_finished(progress, panel)
    form = ReasonedForm(sent(request), missing=missing)
    if form.is_valid():
        because = form.cleaned_data.get("without_because", "")
        if attempt(form, begin_moderation, lot=found, without_because=because, by=request.seat, now=timezone.now()):
            messages.success(request, f"The moderation of lot {lot} has begun. Its marks stand as they are.")
            return redirect("evaluation:lot", reference, lot)
    return render(request, "commissioning/evaluation/begin.html", {"tender": tender, "lot": found, "form": form, "missing": missing})


@roles_allowed(*OFFICERS, post=OFFICERS)
def agree(request: HttpRequest, reference: str, lot: int, letter: str) -> HttpResponse:
    """One offer in moderation: every answer with its marks, and what the panel agrees."""
    tender = tender_of(request, reference)
    if not can_moderate(request.seat, tender):
        raise PermissionDenied
    record = _begun(tender, lot, letter)
    form = AgreementForm(sent(request), answers=record.answers)
    if form.is_valid():
        written = attempt(form, agree_marks, offer=record.offer, marks=form.marks(), by=request.seat, now=timezone.now())
        if written is not None:
            messages.success(request, f"The agreed marks for {record.code_name} are saved.")
            return redirect("evaluation:lot", reference, lot)
        form.renew_all()
    context = {"tender": tender, "record": record, "form": form, "scale": SCALE.items()}
    return render(request, "commissioning/evaluation/agree.html", context)


@roles_allowed(Role.EVALUATOR, post=(Role.EVALUATOR,))
def confirm(request: HttpRequest, reference: str, lot: int) -> HttpResponse:
    """A panel member's word on the record of a lot."""
    tender = _moderated(request, reference)
    found = lot_of(tender, lot)
    form = ConfirmForm(sent(request))
    if form.is_valid():
        digest = form.cleaned_data["record_hash"]
        if attempt(form, confirm_record, lot=found, record_hash=digest, by=request.seat, now=timezone.now()):
            messages.success(request, f"You confirmed the record of lot {lot}.")
        else:
            messages.error(request, " ".join(form.non_field_errors()))
    return redirect("evaluation:lot", reference, lot)


@roles_allowed(*OFFICERS, post=OFFICERS)
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the moderation of the whole tender; from then on its bidders have names."""
    tender = tender_of(request, reference)
    if not can_moderate(request.seat, tender):
        raise PermissionDenied
    form = PlainForm(sent(request), label="Close moderation")
    if form.is_valid() and attempt(form, close_moderation, tender=tender, by=request.seat, now=timezone.now()):
        messages.success(request, "Moderation is closed. The ranking of each lot can be read now.")
        return redirect("evaluation:tender", reference)
    return render(request, "commissioning/evaluation/close.html", {"tender": tender, "records": lot_records(tender), "form": form})

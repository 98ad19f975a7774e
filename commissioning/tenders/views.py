from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.tables import table_response
from commissioning.kernel.views import attempt, page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.seat import Seat
from commissioning.tenders import actions, forms, queries
from commissioning.tenders.actions.drafting import CriterionText
from commissioning.tenders.models import SeatKind, Tender
from commissioning.tenders.permissions import (
    OFFICERS,
    READERS,
    can_abandon,
    can_create_tender,
    can_edit,
    can_move_deadline,
    can_name_people,
    can_publish,
    doors,
    visible_to,
)
from commissioning.tenders.tables import FILE_COLUMNS, lot_table, stage_tag, tender_table

CRITERIA_LEAD = "Bidders answer every question for every lot. Weights must add up to exactly 100.00. Leave a row empty to take it out."
ABANDON_WARNING = "This ends the tender for good. Bids that are sealed stay sealed, and every provider is told that something has changed."
officers_only = roles_allowed(*OFFICERS, post=OFFICERS)


def _tender(request: HttpRequest, reference: str, may: Callable[[Seat, Tender], bool]) -> Tender:
    """The tender of the address, if this seat sees it and may do this with it now; else the same 404 as for none."""
    tender = get_object_or_404(queries.with_parts(visible_to(request.seat)), reference=reference)
    if not may(request.seat, tender):
        raise Http404
    return tender


def posted(request: HttpRequest) -> Any:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


def sent(request: HttpRequest, form: Any) -> bool:
    """Whether the form was sent and can be read."""
    return request.method == "POST" and form.is_valid()


def _saved(form: Any, action: Callable[..., Any], tender: Tender, **kwargs: Any) -> Any:
    """Try to save; a refused form goes on from the tender as it is now, with what was typed."""
    result = attempt(form, action, tender=tender, version=form.version, **kwargs)
    if result is None:
        tender.refresh_from_db()
        form.renew(tender.version)
    return result


def _page(request: HttpRequest, tender: Tender, form: Any, title: str, lead: str = "", warning: str = "") -> HttpResponse:
    context = {"tender": tender, "form": form, "title": title, "lead": lead, "warning": warning}
    return render(request, "commissioning/tenders/form.html", context)


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    form = forms.TenderFilter(request.GET)
    found = queries.tenders_for(request.seat, **form.chosen())
    if wanted := wanted_format(request):
        return table_response(tender_table(found, columns=FILE_COLUMNS), wanted, "tenders")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": tender_table(page),
        "counted": plural(page.paginator.count, "tender"),
        "can_create": can_create_tender(request.seat),
    }
    return render(request, "commissioning/tenders/list.html", context)


@officers_only
def new(request: HttpRequest) -> HttpResponse:
    if not can_create_tender(request.seat):
        raise Http404
    now = timezone.now()
    areas = queries.areas_to_choose(timezone.localdate())
    form = forms.NewTenderForm(posted(request), areas=areas, today=timezone.localdate(), cancel_url=reverse("tenders:list"))
    if sent(request, form):
        made = attempt(form, actions.create_tender, by=request.seat, now=now, lots=form.lots(), **form.words())
        if made:
            messages.success(request, "The draft is saved, with the usual award criteria. Nobody outside your organisation sees it.")
            return redirect("tenders:detail", made.reference)
    return render(request, "commissioning/tenders/new.html", {"form": form})


@roles_allowed(*READERS)
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    seat, now = request.seat, timezone.now()
    tender = _tender(request, reference, lambda *_: True)
    lots = queries.lots_of(tender)
    context = {
        "tender": tender,
        "stage": stage_tag(tender),
        "stages": queries.stages_of(tender, now),
        "lots": lot_table(lots, tender.term_months),
        "timeline": queries.timeline_of(tender, seat, now),
        "conditions": queries.publish_conditions(tender, now, lots) if can_publish(seat, tender) else [],
        "may": doors(seat, tender, now),
    }
    return render(request, "commissioning/tenders/detail.html", context)


@officers_only
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference, can_edit)
    known = {name: getattr(tender, name) for name in forms.WordsForm.base_fields}
    form = forms.WordsForm(posted(request), initial=known, version=tender.version, cancel_url=_home_of(tender))
    if sent(request, form) and _saved(form, actions.edit_tender, tender, by=request.seat, now=timezone.now(), **form.cleaned_data):
        return redirect("tenders:detail", reference)
    return _page(request, tender, form, "Words and dates")


@officers_only
def lots(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference, can_edit)
    areas = queries.areas_to_choose(tender.contract_starts_on)
    amounts = {lot.area_id: lot.annual_amount for lot in tender.lots.all()}
    form = forms.LotsForm(posted(request), areas=areas, amounts=amounts, version=tender.version, cancel_url=_home_of(tender))
    if sent(request, form) and _saved(form, actions.set_lots, tender, lots=form.lots(), by=request.seat, now=timezone.now()):
        return redirect("tenders:detail", reference)
    return _page(request, tender, form, "Lots", "One lot for each area that has an amount.")


@officers_only
def criteria(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference, can_edit)
    known = [CriterionText.of(one) for one in tender.criteria.all()]
    form = forms.CriteriaForm(posted(request), criteria=known, version=tender.version, cancel_url=_home_of(tender))
    if (
        sent(request, form)
        and "add" not in request.POST
        and _saved(form, actions.set_criteria, tender, criteria=form.criteria(), by=request.seat, now=timezone.now())
    ):
        return redirect("tenders:detail", reference)
    return _page(request, tender, form, "Award criteria", CRITERIA_LEAD)


@officers_only
def people(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference, can_name_people)
    seats = tender.seats.all()
    of_kind = {f"{kind}s": [forms.PeopleForm.key_of(one) for one in seats if one.kind == kind] for kind in SeatKind}
    form = forms.PeopleForm(
        posted(request),
        openers=queries.candidates(SeatKind.OPENER),
        evaluators=queries.candidates(SeatKind.EVALUATOR),
        with_assessment=can_edit(request.seat, tender),
        initial={**of_kind, "assessment": tender.conflicts_assessment},
        version=tender.version,
        cancel_url=_home_of(tender),
    )
    if sent(request, form) and _saved(form, actions.name_people, tender, by=request.seat, now=timezone.now(), **form.named()):
        return redirect("tenders:detail", reference)
    return _page(request, tender, form, "People of this tender")


@officers_only
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    tender, now = _tender(request, reference, can_publish), timezone.now()
    form = forms.PublishForm(posted(request), version=tender.version, cancel_url=_home_of(tender))
    if sent(request, form) and _saved(form, actions.publish, tender, by=request.seat, now=now):
        messages.success(request, "The tender is published. Every provider's bid managers are told that something is new.")
        return redirect("tenders:detail", reference)
    conditions = queries.publish_conditions(tender, now)
    unmet = sum(not one.is_met for one in conditions)
    context = {"tender": tender, "form": form, "conditions": conditions, "unmet": unmet}
    return render(request, "commissioning/tenders/publish.html", context)


@officers_only
def deadline(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference, can_move_deadline)
    form = forms.DeadlineForm(posted(request), initial={"deadline": tender.deadline}, version=tender.version, cancel_url=_home_of(tender))
    if sent(request, form) and _saved(form, actions.move_deadline, tender, by=request.seat, now=timezone.now(), **form.cleaned_data):
        messages.success(request, "The deadline is moved, and every provider's bid managers are told.")
        return redirect("tenders:detail", reference)
    return _page(request, tender, form, "Move the deadline", "After publication a deadline only moves forward.")


@officers_only
def abandon(request: HttpRequest, reference: str) -> HttpResponse:
    tender = _tender(request, reference, can_abandon)
    form = forms.AbandonForm(posted(request), cancel_url=_home_of(tender))
    if sent(request, form) and attempt(form, actions.abandon, tender=tender, by=request.seat, now=timezone.now(), **form.cleaned_data):
        messages.success(request, "The tender is abandoned.")
        return redirect("tenders:detail", reference)
    return _page(request, tender, form, "Abandon this tender", warning=ABANDON_WARNING)


def _home_of(tender: Tender) -> str:
    return reverse("tenders:detail", args=[tender.reference])

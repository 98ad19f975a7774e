from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from commissioning.kernel.views import attempt
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from providers.returns.actions.filling import save_part, send_for_sign_off
from providers.returns.forms import PartForm, SendForm, problems_of
from providers.returns.kinds import Part
from providers.returns.models import ReturnPart
from providers.returns.permissions import can_fill_in
from providers.returns.queries.working import Working, working_return
from providers.returns.tables.figures import blocks_of
from providers.returns.tables.filling import groups_of, missing_of, next_url, worked_rows
from providers.returns.views.rows import is_sent, own, sent_by


@roles_allowed(Role.DATA_OFFICER, post=(Role.DATA_OFFICER,))
def part(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """One page of a return. It is saved as it was typed; what is wrong on it stands beside the boxes."""
    row = own(request, reference)
    if part not in Part.values:
        raise Http404
    if not can_fill_in(request.seat, row):
        return redirect("returns:return", reference)
    working = working_return(row, timezone.localdate())
    if request.method != "POST":
        return _page(request, PartForm.with_problems(working=working, part=part))
    form = PartForm(request.POST, working=working, part=part)
    saved = _save(request, form) if form.is_valid() else None
    form.working = working_return(row, timezone.localdate())
    if saved is None:
        _catch_up(form)
        return _page(request, form)
    problems = problems_of(form.working, part)
    if not problems:
        return redirect(next_url(form.working, part))
    form.renew(saved.version)
    form.show(problems)
    return _page(request, form, saved=True)


def _save(request: HttpRequest, form: PartForm) -> ReturnPart | bool | None:
    told = {"typed": form.typed, "note": form.said, "seen": form.version, "by": request.seat, "now": timezone.now()}
    return attempt(form, save_part, outcome_return=form.working.outcome_return, part=form.part.value, **told)


def _catch_up(form: PartForm) -> None:
    """After a refusal: if somebody else saved the page, show their figures beside, and let the next save be against theirs."""
    page = form.working.parts.get(form.part)
    if page and page.version != form.version:
        form.show_saved()
        form.renew(page.version)


def _page(request: HttpRequest, form: PartForm, *, saved: bool = False) -> HttpResponse:
    working = form.working
    context = {
        "form": form,
        "working": working,
        "outcome_return": working.outcome_return,
        "part": form.part,
        "note": form["note"] if "note" in form.fields else None,
        "groups": groups_of(form),
        "worked": worked_rows(working, form.part),
        "number": Part.values.index(form.part) + 1,
        "saved": saved,
    }
    return render(request, "providers/returns/part.html", context)


@roles_allowed(Role.DATA_OFFICER, post=(Role.DATA_OFFICER,))
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything before it is sent: what is still missing, else all figures and the button."""
    row = own(request, reference)
    if not can_fill_in(request.seat, row):
        return redirect("returns:return", reference)
    form = SendForm(sent_by(request))
    if is_sent(request, form) and attempt(form, send_for_sign_off, outcome_return=row, by=request.seat, now=timezone.now()):
        messages.success(request, "Sent for sign-off. Your certifiers have been told by e-mail.")
        return redirect("returns:return", reference)
    working = working_return(row, timezone.localdate())
    return render(request, "providers/returns/check.html", {"form": form, "outcome_return": row, **_whole(working)})


def _whole(working: Working) -> dict[str, object]:
    blocks = blocks_of(working.measures, working.services, working.sheet, working.last_sheet)
    return {"working": working, "missing": missing_of(working), "blocks": blocks, "notes": working.notes}

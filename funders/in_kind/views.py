from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel import uploads
from commissioning.kernel.views import attempt, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.permissions import WRITERS
from funders.in_kind import actions
from funders.in_kind.forms import AgreeForm, EvidenceForm, GiftFilter, OtherForm, PostForm, WithdrawForm
from funders.in_kind.models import Gift
from funders.in_kind.permissions import can_add_evidence, can_agree, can_give, can_withdraw
from funders.in_kind.queries import evidence_for, fund_choices, gift_for, gifts_for, history_of
from funders.in_kind.tables import FILE_COLUMNS, gift_rows, gifts_table, history_table, state_tag
from funders.pool.permissions import READERS, visible_to
from funders.pool.queries import fund_for, is_over

officers_only = roles_allowed(Role.FUNDER_OFFICER, post=(Role.FUNDER_OFFICER,))


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    """What the seat may read of what is given in kind."""
    form = GiftFilter(request.GET, funds=fund_choices(request.seat))
    found = gifts_for(request.seat, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, gifts_table(found, columns=FILE_COLUMNS), wanted, "in-kind")
    page = page_of(request, found)
    funds = [one for one in visible_to(request.seat) if can_give(request.seat, one) and not is_over(one, timezone.localdate())]
    context = {"form": form, "page": page, "table": gifts_table(page), "counted": plural(page.paginator.count, "gift"), "open_funds": funds}
    return render(request, "funders/in_kind/list.html", context)


@officers_only
def give_post(request: HttpRequest, code: str) -> HttpResponse:
    return _give(request, code, PostForm, actions.give_post, "Offer a staff post")


@officers_only
def give_other(request: HttpRequest, code: str) -> HttpResponse:
    return _give(request, code, OtherForm, actions.give_other, "Offer premises or something else")


def _give(request: HttpRequest, code: str, form_class: Callable[..., Any], action: Callable[..., Any], title: str) -> HttpResponse:
    fund = fund_for(request.seat, code)
    if fund is None or not can_give(request.seat, fund):
        raise Http404
    form = form_class(posted(request), cancel_url=reverse("pool:fund", args=[code]))
    if form.is_valid():
        told = {"fund": fund, "funder": request.seat.organisation, "by": request.seat, "at": timezone.now(), **form.cleaned_data}
        if made := attempt(form, action, **told):
            messages.success(request, "It is offered. An approver of your organisation is asked to agree it.")
            return redirect("in_kind:gift", made.reference)
    return render(request, "funders/in_kind/give.html", {"form": form, "fund": fund, "title": title})


@roles_allowed(*READERS)
def gift(request: HttpRequest, gift: str) -> HttpResponse:
    found = _gift(request, gift)
    context = {
        "gift": found,
        "tag": state_tag(found),
        "rows": gift_rows(found),
        "history": history_table(history_of(found)),
        "may_agree": can_agree(request.seat, found),
        "may_withdraw": can_withdraw(request.seat, found),
        "may_add_evidence": can_add_evidence(request.seat, found),
    }
    return render(request, "funders/in_kind/gift.html", context)


@roles_allowed(Role.FUNDER_APPROVER, post=(Role.FUNDER_APPROVER,), recently=True)
def agree(request: HttpRequest, gift: str) -> HttpResponse:
    done = "It is agreed. It stays outside every sum of money."
    return _step(request, gift, can_agree, AgreeForm, actions.agree, "Agree what is given in kind", done)


@roles_allowed(*WRITERS, post=WRITERS)
def withdraw(request: HttpRequest, gift: str) -> HttpResponse:
    return _step(request, gift, can_withdraw, WithdrawForm, actions.withdraw, "Withdraw what is given in kind", "It is withdrawn.")


def _step(
    request: HttpRequest,
    reference: str,
    may: Callable[[Seat, Gift], bool],
    form_class: Callable[..., Any],
    action: Callable[..., Any],
    title: str,
    done: str,
) -> HttpResponse:
    found = _gift(request, reference)
    if not may(request.seat, found):
        raise Http404
    address = reverse("in_kind:gift", args=[reference])
    form = form_class(posted(request), version=found.version, cancel_url=address)
    if form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, action, gift=found, **told):
            messages.success(request, done)
            return redirect(address)
    return render(request, "funders/in_kind/step.html", {"form": form, "gift": found, "rows": gift_rows(found), "title": title})


@roles_allowed(*WRITERS, post=WRITERS)
def add_evidence(request: HttpRequest, gift: str) -> HttpResponse:
    found = _gift(request, gift)
    if not can_add_evidence(request.seat, found):
        raise Http404
    address = reverse("in_kind:gift", args=[gift])
    form = EvidenceForm(posted(request), request.FILES if request.method == "POST" else None, cancel_url=address)
    if form.is_valid() and attempt(form, actions.add_evidence, gift=found, by=request.seat, at=timezone.now(), **form.cleaned_data):
        messages.success(request, "The file is added.")
        return redirect(address)
    return render(request, "funders/in_kind/step.html", {"form": form, "gift": found, "rows": gift_rows(found), "title": "Add evidence"})


@roles_allowed(*READERS)
def evidence(request: HttpRequest, evidence: str) -> HttpResponseBase:
    found = evidence_for(request.seat, evidence)
    if found is None:
        raise Http404
    return uploads.download(found.file.name, name=found.name, content_type=found.content_type)


def _gift(request: HttpRequest, reference: str) -> Gift:
    found = gift_for(request.seat, reference)
    if found is None:
        raise Http404
    return found

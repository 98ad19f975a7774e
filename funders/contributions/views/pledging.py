"""Pledge, agree, change, withdraw, and the pages that show it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, page_of, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.forms import AgreeForm, ChangeForm, ContributionFilter, PledgeForm, WithdrawForm
from funders.contributions.models import Pledge
from funders.contributions.permissions import WRITERS, can_agree, can_change, can_pledge, can_withdraw
from funders.contributions.queries import (
    approvers_of,
    district_choices,
    free_years,
    hands_of,
    has_state,
    history_of,
    own_contributions,
    version_of,
    waiting_in,
    years_to_firm_up,
)
from funders.contributions.states import ContributionState
from funders.contributions.tables import (
    acts_of,
    change_rows,
    check_rows,
    contribution_rows,
    history_table,
    own_page_table,
    own_table,
    pledge_rows,
    pledge_table,
    state_tag,
    title_of,
    withdrawal_rows,
)
from funders.contributions.views.finding import (
    contribution_or_404,
    done,
    is_confirmed,
    is_filled_in,
    own_contribution,
    pledge_or_404,
    turned_back,
)
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.permissions import READERS, visible_to
from funders.pool.queries import ask_of, asked_by_year, fund_for, is_over, ratio_of, years_of
from funders.pool.rules import WHY, basis_for

officers_only = roles_allowed(Role.FUNDER_OFFICER, post=(Role.FUNDER_OFFICER,))
AGREED = "The pledge is agreed. The fund may rely on it from now on."
AGREED_APART = "The pledge is agreed. It waits for its event, so the fund counts it apart until that has come."
AGREES = "Nothing is sent yet. When you send it, a funder approver of your organisation is asked to agree it."
COUNTS_NOWHERE = "Nothing is sent yet. An indicative figure is no pledge: it counts nowhere but in a column of its own."


@dataclass(frozen=True)
class Words:
    """How the pages of a promise speak."""

    title: str
    check: str
    act: str
    lead: str
    is_firm: bool = True


@roles_allowed(*READERS)
def index(request: HttpRequest) -> HttpResponseBase:
    funds = visible_to(request.seat)
    form = ContributionFilter(request.GET, funds=[(fund.code, fund.name) for fund in funds])
    found = own_contributions(request.seat, **form.chosen())
    caption = f"Contributions of {request.seat.organisation}"
    if wanted := wanted_format(request):
        return export(request, own_table(found, caption), wanted, f"contributions-{request.seat.organisation.code}")
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "table": own_page_table(page, caption, request.seat),
        "counted": plural(page.paginator.count, "contribution"),
        "open_funds": [fund for fund in funds if can_pledge(request.seat, fund) and not is_over(fund, timezone.localdate())],
    }
    return render(request, "funders/contributions/list.html", context)


@officers_only
def make_pledge(request: HttpRequest, code: str) -> HttpResponse:
    return _promise(request, code, actions.pledge, Words("Make a pledge", "Check your pledge", "Send the pledge", AGREES))


@officers_only
def note_indicative(request: HttpRequest, code: str) -> HttpResponse:
    """What a partner expects to give, before it can pledge."""
    words = Words("Name an indicative figure", "Check your figures", "Send the figures", COUNTS_NOWHERE, is_firm=False)
    return _promise(request, code, actions.note_indicative, words)


def _promise(request: HttpRequest, code: str, action: Callable[..., Any], words: Words) -> HttpResponse:
    fund = fund_for(request.seat, code)
    if fund is None or not can_pledge(request.seat, fund):
        raise Http404
    ask = ask_of(fund, request.seat.organisation)
    form = _pledge_form(request, fund, words)
    pot = basis_for(request.seat.organisation.sector)
    context = {"form": form, "fund": fund, "ask": ask, "ratio": ratio_of(fund), "words": words}
    context |= {"pot": LegalBasis(pot).label, "why_pot": WHY[pot]}
    if is_filled_in(request, form):
        if not is_confirmed(request):
            return render(request, "funders/contributions/check_pledge.html", {**context, "rows": check_rows(fund, form)})
        told = {"amounts": form.amounts, **form.words}
        made = attempt(form, action, fund=fund, funder=request.seat.organisation, by=request.seat, at=timezone.now(), **told)
        if made:
            return redirect("contributions:pledge", made.reference)
    figures = years_to_firm_up(fund, request.seat.organisation) if words.is_firm else []
    return render(request, "funders/contributions/make_pledge.html", {**context, "figures": figures})


def _pledge_form(request: HttpRequest, fund: PooledFund, words: Words) -> PledgeForm:
    today = timezone.localdate()
    return PledgeForm(
        request.POST or None,
        years=free_years(fund, request.seat.organisation, today),
        fund_years=[year.start for year in years_of(fund)],
        proposed=asked_by_year(fund, request.seat.organisation),
        today=today,
        is_firm=words.is_firm,
        cancel_url=reverse("pool:fund", args=[fund.code]),
    )


@roles_allowed(*READERS)
def pledge(request: HttpRequest, reference: str) -> HttpResponse:
    """What was pledged, and what happens next: the page after the pledge, and still there when it is opened again."""
    found = pledge_or_404(request, reference)
    waiting = waiting_in(found)
    context = {
        "pledge": found,
        "rows": pledge_rows(found),
        "table": pledge_table(found),
        "waiting": waiting,
        "title": title_of(found),
        "is_agreed": has_state(found, ContributionState.AGREED),
        "approvers": approvers_of(found) if waiting else 0,
        "is_mine": request.seat.person == found.pledged_by,
        "may_agree": bool(waiting) and can_agree(request.seat, found) and request.seat.person.pk not in hands_of(waiting),
    }
    return render(request, "funders/contributions/pledge.html", context)


@roles_allowed(Role.FUNDER_APPROVER, post=(Role.FUNDER_APPROVER,), recently=True)
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    found = pledge_or_404(request, reference)
    if not can_agree(request.seat, found):
        raise Http404
    form = _agree_form(request, found)
    if request.method == "POST" and form.is_valid():
        told = {"by": request.seat, "version": form.version, "at": timezone.now(), **form.told}
        if attempt(form, actions.agree, pledge=found, **told):
            apart = form.told["certainty"].waits
            messages.success(request, AGREED_APART if apart else AGREED)
            return redirect("contributions:pledge", reference)
        found = pledge_or_404(request, reference)
        form.renew(version_of(found.contributions.all()))
    waiting = waiting_in(found)
    own_hand = request.seat.person.pk in hands_of(waiting)
    context = {"form": form, "pledge": found, "rows": pledge_rows(found), "table": pledge_table(found)}
    return render(request, "funders/contributions/agree.html", {**context, "waiting": waiting, "own_hand": own_hand})


def _agree_form(request: HttpRequest, found: Pledge) -> AgreeForm:
    cancel_url = reverse("contributions:pledge", args=[found.reference])
    version = version_of(found.contributions.all())
    told = {"waiting": waiting_in(found), "conditions": found.conditions}
    return AgreeForm(request.POST or None, version=version, cancel_url=cancel_url, **told)


@roles_allowed(*READERS)
def contribution(request: HttpRequest, reference: str) -> HttpResponse:
    found = contribution_or_404(request, reference)
    context = {
        "contribution": found,
        "tag": state_tag(found.shown),
        "rows": contribution_rows(found, district_choices(timezone.localdate())),
        "history": history_table(history_of(found), found, request.seat),
        "acts": acts_of(found, request.seat, timezone.localdate()),
    }
    return render(request, "funders/contributions/contribution.html", context)


@roles_allowed(Role.FUNDER_OFFICER, post=(Role.FUNDER_OFFICER,))
def change(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_change(request.seat, found):
        return turned_back(request, found)
    address = reverse("contributions:contribution", args=[reference])
    form = ChangeForm(request.POST or None, version=found.version, initial={"amount": found.amount}, cancel_url=address)
    if is_filled_in(request, form):
        if not is_confirmed(request):
            context = {"form": form, "contribution": found, "rows": change_rows(found, **form.cleaned_data)}
            return render(request, "funders/contributions/check_change.html", context)
        if done(request, form, actions.change_amount, found):
            messages.success(
                request, "The amount is changed. A pledge of it is agreed by an approver of your organisation who did not change it."
            )
            return redirect(address)
        found = own_contribution(request, reference)
        form.renew(found.version)
    return render(request, "funders/contributions/change.html", {"form": form, "contribution": found})


@roles_allowed(*WRITERS, post=WRITERS)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_contribution(request, reference)
    if not can_withdraw(request.seat, found):
        return turned_back(request, found)
    address = reverse("contributions:contribution", args=[reference])
    form = WithdrawForm(request.POST or None, version=found.version, cancel_url=address)
    if is_filled_in(request, form):
        if not is_confirmed(request):
            context = {"form": form, "contribution": found, "rows": withdrawal_rows(found, **form.cleaned_data)}
            return render(request, "funders/contributions/check_withdrawal.html", context)
        if done(request, form, actions.withdraw, found):
            messages.success(request, "The contribution is withdrawn. The host partner is told.")
            return redirect(address)
        found = own_contribution(request, reference)
        form.renew(found.version)
    return render(request, "funders/contributions/withdraw.html", {"form": form, "contribution": found})

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.views import attempt, file_response, page_of, posted, wanted_format
from commissioning.kernel.words import plural
from commissioning.organisations.exports import export
from commissioning.organisations.guards import roles_allowed
from commissioning.organisations.seat import Seat
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.pool.queries import fund_for
from funders.scenarios import actions
from funders.scenarios.charts import lines_chart
from funders.scenarios.forms import ArchiveForm, CompareForm, SaveForm, ScenarioFilter, ScenarioForm, ShareForm, query_of
from funders.scenarios.models import Scenario
from funders.scenarios.pdf import paper_of
from funders.scenarios.permissions import SAVERS, can_archive, can_save, can_share
from funders.scenarios.queries import answer_today, ground_of, offered_for, scenario_for, scenarios_for
from funders.scenarios.rules import WHATS, Outcome, ScenarioRefused, outcome_from, question_from, same_figures, work_out
from funders.scenarios.sentences import asked_words, assumptions, finding, shortfall_words
from funders.scenarios.tables import compare_table, saved_table, state_tag, tables_of

savers_only = roles_allowed(*SAVERS, post=SAVERS)


@roles_allowed(*READERS)
def scenario(request: HttpRequest, code: str) -> HttpResponseBase:
    """What a fund still pays for with less money. Asked by the address, so that it can be sent to others; nothing is kept."""
    fund = _fund(request, code)
    form, outcome, refused = _asked(request, fund)
    if outcome and (wanted := wanted_format(request)):
        return _file(request, outcome, wanted, f"{fund.code}-scenario")
    context = {
        "fund": fund,
        "form": form,
        "refused": refused,
        "whats": [(key, label, key == form.kind) for key, label in WHATS.items()],
        "may_save": can_save(request.seat),
        **(_shown(outcome) if outcome else {}),
    }
    return render(request, "funders/scenarios/scenario.html", context)


@savers_only
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Name what the address asks, and keep it with today's answer."""
    fund = _fund(request, code)
    _, outcome, _ = _asked(request, fund)
    if outcome is None:
        return redirect(f"{reverse('scenarios:scenario', args=[code])}?{request.GET.urlencode()}")
    cancel_url = f"{reverse('scenarios:scenario', args=[code])}?{query_of(outcome.question)}"
    form = SaveForm(posted(request), cancel_url=cancel_url, initial={"asked": asked_words(outcome)})
    if form.is_valid():
        told = {"fund": fund, "question": outcome.question, "by": request.seat, "at": timezone.now(), **form.cleaned_data}
        if made := attempt(form, actions.keep, **told):
            messages.success(request, "The scenario is saved. Only your organisation reads it until you share it.")
            return redirect("scenarios:saved", made.reference)
    return render(
        request,
        "funders/scenarios/save.html",
        {"fund": fund, "form": form, "finding": finding(outcome), "assumptions": assumptions(outcome)},
    )


@roles_allowed(*READERS)
def saved_list(request: HttpRequest, code: str) -> HttpResponseBase:
    fund = _fund(request, code)
    form = ScenarioFilter(request.GET)
    found = scenarios_for(request.seat, fund, **form.chosen())
    if wanted := wanted_format(request):
        return export(request, saved_table(found, for_file=True), wanted, f"{fund.code}-scenarios")
    page = page_of(request, found)
    counted = plural(page.paginator.count, "scenario")
    context = {"fund": fund, "form": form, "page": page, "table": saved_table(page), "counted": counted, "may_save": can_save(request.seat)}
    return render(request, "funders/scenarios/list.html", context)


@roles_allowed(*READERS)
def saved(request: HttpRequest, scenario: str) -> HttpResponseBase:
    """A saved scenario as it was kept, and whether the fund would answer otherwise today."""
    found = _scenario(request, scenario)
    outcome = outcome_from(found.outcome)
    if wanted := wanted_format(request):
        return _file(request, outcome, wanted, found.reference)
    today = answer_today(found, timezone.localdate())
    context = {
        "scenario": found,
        "tag": state_tag(found),
        "query": query_of(question_from(found.question)),
        "differs": today is None or not same_figures(outcome, today),
        "finding_today": finding(today) if today else "",
        "may_share": can_share(request.seat, found),
        "may_archive": can_archive(request.seat, found),
        **_shown(outcome),
    }
    return render(request, "funders/scenarios/saved.html", context)


@roles_allowed(*READERS)
def paper(request: HttpRequest, scenario: str) -> HttpResponse:
    found = _scenario(request, scenario)
    return file_response(paper_of(found), f"decision-paper-{found.reference}.pdf", "application/pdf", inline=True)


@savers_only
def share(request: HttpRequest, scenario: str) -> HttpResponse:
    done = "The scenario is shared. Everybody who reads the fund reads it now."
    return _step(request, scenario, can_share, ShareForm, actions.share, done)


@savers_only
def archive(request: HttpRequest, scenario: str) -> HttpResponse:
    return _step(request, scenario, can_archive, ArchiveForm, actions.archive, "The scenario is archived. It stays at its address.")


def _step(
    request: HttpRequest,
    reference: str,
    may: Callable[[Seat, Scenario], bool],
    form_class: Callable[..., Any],
    action: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """A confirmed step of the own organisation's scenario."""
    found = _scenario(request, reference)
    if not may(request.seat, found):
        raise Http404
    address = reverse("scenarios:saved", args=[reference])
    form = form_class(posted(request), version=found.version, cancel_url=address)
    if form.is_valid() and attempt(form, action, scenario=found, by=request.seat, version=form.version, at=timezone.now()):
        messages.success(request, done)
        return redirect(address)
    return render(request, f"funders/scenarios/{action.__name__}.html", {"form": form, "scenario": found})


@roles_allowed(*READERS)
def compare(request: HttpRequest, code: str) -> HttpResponseBase:
    """Two saved scenarios of a fund side by side."""
    fund = _fund(request, code)
    form = CompareForm(request.GET, offered=offered_for(request.seat, fund))
    chosen = form.chosen()
    both = [scenario_for(request.seat, chosen.get(name, "")) for name in ("one", "other")]
    table = compare_table(*both) if all(both) else None  # type: ignore[arg-type]
    if table and (wanted := wanted_format(request)):
        return export(request, table, wanted, f"{fund.code}-scenarios-compared")
    return render(request, "funders/scenarios/compare.html", {"fund": fund, "form": form, "table": table, "both": both})


def _asked(request: HttpRequest, fund: PooledFund) -> tuple[ScenarioForm, Outcome | None, str]:
    """The form of the address, its answer if there is one, and why there is none."""
    today = timezone.localdate()
    ground = ground_of(fund, today)
    form = ScenarioForm(request.GET, ground=ground, today=today)
    if not form.is_asked:
        return form, None, ""
    try:
        return form, work_out(ground, form.question(), today=today), ""
    except ScenarioRefused as refusal:
        return form, None, str(refusal)


def _shown(outcome: Outcome) -> dict[str, Any]:
    """What the page of an answer shows, fresh or saved."""
    return {
        "outcome": outcome,
        "finding": finding(outcome),
        "shortfall": shortfall_words(outcome),
        "assumptions": assumptions(outcome),
        "tables": tables_of(outcome),
        "chart": lines_chart(outcome),
        "save_query": query_of(outcome.question),
    }


def _file(request: HttpRequest, outcome: Outcome, wanted: str, name: str) -> HttpResponseBase:
    """One of the tables as a file: what is left of the lines, unless `?table=` names another."""
    tables = tables_of(outcome, every_year=True)
    asked = request.GET.get("table", "")
    return export(request, tables.get(asked, tables["lines"]), wanted, f"{name}-{asked}" if asked in tables else name)


def _fund(request: HttpRequest, code: str) -> PooledFund:
    found = fund_for(request.seat, code)
    if found is None:
        raise Http404
    return found


def _scenario(request: HttpRequest, reference: str) -> Scenario:
    found = scenario_for(request.seat, reference)
    if found is None:
        raise Http404
    return found

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commissioning.kernel.tables import table_response
from commissioning.kernel.views import attempt, wanted_format
from commissioning.organisations.guards import roles_allowed
from providers.returns.actions import reviewing
from providers.returns.forms import CORRECT, EXPLAIN, REOPEN, AcceptForm, AnswerForm, AskForm, CloseForm
from providers.returns.models import OutcomeReturn, ReturnQuery
from providers.returns.permissions import (
    PROVIDER_ROLES,
    REVIEWERS,
    can_answer,
    can_correct,
    can_fill_in,
    can_review,
    can_sign,
    is_of_provider,
)
from providers.returns.queries.single import Review, measure_asked, query_for, review_of, unanswered_of
from providers.returns.queries.working import key_from, working_return
from providers.returns.tables.figures import changes_table, facts_table, review_blocks, service_words, version_pairs, words_for
from providers.returns.tables.filling import filled_share, missing_of, tasks_of
from providers.returns.tables.lists import stages_of, state_tag, summary_rows
from providers.returns.views.rows import is_sent, sent_by, visible


@roles_allowed(*PROVIDER_ROLES, *REVIEWERS, post=REVIEWERS)
def outcome_return(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A return as this seat may see it: the task list of who fills it in, else what was certified. Its commissioner accepts here."""
    row = visible(request, reference)
    if can_fill_in(request.seat, row) and request.method != "POST":
        return _task_list(request, row)
    review = review_of(row)
    if review.newest and (wanted := wanted_format(request)):
        return table_response(facts_table(review), wanted, f"return-{row.reference}")
    form = AcceptForm(sent_by(request), version=row.version)
    if is_sent(request, form) and attempt(
        form, reviewing.accept, outcome_return=row, seen=form.version, by=request.seat, now=timezone.now()
    ):
        messages.success(request, "The return is accepted. Its figures go into the report.")
        return redirect("returns:return", reference)
        review = review_of(row := visible(request, reference))
        form.renew(row.version)
    return _read(request, review, form)


def _task_list(request: HttpRequest, row: OutcomeReturn) -> HttpResponse:
    today = timezone.localdate()
    working = working_return(row, today)
    done, cells = filled_share(working)
    context = {
        "outcome_return": row,
        "tasks": tasks_of(working),
        "missing": missing_of(working),
        "done": done,
        "cells": cells,
        "queries": unanswered_of(row),
        **_standing(row),
    }
    return render(request, "providers/returns/task_list.html", context)


def _read(request: HttpRequest, review: Review, form: AcceptForm) -> HttpResponse:
    row = review.outcome_return
    may_review = can_review(request.seat, row)
    context = {
        "review": review,
        "outcome_return": row,
        "form": form if may_review else None,
        "blocks": review_blocks(review, may_ask=may_review) if review.newest else [],
        "changes": changes_table(review.changes(), review.measures, "Changed since the version before", "Before", "Now"),
        "may_sign": can_sign(request.seat, row),
        "is_provider": is_of_provider(request.seat, row),
        **_standing(row, review),
    }
    return render(request, "providers/returns/return.html", context)


def _standing(row: OutcomeReturn, review: Review | None = None) -> dict[str, object]:
    today = timezone.localdate()
    return {"steps": stages_of(row), "tag": state_tag(row), "rows": summary_rows(row, review.newest if review else None, today)}


@roles_allowed(*REVIEWERS, post=REVIEWERS)
def ask(request: HttpRequest, reference: str, figure: str) -> HttpResponse:
    """Ask about one figure of a return under review."""
    row = visible(request, reference)
    code, service = key_from(figure)
    measure = measure_asked(code)
    if measure is None or service not in ("", *row.contract.services) or not can_review(request.seat, row):
        raise Http404
    form = AskForm(sent_by(request), cancel_url=reverse("returns:return", args=[reference]))
    if is_sent(request, form):
        told = {"measure": measure, "service": service, "by": request.seat, "now": timezone.now(), **form.cleaned_data}
        if attempt(form, reviewing.ask, outcome_return=row, **told):
            messages.success(request, "Your query was sent. The provider has been told by e-mail.")
            return redirect("returns:return", reference)
    review = review_of(row)
    key = (code, service)
    now, last = words_for(measure, review.sheet, key), words_for(measure, review.last_sheet, key)
    context = {"form": form, "outcome_return": row, "measure": measure, "label": service_words(service), "figure": now, "last": last}
    return render(request, "providers/returns/ask.html", context)


@roles_allowed(*PROVIDER_ROLES, *REVIEWERS, post=(*PROVIDER_ROLES, *REVIEWERS))
def query(request: HttpRequest, reference: str) -> HttpResponse:
    """One query: its provider answers it, its commissioner closes it."""
    found = query_for(request.seat, reference)
    if found is None:
        raise Http404
    form = _query_form(request, found)
    if request.method == "POST" and form is not None and form.is_valid():
        done = _close(request, form, found) if isinstance(form, CloseForm) else _answer(request, form, found)
        if done:
            return redirect("returns:return", found.outcome_return.reference)
        found = query_for(request.seat, reference) or found
    review = review_of(found.outcome_return)
    key = (found.measure.code, found.service)
    context = {
        "form": form,
        "query": found,
        "outcome_return": found.outcome_return,
        "label": service_words(found.service),
        "figure": words_for(found.measure, review.sheet, key),
        "last": words_for(found.measure, review.last_sheet, key),
        "is_closing": isinstance(form, CloseForm),
    }
    return render(request, "providers/returns/query.html", context)


def _query_form(request: HttpRequest, found: ReturnQuery) -> AnswerForm | CloseForm | None:
    cancel_url = reverse("returns:return", args=[found.outcome_return.reference])
    data = sent_by(request)
    if can_answer(request.seat, found):
        return AnswerForm(data, query=found, may_correct=can_correct(request.seat, found), cancel_url=cancel_url)
    if found.closed_at is None and can_review(request.seat, found.outcome_return):
        return CloseForm(data, cancel_url=cancel_url)
    return None


def _answer(request: HttpRequest, form: AnswerForm, found: ReturnQuery) -> bool:
    told = {"query": found, "answer": form.cleaned_data["answer"], "by": request.seat, "now": timezone.now()}
    how = form.cleaned_data.get("how", EXPLAIN)
    if how == CORRECT:
        told["figure"] = form.cleaned_data["figure"]
    action = {EXPLAIN: reviewing.explain, CORRECT: reviewing.correct, REOPEN: reviewing.reopen_to_correct}[how]
    done = attempt(form, action, **told)
    if done:
        said = {EXPLAIN: "Your answer was sent.", CORRECT: "Corrected. Your certifier has been asked to certify the return again."}
        messages.success(request, said.get(how, "The return is a draft again. Correct the figures, then send it for sign-off."))
    return bool(done)


def _close(request: HttpRequest, form: CloseForm, found: ReturnQuery) -> bool:
    done = attempt(form, reviewing.close, query=found, by=request.seat, now=timezone.now())
    if done:
        messages.success(request, "The query is closed.")
    return bool(done)


@roles_allowed(*PROVIDER_ROLES, *REVIEWERS)
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every version that was certified, with its hash, and what each one changed."""
    review = review_of(visible(request, reference))
    context = {"outcome_return": review.outcome_return, "pairs": version_pairs(review)}
    return render(request, "providers/returns/versions.html", context)

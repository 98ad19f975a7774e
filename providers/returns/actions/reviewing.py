"""Reviewing: the commissioner asks about single figures, the provider answers, the commissioner closes and accepts."""

import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.words import in_london, plural
from commissioning.measures.kinds import Unit
from commissioning.measures.models import Measure
from commissioning.organisations.seat import Seat
from providers.returns.actions.steps import check_allowed, check_seen, locked, move, person_of, touch
from providers.returns.messages import tell_accepted, tell_answered, tell_asked, tell_certifiers
from providers.returns.models import OutcomeReturn, ReturnLine, ReturnQuery
from providers.returns.permissions import can_answer, can_correct, can_review
from providers.returns.queries.working import working_return
from providers.returns.rules.checks import ReturnRefused
from providers.returns.rules.figures import FigureRefused, Key, read_figure
from providers.returns.rules.screening import check_text
from providers.returns.states import ReturnState


@transaction.atomic
def ask(*, outcome_return: OutcomeReturn, measure: Measure, service: str, question: str, by: Seat, now: datetime.datetime) -> ReturnQuery:
    """Ask about one figure. The return is queried until every question has an answer.

    :raises ReturnRefused: the return is not under review, no question, or this figure is already being asked about.
    """
    row = locked(outcome_return)
    check_allowed(can_review(by, row))
    _check_words(question, now, field="question", missing="Write what you want to know about this figure.")
    if row.queries.filter(measure=measure, service=service, closed_at=None).exists():
        raise ReturnRefused("There is already an open query about this figure.")
    query = ReturnQuery.objects.create(
        outcome_return=row,
        provider=row.provider,
        commissioner=row.commissioner,
        measure=measure,
        service=service,
        question=question,
        asked_at=now,
        asked_by=person_of(by),
    )
    if row.state == ReturnState.SUBMITTED:
        move(row, ReturnState.QUERIED, verb="queried", by=by, now=now)
    record(by=by, verb="asked about a figure", on=query, after={"return": row.reference, "measure": measure.code})
    tell_asked(query, by=by)
    return query


@transaction.atomic
def explain(*, query: ReturnQuery, answer: str, by: Seat, now: datetime.datetime) -> ReturnQuery:
    """Answer a query in words; the figure stands."""
    row, query = _locked_with(query)
    check_allowed(can_answer(by, query))
    _answer(query, answer, by=by, now=now)
    _settle(row, by=by, now=now)
    tell_answered(query, by=by)
    return query


@transaction.atomic
def correct(*, query: ReturnQuery, answer: str, figure: str, by: Seat, now: datetime.datetime) -> ReturnQuery:
    """Answer a query with another figure: the return goes to be certified again.

    :raises ReturnRefused: the figure cannot be read, is the same, or breaks a check.
    """
    row, query = _locked_with(query)
    check_allowed(can_correct(by, query))
    _answer(query, answer, by=by, now=now)
    _put(row, query, figure)
    found = working_return(row, in_london(now).date()).findings
    if found:
        said = f"With this figure a check fails: {found[0].sentence}. Choose to correct several figures instead."
        raise ReturnRefused(said, field="figure")
    move(row, ReturnState.AWAITING_SIGN_OFF, verb="corrected a figure", by=by, now=now, prepared_at=now, prepared_by=by.person)
    tell_certifiers(row, by=by)
    return query


@transaction.atomic
def reopen_to_correct(*, query: ReturnQuery, answer: str, by: Seat, now: datetime.datetime) -> ReturnQuery:
    """Answer a query by going back to the draft, to correct several figures."""
    row, query = _locked_with(query)
    check_allowed(can_correct(by, query))
    _answer(query, answer, by=by, now=now)
    move(row, ReturnState.DRAFT, verb="took back to correct", by=by, now=now)
    return query


@transaction.atomic
def close(*, query: ReturnQuery, by: Seat, now: datetime.datetime) -> ReturnQuery:
    """Close a query: its answer is enough, or the question is withdrawn."""
    row, query = _locked_with(query)
    check_allowed(can_review(by, row) and query.closed_at is None)
    query.closed_at, query.closed_by = now, by.person
    query.save()
    record(by=by, verb="closed a query", on=query, after={"return": row.reference})
    _settle(row, by=by, now=now)
    return query


@transaction.atomic
def accept(*, outcome_return: OutcomeReturn, seen: int | None, by: Seat, now: datetime.datetime) -> OutcomeReturn:
    """Accept what was submitted: these figures go into the report.

    :param seen: the version of the return that the commissioner read.
    :raises ReturnRefused: a query is open, or there is nothing to accept.
    :raises StaleEdit: the return changed after it was read.
    """
    row = locked(outcome_return)
    check_allowed(can_review(by, row))
    if still_open := row.queries.filter(closed_at=None).count():
        raise ReturnRefused(f"{plural(still_open, 'query is', 'queries are')} still open. Close each of them before you accept the return.")
    check_seen(row, seen or 0)
    move(row, ReturnState.ACCEPTED, verb="accepted", by=by, now=now, accepted_at=now, accepted_by=by.person)
    tell_accepted(row, by=by)
    return row


def _locked_with(query: ReturnQuery) -> tuple[OutcomeReturn, ReturnQuery]:
    row = locked(query.outcome_return)
    fresh = ReturnQuery.objects.select_for_update(of=("self",)).select_related("measure").get(pk=query.pk)
    fresh.outcome_return = row
    return row, fresh


def _answer(query: ReturnQuery, answer: str, *, by: Seat, now: datetime.datetime) -> None:
    _check_words(answer, now, field="answer", missing="Write your answer. The commissioner reads it beside the figure.")
    query.answer, query.answered_at, query.answered_by = answer, now, by.person
    query.save()
    record(by=by, verb="answered a query", on=query, after={"return": query.outcome_return.reference})


def _check_words(text: str, now: datetime.datetime, *, field: str, missing: str) -> None:
    if not text.strip():
        raise ReturnRefused(missing, field=field)
    check_text(text, in_london(now).date(), field=field)


def _put(row: OutcomeReturn, query: ReturnQuery, figure: str) -> None:
    """Write the corrected figure into its cell."""
    key: Key = (query.measure.code, query.service)
    try:
        value = read_figure(figure, query.measure.unit)
    except FigureRefused as refusal:
        raise ReturnRefused(str(refusal), field="figure") from None
    if value is None:
        raise ReturnRefused("Enter the corrected figure.", field="figure")
    if not query.measure.entered or query.measure.unit == Unit.PERCENT:
        raise ReturnRefused("This figure follows from others. Choose to correct several figures instead.", field="figure")
    line = ReturnLine.objects.filter(outcome_return=row, measure__code=key[0], service=key[1]).first()
    if line and line.value == value:
        raise ReturnRefused("This is the figure that you gave before. Explain it instead, or enter another.", field="figure")
    line = line or ReturnLine(outcome_return=row, provider=row.provider, measure=query.measure, service=key[1])
    line.value = value
    line.save()


def _settle(row: OutcomeReturn, *, by: Seat, now: datetime.datetime) -> None:
    """A queried return whose questions all have answers waits for the commissioner again; else it only gets a new number."""
    waiting = row.queries.filter(answered_at=None, closed_at=None).exists()
    if row.state == ReturnState.QUERIED and not waiting:
        move(row, ReturnState.SUBMITTED, verb="answered all queries", by=by, now=now)
    else:
        touch(row, by=by, now=now)

"""Background work: every job is a row, written with the deed that asks for it and sent once that is committed.

    enqueue("reports.build", key="report:2026-27-Q2", by=seat, period="2026-27-Q2")

    @background_task("reports.build")                     # in <house>/tasks.py
    def build_report(job: RunningJob, period: str) -> None:
        build(period=period, progress=job.progress)

A broker that is down fails nothing: the row waits, and the sweeper sends it. See docs/background-work.md.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from celery import Task, current_app, shared_task
from django.db import connection, transaction
from django.db.models import F, Q

from commissioning.kernel.clean import clean_values
from commissioning.kernel.clock import DatabaseClock
from commissioning.kernel.models import Job
from commissioning.kernel.running import JOB_LOCKS, RunningJob, run
from commissioning.kernel.states import JobState

log = logging.getLogger(__name__)
LOST_AFTER = timedelta(seconds=120)
UNSENT_AFTER = timedelta(seconds=5)
SILENT_AFTER = timedelta(seconds=15)
SWEPT_AT_ONCE = 100
BROKER_REST_SECONDS = 10
_broker_rests_until = 0.0


class Actor(Protocol):
    """A seat, as far as a job needs it."""

    @property
    def person(self) -> Any: ...
    @property
    def organisation(self) -> Any: ...


class UnknownTask(LookupError):
    """There is no background task of that name: a slip in the code."""


@dataclass(frozen=True)
class JobProgress:
    """How far a job is, for a page. `percent` is None while nobody can say."""

    reference: str
    state: JobState
    label: str
    message: str
    done: int
    total: int
    percent: int | None
    is_finished: bool
    has_failed: bool


def background_task(name: str, *, tries: int = 4) -> Callable[[Callable[..., None]], Task]:
    """Make a function the body of the jobs of that name. It gets the running job and the job's arguments.

    The body runs in one transaction together with the note that the job is done: it happens once or not at all. What
    reaches outside the database (an e-mail) may happen again if the process dies at that very moment.

    :param tries: how often it is tried in all, with growing rests; a `Refusal` is final at once.
    """

    def decorate(body: Callable[..., None]) -> Task:
        def work(job_id: int) -> None:
            run(job_id, body, tries=tries)

        work.__module__, work.__qualname__, work.__doc__ = body.__module__, body.__qualname__, body.__doc__
        return shared_task(name=name)(work)

    return decorate


def enqueue(name: str, /, *, key: str, by: Actor | None, once: bool = False, not_before: datetime | None = None, **arguments: Any) -> Job:
    """Write a job down in the caller's transaction and send it when that is committed. Returns the job's row.

    :param key: natural key of the work, such as "report:2026-27-Q2". While a job with that key is unfinished no second
        one is made: the first comes back. With `once` that also holds after it was done.
    :param by: the seat that asked; None or the system's seat when the clock did.
    :param arguments: what the task's body gets; plain JSON values, no figures of bids, no personal data.
    :raises UnknownTask: at once, if no task has that name.
    """
    if name not in current_app.tasks:
        raise UnknownTask(f"No background task is called {name!r}")
    job = Job(name=name, key=key, arguments=clean_values(arguments), not_before=not_before)
    if by is not None:
        job.queued_by, job.organisation = by.person, by.organisation
    if once and (earlier := _done_before(key)):
        return earlier
    with transaction.atomic():
        Job.objects.bulk_create([job], ignore_conflicts=True)
        written = Job.objects.unfinished().filter(key=key).order_by("pk").last()
    if written is None:  # the one that stood in the way has finished in between
        return enqueue(name, key=key, by=by, once=once, not_before=not_before, **arguments)
    if written.reference == job.reference:
        transaction.on_commit(partial(send, written.pk, name))
    return written


def _done_before(key: str) -> Job | None:
    return Job.objects.filter(key=key, state=JobState.DONE).order_by("pk").last()


def send(job_id: int, name: str) -> bool:
    """Hand a job over to the broker. A broker that fails is left alone for a while: the sweeper comes again."""
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return False
    try:
        current_app.tasks[name].apply_async(args=[job_id], retry=False)
    except Exception as error:
        _broker_rests_until = time.monotonic() + BROKER_REST_SECONDS
        log.warning("The broker takes nothing (%s). Job %s waits for the sweeper.", type(error).__name__, job_id)
        return False
    Job.objects.filter(pk=job_id).update(sent_on_clock=DatabaseClock())
    return True


def sweep() -> int:
    """Send what was never sent, what the broker lost and what lies with a worker that died. Returns how many."""
    now = DatabaseClock()
    may_start = Q(not_before=None) | Q(not_before__lte=now)
    unsent = Q(sent_on_clock=None, queued_at__lt=now - UNSENT_AFTER) | Q(sent_on_clock__lt=F("not_before"))
    waiting = Job.objects.filter(may_start & (unsent | Q(sent_on_clock__lt=now - LOST_AFTER)), state=JobState.QUEUED)
    found = list(waiting.order_by("pk").values_list("pk", "name")[:SWEPT_AT_ONCE])
    silent = Job.objects.filter(state=JobState.RUNNING, heartbeat_on_clock__lt=now - SILENT_AFTER)
    found += [(pk, name) for pk, name in silent.order_by("pk").values_list("pk", "name") if _is_orphan(pk)]
    known = [(pk, name) for pk, name in found if name in current_app.tasks]
    return sum(send(pk, name) for pk, name in known)


def _is_orphan(job_id: int) -> bool:
    """Whether nobody holds the lock of a running job: its worker is gone. A worker that is only slow still holds it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [JOB_LOCKS, job_id % 2**31])
        return bool(cursor.fetchone()[0])


def job_progress(job: Job) -> JobProgress:
    """How far the job is now, read afresh."""
    job.refresh_from_db()
    finished = job.state in {JobState.DONE, JobState.FAILED}
    percent = 100 * min(job.done_steps, job.total_steps) // job.total_steps if job.total_steps else None
    return JobProgress(
        reference=job.reference,
        state=JobState(job.state),
        label=job.get_state_display(),
        message=job.message,
        done=job.done_steps,
        total=job.total_steps,
        percent=100 if job.state == JobState.DONE else percent,
        is_finished=finished,
        has_failed=job.state == JobState.FAILED,
    )


__all__ = ["JobProgress", "RunningJob", "UnknownTask", "background_task", "enqueue", "job_progress", "send", "sweep"]

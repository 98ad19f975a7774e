"""Running one job in a worker: never twice at once, never half, with a beating heart and progress that others see."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from structlog.contextvars import bound_contextvars

from commissioning.kernel.clock import DatabaseClock
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.states import JobState

log = logging.getLogger(__name__)
JOB_LOCKS = 720_262  # first half of the advisory locks' numbers; the second half is the job's own
PULSE_SECONDS = 5.0
SHOWN_EVERY_SECONDS = 0.25
RESTS = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)]
Body = Callable[..., None]


class Overtaken(Exception):
    """Another worker has taken the job over; what this one did is undone."""


class Side:
    """A second connection of the worker's process, outside the job's transaction.

    It holds the job's advisory lock (which the database lets go the moment that the process dies), keeps the heart
    beating from a thread, and writes progress so that pages see it at once.
    """

    def __init__(self, own: BaseDatabaseWrapper) -> None:
        self.belongs_to = _place(own)
        self._connection = own.copy()
        self._connection.inc_thread_sharing()
        self._mutex = threading.Lock()
        # A worker whose machine has vanished is found out by the database within a minute.
        self.ask("SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3")

    def ask(self, sql: str, *values: Any) -> Any:
        """Run one statement; returns the first value of its first row, if it gives rows."""
        with self._mutex, self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchone()[0] if cursor.description else None

    def is_alive(self) -> bool:
        with self._mutex:
            return self._connection.connection is not None and self._connection.is_usable()

    def close(self) -> None:
        with self._mutex:
            self._connection.close()

    @contextmanager
    def holding(self, job_id: int) -> Iterator[bool]:
        """The job's lock, if nobody else has it."""
        held = bool(self.ask("SELECT pg_try_advisory_lock(%s, %s)", JOB_LOCKS, job_id % 2**31))
        try:
            yield held
        finally:
            if held:
                self.ask("SELECT pg_advisory_unlock(%s, %s)", JOB_LOCKS, job_id % 2**31)

    @contextmanager
    def beating(self, job_id: int) -> Iterator[None]:
        stop = threading.Event()
        heart = threading.Thread(target=self._beat, args=(job_id, stop), daemon=True, name=f"pulse of job {job_id}")
        heart.start()
        try:
            yield
        finally:
            stop.set()
            heart.join()

    def _beat(self, job_id: int, stop: threading.Event) -> None:
        while not stop.wait(PULSE_SECONDS):
            try:
                self.ask("UPDATE commissioning_job SET heartbeat_on_clock = clock_timestamp() WHERE id = %s", job_id)
                self.ask(SAY_ALIVE, "worker")
            except DatabaseError:
                log.warning("The pulse of job %s could not be written", job_id)


SAY_ALIVE = """
INSERT INTO commissioning_heartbeat (name, beat_on_clock) VALUES (%s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET beat_on_clock = excluded.beat_on_clock
"""
SHOW = "UPDATE commissioning_job SET done_steps = %s, total_steps = %s, message = %s WHERE id = %s AND attempt = %s"


_kept: Side | None = None


def _place(of: BaseDatabaseWrapper) -> tuple[int, str]:
    return os.getpid(), str(of.settings_dict["NAME"])


@contextmanager
def _side() -> Iterator[Side]:
    """The side connection of this process, made anew after a fork, a failure, or a restart of the database."""
    global _kept
    if _kept is not None and not (_kept.belongs_to == _place(connection) and _kept.is_alive()):
        close_side()
    if _kept is None:
        _kept = Side(connection)
    try:
        yield _kept
    except Exception:
        close_side()
        raise


def close_side() -> None:
    global _kept
    if _kept is not None:
        with suppress(DatabaseError):
            _kept.close()
        _kept = None


class RunningJob:
    """What the body of a task gets: the job's row and a way to say how far it is."""

    def __init__(self, row: Job, side: Side | None) -> None:
        self.row = row
        self.reference = row.reference
        self._side = side
        self._shown = (0.0, "")

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is: "3 of 12, drawing the charts". Pages see it before the work is committed."""
        last, said = self._shown
        now = time.monotonic()
        if now - last < SHOWN_EVERY_SECONDS and said == message and done < total:
            return
        self._shown = (now, message)
        values = (max(0, done), max(0, total), message[:300], self.row.pk, self.row.attempt)
        if self._side:
            self._side.ask(SHOW, *values)
        else:
            with connection.cursor() as cursor:
                cursor.execute(SHOW, values)


def run(job_id: int, body: Body, *, tries: int) -> None:
    """Claim the job, do it, write down what became of it. Somebody else's, finished or future jobs are left alone."""
    if connection.in_atomic_block:  # in a test's transaction no second connection could see the row
        _claim_and_work(job_id, body, tries, side=None)
        return
    with _side() as side, side.holding(job_id) as held:
        if held:
            _claim_and_work(job_id, body, tries, side)
        else:
            log.info("Job %s is being worked on elsewhere", job_id)


def _claim_and_work(job_id: int, body: Body, tries: int, side: Side | None) -> None:
    row = _claimed(job_id, tries, may_take_over=side is not None)
    if row is None:
        return
    with bound_contextvars(request_id=row.reference, task=row.name):
        if side is None:
            _work(row, body, tries, side)
        else:
            with side.beating(job_id):
                _work(row, body, tries, side)


@transaction.atomic
def _claimed(job_id: int, tries: int, *, may_take_over: bool) -> Job | None:
    """The row, marked as running. A running one is taken over only under its lock, when its worker must be dead."""
    due = Q(state=JobState.QUEUED) & (Q(not_before=None) | Q(not_before__lte=DatabaseClock()))
    free = due | Q(state=JobState.RUNNING) if may_take_over else due
    row = Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()
    if row is None:
        return None
    if row.attempt >= tries:
        _end(row, JobState.FAILED, f"This stopped half way {row.attempt} times. Quote {row.reference} when you ask for help.")
        return None
    row.attempt += 1
    Job.objects.filter(pk=row.pk).update(
        state=JobState.RUNNING,
        attempt=row.attempt,
        started_on_clock=DatabaseClock(),
        heartbeat_on_clock=DatabaseClock(),
        done_steps=0,
        message="",
    )
    return row


def _work(row: Job, body: Body, tries: int, side: Side | None) -> None:
    try:
        with transaction.atomic():
            body(RunningJob(row, side), **row.arguments)
            if not _end(row, JobState.DONE):
                raise Overtaken
    except Refusal as refusal:
        _end(row, JobState.FAILED, str(refusal))
    except Overtaken:
        log.warning("Job %s was taken over; this attempt is undone", row.reference)
    except Exception:
        log.exception("Job %s failed on try %s of %s", row.reference, row.attempt, tries)
        _retry_or_fail(row, tries)


def _retry_or_fail(row: Job, tries: int) -> None:
    if row.attempt >= tries:
        _end(row, JobState.FAILED, f"Something went wrong. Quote {row.reference} when you ask for help.")
        return
    rest = RESTS[min(row.attempt, len(RESTS)) - 1]
    _mine(row).update(
        state=JobState.QUEUED, not_before=DatabaseClock() + rest, message="Something went wrong. This is tried again shortly."
    )


def _end(row: Job, state: JobState, message: str | None = None) -> bool:
    said = {} if message is None else {"message": message[:300]}
    return bool(_mine(row).update(state=state, finished_on_clock=DatabaseClock(), **said))


def _mine(row: Job) -> Any:
    """The row as long as this attempt is the latest: a worker that was given up for dead changes nothing more."""
    return Job.objects.filter(pk=row.pk, attempt=row.attempt, state__in=[JobState.RUNNING, JobState.QUEUED])

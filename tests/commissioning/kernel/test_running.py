"""Jobs in real transactions, with the worker's second connection."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection

from commissioning.kernel import running
from commissioning.kernel.background import enqueue
from commissioning.kernel.models import Heartbeat, Job
from commissioning.kernel.running import Side, close_side, run
from commissioning.kernel.states import JobState
from tests.commissioning.kernel import slow_tasks  # noqa: F401 (makes the task known)
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job():
    yield enqueue("tests.slow", key="slow:1", by=None, marker="", seconds=0)
    close_side()


@contextmanager
def another_worker():
    """A second process, as far as the database can tell: a connection of its own."""
    side = Side(connection)
    try:
        yield side
    finally:
        side.close()


def now(job):
    return Job.objects.get(pk=job.pk)


def test_progress_and_pulse_are_seen_while_nothing_is_committed(job, monkeypatch):
    monkeypatch.setattr(running, "PULSE_SECONDS", 0.01)
    beats = threading.Event()

    def body(running_job, marker, seconds):
        make_organisation("Half done")
        running_job.progress(1, 2, "Half way")
        running_job.progress(1, 2, "Half way")
        with another_worker() as other:
            seen = "SELECT message || count(o.*) FROM commissioning_job LEFT JOIN commissioning_organisation o ON true GROUP BY message"
            assert other.ask(seen) == "Half way0"
            while not other.ask("SELECT count(*) FROM commissioning_heartbeat"):
                beats.wait(0.01)

    run(job.pk, body, tries=1)
    assert (now(job).state, now(job).done_steps) == (JobState.DONE, 1)
    assert Heartbeat.objects.get().name == "worker"


def test_a_job_held_by_another_worker_is_left_alone(job):
    with another_worker() as other, other.holding(job.pk) as held:
        assert held
        run(job.pk, pytest.fail, tries=1)
    assert now(job).state == JobState.QUEUED


def test_a_job_of_a_dead_worker_is_taken_over_until_it_has_stopped_too_often(job):
    def body(running_job, marker, seconds):
        Job.objects.filter(pk=job.pk).update(message="again")

    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=1)
    run(job.pk, body, tries=2)
    assert (now(job).state, now(job).attempt) == (JobState.DONE, 2)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    run(job.pk, body, tries=2)
    assert now(job).state == JobState.FAILED
    assert now(job).message == f"This stopped half way 2 times. Quote {job.reference} when you ask for help."


def test_a_worker_given_up_for_dead_writes_nothing(job, caplog):
    def body(running_job, marker, seconds):
        make_organisation("Too late")
        with another_worker() as other:
            other.ask("UPDATE commissioning_job SET attempt = attempt + 1 WHERE id = %s", job.pk)

    run(job.pk, body, tries=3)
    assert (now(job).state, now(job).attempt) == (JobState.RUNNING, 2)
    assert "was taken over" in caplog.text
    assert not running.Job.objects.filter(state=JobState.DONE).exists()


def test_the_second_connection_is_made_anew_after_a_failure(job):
    def body(running_job, marker, seconds):
        with another_worker() as other:
            other.ask("SELECT pg_terminate_backend(%s)", running._kept.ask("SELECT pg_backend_pid()"))
        running_job.progress(1, 2, "Nobody hears this")

    with pytest.raises(running.DatabaseError):
        run(job.pk, body, tries=3)
    assert now(job).state == JobState.QUEUED
    Job.objects.filter(pk=job.pk).update(not_before=None)
    run(job.pk, lambda *_, **__: None, tries=3)
    assert now(job).state == JobState.DONE


def test_a_database_that_was_restarted_between_two_jobs_costs_the_second_nothing(job):
    with running._side() as kept:
        process = kept.ask("SELECT pg_backend_pid()")
    with another_worker() as other:
        other.ask("SELECT pg_terminate_backend(%s)", process)
        while other.ask("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", process):
            pass
    run(job.pk, lambda *_, **__: None, tries=1)
    assert now(job).state == JobState.DONE

"""A real worker, the real broker in the database, and `kill -9` in the middle of a job."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from commissioning.kernel.background import enqueue, job_progress, sweep
from commissioning.kernel.models import Job
from commissioning.kernel.running import JOB_LOCKS
from commissioning.kernel.states import JobState
from commissioning.organisations.models import Organisation
from tests.commissioning.kernel import slow_tasks

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
WORKER = ["-m", "celery", "-A", "commissioning", "worker", "-P", "prefork", "-c", "1", "-I", "tests.commissioning.kernel.slow_tasks"]


def address_of_test_database():
    """The test's own database as an address, for another process."""
    found = connection.get_connection_params()
    who = f"{quote(found['user'])}:{quote(found.get('password') or '')}"
    return f"postgres://{who}@/{found['dbname']}?host={quote(found.get('host') or 'localhost', safe='')}&port={found.get('port') or 5432}"


@contextmanager
def worker(log):
    environment = {**os.environ, "DATABASE_URL": address_of_test_database(), "PORTAL_DB_ROLE": "system", "PORTAL_DEMO": "1"}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *WORKER], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(condition, seconds, what, log):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}\n{log.read_text()[-3000:]}"
        time.sleep(0.1)


def lock_is_free(job):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [JOB_LOCKS, job.pk])
        return cursor.fetchone()[0]


def silent(job):
    """Let the heartbeat look older than it is, so that the drill need not wait for it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE commissioning_job SET heartbeat_on_clock = now() - interval '1 minute' WHERE id = %s", [job.pk])


def test_a_job_whose_worker_is_killed_is_done_once_and_whole(tmp_path):
    log, marker = tmp_path / "worker.log", tmp_path / "begun"
    job = enqueue("tests.slow", key="slow:1", by=None, marker=str(marker), seconds=60)
    with worker(log):
        wait_until(lambda: job_progress(job).message == "Half way", 60, "progress that others see", log)
        assert (job_progress(job).state, job_progress(job).percent) == (JobState.RUNNING, 50)
        assert not Organisation.objects.exists(), "nothing of an unfinished job is seen"
        silent(job)
        assert not lock_is_free(job)
        assert sweep() == 0, "a worker that is only slow keeps its job"
    wait_until(lambda: lock_is_free(job), 10, "the database to let the dead worker's lock go", log)
    silent(job)
    assert sweep() == 1
    with worker(log):
        wait_until(lambda: job_progress(job).is_finished, 60, "the job to be done", log)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert marker.read_text() == "1\n2\n"
    assert list(Organisation.objects.values_list("code", flat=True)) == [job.reference.lower()]


def test_a_job_sent_twice_is_done_once(tmp_path):
    log, marker = tmp_path / "worker.log", tmp_path / "begun"
    job = enqueue("tests.slow", key="slow:2", by=None, marker=str(marker), seconds=0.2)
    slow_tasks.slow.apply_async(args=[job.pk])
    slow_tasks.slow.apply_async(args=[job.pk])
    last = enqueue("tests.slow", key="slow:3", by=None, marker=str(tmp_path / "last"), seconds=0)
    with worker(log):
        wait_until(lambda: job_progress(last).is_finished, 60, "the last job to be done", log)
    assert marker.read_text() == "1\n"
    assert Job.objects.get(pk=job.pk).attempt == 1

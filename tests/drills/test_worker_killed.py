"""The worker killed with `kill -9` while it builds the quarterly report: afterwards there is one report, complete."""

import json
import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from commissioning.kernel.postgres.launcher import LocalPostgres
from tests.running_portal import Portal

pytestmark = pytest.mark.drill


@pytest.fixture
def database(portal: Portal) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    parameters = LocalPostgres(portal.data / "postgres").parameters("owner")
    with psycopg.connect(dbname="portal", autocommit=True, row_factory=dict_row, **parameters) as connection:
        yield connection


def job_of(database: psycopg.Connection[dict[str, Any]], period: str) -> dict[str, Any] | None:
    """The latest build of this period."""
    return database.execute(
        "SELECT * FROM commissioning_job WHERE name = 'reports.build' AND arguments->>'period' = %s ORDER BY id DESC LIMIT 1", [period]
    ).fetchone()


def report_of(database: psycopg.Connection[dict[str, Any]], period: str) -> list[dict[str, Any]]:
    return database.execute(
        "SELECT r.* FROM commissioning_performancereport r JOIN commissioning_reportingperiod p ON p.id = r.period_id WHERE p.code = %s",
        [period],
    ).fetchall()


def kill_in_the_middle(portal: Portal, database: psycopg.Connection[dict[str, Any]], period: str) -> None:
    """Ask for a build, hold it up at its last step by a lock on the report's row, and kill the worker there.

    The lock comes when the build has begun: before that it would hold up what the calendar does with the same report.
    """
    group = portal.pid("worker")
    os.killpg(group, signal.SIGSTOP)
    portal.manage("build_report", "--period", period)
    # As if other data had come in since the calendar's build: the same data would change nothing, and need no PDF.
    database.execute("UPDATE commissioning_performancereport SET sha256 = repeat('0', 64) WHERE state = 'provisional'")
    os.killpg(group, signal.SIGCONT)
    portal.wait_until(lambda: (job_of(database, period) or {})["state"] == "running", 60, "the build to begin", every=0.02)
    with database.transaction():
        database.execute("SELECT id FROM commissioning_performancereport FOR UPDATE")
        job = portal.wait_until(lambda: nearly_done(job_of(database, period)), 60, "the build to be nearly done")
        portal.kill("worker")
        assert job["attempt"] == 1


def nearly_done(job: dict[str, Any] | None) -> dict[str, Any] | None:
    return job if job and job["state"] == "running" and job["message"] == "Setting the PDF" else None


def test_report_whose_worker_is_killed_is_built_once_and_whole(portal: Portal, database: psycopg.Connection[dict[str, Any]]) -> None:
    portal.wait_until_healthy()
    frozen = {"frozen", "published"}
    period = next(
        one["code"]
        for one in json.loads(portal.manage("periods", "--json"))
        if one["state"] != "planned" and not frozen & {report["state"] for report in report_of(database, one["code"])}
    )
    before = sum(report["build_number"] for report in report_of(database, period))
    kill_in_the_middle(portal, database, period)

    portal.wait_until(lambda: (job_of(database, period) or {})["state"] == "done", 120, "the report after the restart")

    job = job_of(database, period) or {}
    (report,) = report_of(database, period)
    assert job["attempt"] == 2
    assert report["state"] == "provisional"
    assert report["build_number"] == before + 1
    stem = Path(portal.data) / "files" / report["pdf"]
    assert stem.read_bytes().startswith(b"%PDF-")
    assert stem.read_bytes().rstrip().endswith(b"%%EOF")
    assert stem.with_suffix(".xlsx").read_bytes().startswith(b"PK")
    assert sha256(stem.with_suffix(".json").read_bytes()).hexdigest() == report["sha256"]
    assert portal.manage("verify_audit")

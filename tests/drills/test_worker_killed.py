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
TRIES = 12


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


def kill_in_the_middle(portal: Portal, database: psycopg.Connection[dict[str, Any]], period: str) -> bool:
    """Ask for a build and kill the worker while it runs; False when it was too quick for us."""
    portal.manage("build_report", "--period", period)
    group = portal.pid("worker")
    portal.wait_until(lambda: (job_of(database, period) or {})["state"] != "queued", 60, "the build to begin", every=0.005)
    os.killpg(group, signal.SIGSTOP)
    caught = (job_of(database, period) or {})["state"] == "running"
    os.killpg(group, signal.SIGKILL if caught else signal.SIGCONT)
    return caught


def test_report_whose_worker_is_killed_is_built_once_and_whole(portal: Portal, database: psycopg.Connection[dict[str, Any]]) -> None:
    portal.wait_until_healthy()
    frozen = {"frozen", "published"}
    period = next(
        one["code"]
        for one in json.loads(portal.manage("periods", "--json"))
        if one["state"] != "planned" and not frozen & {report["state"] for report in report_of(database, one["code"])}
    )
    before = sum(report["build_number"] for report in report_of(database, period))
    assert any(kill_in_the_middle(portal, database, period) for _ in range(TRIES)), "the build was always quicker than we were"

    portal.wait_until(lambda: (job_of(database, period) or {})["state"] == "done", 120, "the report after the restart")

    job = job_of(database, period) or {}
    (report,) = report_of(database, period)
    assert job["attempt"] == 2
    assert report["state"] == "provisional"
    assert report["build_number"] <= before + TRIES
    stem = Path(portal.data) / "files" / report["pdf"]
    assert stem.read_bytes().startswith(b"%PDF-")
    assert stem.read_bytes().rstrip().endswith(b"%%EOF")
    assert stem.with_suffix(".xlsx").read_bytes().startswith(b"PK")
    assert sha256(stem.with_suffix(".json").read_bytes()).hexdigest() == report["sha256"]
    assert portal.manage("verify_audit")

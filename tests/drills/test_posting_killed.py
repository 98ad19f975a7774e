"""The worker killed with `kill -9` in the middle of posting a bank file: afterwards each row is posted, and posted once."""

import os
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from commissioning.kernel.postgres.launcher import LocalPostgres
from funders.banking.actions.posting import BATCH
from tests.drills.visitor import Visitor
from tests.running_portal import Portal

pytestmark = pytest.mark.drill
ROWS = 2 * BATCH + 50
HELD_UP_AT = BATCH + BATCH // 2  # in the middle of the second batch
Database = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def database(portal: Portal) -> Iterator[Database]:
    parameters = LocalPostgres(portal.data / "postgres").parameters("owner")
    with psycopg.connect(dbname="portal", autocommit=True, row_factory=dict_row, **parameters) as connection:
        yield connection


def the_invoiced(database: Database) -> dict[str, Any]:
    """An instalment that waits for its money."""
    found = database.execute(
        "SELECT i.* FROM funders_instalment i JOIN funders_pooledfund f ON f.id = i.fund_id "
        "WHERE f.code = 'kent-live' AND i.state = 'invoiced' ORDER BY i.id LIMIT 1"
    ).fetchone()
    assert found is not None
    return found


def bank_file(invoice: str) -> bytes:
    """£1.00 on each row; one row in the middle pays the invoice, the others belong to nobody yet."""
    day = f"{date.today() - timedelta(days=2):%d/%m/%Y}"
    rows = [f"{day},1.00,DRILL-{number:04},{invoice if number == HELD_UP_AT else f'unknown {number}'}" for number in range(1, ROWS + 1)]
    return "\n".join(["Date,Amount,Bank reference,Text", *rows, ""]).encode()


def import_of(database: Database) -> dict[str, Any]:
    found = database.execute("SELECT * FROM funders_bankimport WHERE name = 'drill.csv'").fetchone()
    assert found is not None
    return found


def posted(database: Database) -> list[str]:
    """The bank reference of each posting that the file has made, in order."""
    rows = database.execute(
        "SELECT bank_reference FROM funders_ledgertransaction WHERE bank_reference LIKE 'DRILL-%' ORDER BY bank_reference"
    )
    return [one["bank_reference"] for one in rows.fetchall()]


def jobs_of(database: Database) -> list[dict[str, Any]]:
    rows = database.execute(
        "SELECT * FROM commissioning_job WHERE name = 'banking.post' AND arguments->>'reference' = %s ORDER BY id",
        [import_of(database)["reference"]],
    )
    return rows.fetchall()


def waits_for_us(database: Database) -> bool:
    """Whether a process waits for what this connection holds."""
    found = database.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))) AS waits"
    )
    return bool((found.fetchone() or {})["waits"])


def read_in(portal: Portal, database: Database, invoice: str) -> tuple[Visitor, str]:
    """The file uploaded by the host's finance officer, its columns named, its rows read. The visitor, and the file's address."""
    host = Visitor(portal.address)
    assert host.sign_in(portal.account("finance", "kcc"))
    status, _ = host.upload("/bank/upload/", ("file", "drill.csv", bank_file(invoice)), fund="kent-live")
    assert status == 200
    address = f"/bank/{import_of(database)['reference']}/"
    if import_of(database)["state"] == "mapping":
        host.post(f"{address}columns/", date="0", date_format="dmy", amount="1", reference="2", text="3")
    portal.wait_until(lambda: import_of(database)["state"] == "ready", 60, "the rows to be read")
    return host, address


def kill_in_the_middle(portal: Portal, database: Database, instalment: dict[str, Any], host: Visitor, address: str) -> None:
    """Hold the posting up at the one row that pays an instalment, whose row is locked, and kill the worker there."""
    with database.transaction():
        database.execute("SELECT id FROM funders_instalment WHERE id = %s FOR UPDATE", [instalment["id"]])
        assert host.post(f"{address}post/")[0] == 200
        portal.wait_until(lambda: waits_for_us(database), 60, "the posting to reach the row in the middle", every=0.02)
        group = portal.pid("worker")
        os.killpg(group, signal.SIGSTOP)
        before = posted(database)
        portal.kill("worker")
        assert before == [f"DRILL-{number:04}" for number in range(1, BATCH + 1)]


def test_rows_whose_posting_is_killed_are_posted_once_each_and_the_ledger_holds(portal: Portal, database: Database) -> None:
    portal.wait_until_healthy()
    instalment = the_invoiced(database)
    host, address = read_in(portal, database, instalment["invoice_reference"])
    kill_in_the_middle(portal, database, instalment, host, address)

    portal.wait_until(lambda: import_of(database)["state"] == "posted", 120, "the posting after the restart")

    assert posted(database) == [f"DRILL-{number:04}" for number in range(1, ROWS + 1)]
    rows = database.execute(
        "SELECT count(*) AS all, count(posting_id) AS posted, count(DISTINCT posting_id) AS once FROM funders_bankrow WHERE bank_import_id = %s",
        [import_of(database)["id"]],
    ).fetchone()
    assert rows == {"all": ROWS, "posted": ROWS, "once": ROWS}
    receipts = database.execute("SELECT amount FROM funders_receipt WHERE bank_reference = %s", [f"DRILL-{HELD_UP_AT:04}"])
    assert [str(one["amount"]) for one in receipts.fetchall()] == ["1.00"]
    assert [(job["state"], job["attempt"]) for job in jobs_of(database)] == [("done", 1), ("done", 2), ("done", 1)]
    assert "The ledger is whole" in portal.manage("verify_ledger")
    assert portal.manage("verify_audit")
    assert f"{ROWS} rows" in host.get(address)[1]

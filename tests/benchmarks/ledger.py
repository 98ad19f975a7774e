"""The ledger against bare SQL in the same run: posting through the action, and the statement over a million lines.

Run by the benchmarks in a process of its own on the database of a running portal, as its owner; prints JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module, util
from typing import Any

from tests.running_portal import ROOT, Portal

POSTINGS, IN_ONE_TRANSACTION, ROUNDS = 10_000, 100, 5
LINES, MOST_TIMES_SQL = 1_000_000, 1.5
STATEMENT = "funders.accounts.queries"
AGGREGATE = "SELECT account, contribution_id, pot, budget_year, sum(amount) FROM funders_ledgerline WHERE fund_id = %s GROUP BY 1, 2, 3, 4"
POSTING = """
    INSERT INTO funders_ledgertransaction
        (reference, fund_id, host_id, kind, happened_on, text, bank_reference, posted_at, posted_by_id, database_transaction)
    VALUES (%s, %s, %s, 'receipt', %s, %s, '', %s, %s, 0) RETURNING id"""
SIDES = """
    INSERT INTO funders_ledgerline (transaction_id, fund_id, host_id, account, amount, pot)
    VALUES (%s, %s, %s, 'bank', 1, ''), (%s, %s, %s, 'suspense', -1, '')"""
MANY_POSTINGS = """
    INSERT INTO funders_ledgertransaction
        (reference, fund_id, host_id, kind, happened_on, text, bank_reference, posted_at, posted_by_id, database_transaction)
    SELECT 'LT-MANY-' || number, %s, %s, 'receipt', %s, 'x', '', %s, %s, 0 FROM generate_series(1, %s) AS number"""
MANY_LINES = """
    INSERT INTO funders_ledgerline (transaction_id, fund_id, host_id, account, contribution_id, amount, pot)
    SELECT posting.id, posting.fund_id, posting.host_id, side.account, CASE side.account WHEN 'contributions' THEN
        (%s::bigint[])[1 + posting.id %% cardinality(%s::bigint[])] END, side.amount, ''
    FROM funders_ledgertransaction AS posting, (VALUES ('bank', 1.00), ('contributions', -1.00)) AS side (account, amount)
    WHERE posting.reference LIKE 'LT-MANY-%%'"""
TABLES = ("funders_ledgertransaction", "funders_ledgerline")


def measure_ledger(portal: Portal) -> dict[str, float]:
    """Seconds of the action and of bare SQL, and of the statement's aggregate; see `lines_of`."""
    environment = {**portal.environment, "PORTAL_DB_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "commissioning.settings"}
    command = [sys.executable, "-m", "tests.benchmarks.ledger"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def lines_of(found: dict[str, float]) -> list[str]:
    """The part of docs/benchmarks.md."""
    statement = found.get("statement")
    ratio = f"{statement / found['aggregate']:.2f} | {MOST_TIMES_SQL:g}" if statement else f"not measured | {MOST_TIMES_SQL:g}"
    return [
        "## Ledger",
        "",
        f"{found['postings']:,.0f} postings of two lines, {IN_ONE_TRANSACTION} in a transaction: through `funders.ledger.actions.post`, with its entry in the audit",
        "trail, and the same rows of the ledger by bare SQL, with all triggers of the database; both take turns, transaction by transaction.",
        f"Then a statement over {found['lines']:,.0f} lines against the one aggregate that it needs, median of {ROUNDS}.",
        "",
        "| what | seconds | x bare SQL | aim |",
        "|---|---:|---:|---:|",
        f"| postings by bare SQL | {found['sql']:.1f} | 1 | |",
        f"| postings through the action | {found['action']:.1f} | {found['action'] / found['sql']:.1f} | |",
        f"| bare aggregate | {found['aggregate']:.2f} | 1 | |",
        f"| statement | {f'{statement:.2f}' if statement else ''} | {ratio} |",
        "",
    ]


def posting_times(fund: Any, by: Any, at: Any, postings: int = POSTINGS) -> tuple[float, float]:
    """Seconds through the action and by bare SQL, in transactions of the same size that take turns."""
    action = sql = 0.0
    for start in range(0, postings, IN_ONE_TRANSACTION):
        size = min(IN_ONE_TRANSACTION, postings - start)
        action += seconds(lambda: post_by_action(fund, by, at, size))  # noqa: B023
        sql += seconds(lambda: post_by_sql(fund, by, at, start, size))  # noqa: B023
    return action, sql


def post_by_action(fund: Any, by: Any, at: Any, size: int) -> None:
    from django.db import transaction  # noqa: PLC0415 - after the settings are known

    from funders.ledger.actions import post  # noqa: PLC0415
    from funders.ledger.models import Account  # noqa: PLC0415
    from funders.ledger.rules import Entry  # noqa: PLC0415
    from funders.pool.rules import NOTHING  # noqa: PLC0415

    sides = [Entry(Account.BANK, NOTHING + 1), Entry(Account.SUSPENSE, NOTHING - 1)]
    with transaction.atomic():
        for _ in range(size):
            post(fund=fund, entries=sides, on=at.date(), text="A posting of a benchmark", by=by, at=at)


def post_by_sql(fund: Any, by: Any, at: Any, start: int, size: int) -> None:
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(start, start + size):
            told = [f"LT-BARE-{number}", fund.pk, fund.host_id, at.date(), "A posting of a benchmark", at, by.person.pk]
            cursor.execute(POSTING, told)
            side = [cursor.fetchone()[0], fund.pk, fund.host_id]
            cursor.execute(SIDES, [*side, *side])


def load_lines(fund: Any, contributions: list[int], by: Any, at: Any, lines: int = LINES) -> None:
    """Balanced pairs in one INSERT ... SELECT each, with the triggers of the two tables off for the load alone."""
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        switch(cursor, "DISABLE")
        cursor.execute(MANY_POSTINGS, [fund.pk, fund.host_id, at.date(), at, by.person.pk, lines // 2])
        cursor.execute(MANY_LINES, [contributions, contributions])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        switch(cursor, "ENABLE")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE funders_ledgerline")


def switch(cursor: Any, how: str) -> None:
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} {how} TRIGGER USER")


def aggregate_of(fund: Any) -> list[Any]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(AGGREGATE, [fund.pk])
        found: list[Any] = cursor.fetchall()
        return found


def the_statement() -> Callable[[Any], Any] | None:
    """`statement_of(fund)` of the statement's slice, once there is one."""
    known = util.find_spec(STATEMENT.rpartition(".")[0]) and util.find_spec(STATEMENT)
    return getattr(import_module(STATEMENT), "statement_of", None) if known else None


def statement_times(fund: Any, ask: Callable[[Any], Any] | None) -> dict[str, float]:
    """Median seconds of the bare aggregate, and of the statement where there is one; they take turns."""
    aggregate_of(fund)
    bare, own = [], []
    for _ in range(ROUNDS):
        bare.append(seconds(lambda: aggregate_of(fund)))
        own += [seconds(lambda: ask(fund))] if ask else []  # type: ignore[misc]
    return {"aggregate": statistics.median(bare), **({"statement": statistics.median(own)} if own else {})}


def seconds(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def main() -> None:
    import django  # noqa: PLC0415 - the settings are chosen by whoever starts this process

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from commissioning.organisations.roles import Role  # noqa: PLC0415
    from funders.contributions.demo import seat_of  # noqa: PLC0415
    from funders.contributions.models import Contribution  # noqa: PLC0415
    from funders.pool.models import PooledFund  # noqa: PLC0415

    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    by, at = seat_of(fund.host, Role.FINANCE), timezone.now()
    action, sql = posting_times(fund, by, at)
    load_lines(fund, list(Contribution.objects.filter(fund=fund).values_list("pk", flat=True)), by, at)
    figures = {"postings": POSTINGS, "action": action, "sql": sql, "lines": LINES, **statement_times(fund, the_statement())}
    print(json.dumps(figures))  # noqa: T201


if __name__ == "__main__":
    main()

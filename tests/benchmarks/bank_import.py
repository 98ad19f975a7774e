"""A bank file of 100,000 rows: how many rows a second are read and posted, and the most memory that the process takes.

Run by the benchmarks in a process of its own with the data of a running portal, as the worker's database user; prints JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta

from tests.running_portal import ROOT, Portal

ROWS, POSTED = 100_000, 2_000
MOST_MIB = 300


def measure_bank_import(portal: Portal, rows: int = ROWS) -> dict[str, float]:
    """Rows a second of reading and of posting, and the peak memory in MiB of the process that did both."""
    environment = {**portal.environment, "PORTAL_DB_ROLE": "system", "DJANGO_SETTINGS_MODULE": "commissioning.settings"}
    command = [sys.executable, "-m", "tests.benchmarks.bank_import", str(rows)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def lines_of(found: dict[str, float]) -> list[str]:
    """The part of docs/benchmarks.md."""
    return [
        "## Import of a bank file",
        "",
        f"{found['rows']:,.0f} rows ({found['mb']:.1f} MB), read as a stream in batches by a process of its own: read, matched to instalments, kept for the preview;",
        f"then {found['posted']:,.0f} of them posted one by one, each with its ledger lines and its entry in the audit trail.",
        "",
        "| what | figure | aim |",
        "|---|---:|---:|",
        f"| peak memory of the process (Django itself: {found['before']:.0f}) | {found['peak']:.0f} MiB | {MOST_MIB} MiB |",
        f"| rows read a second | {found['read']:,.0f} | |",
        f"| rows posted a second | {found['post']:,.0f} | |",
        "",
    ]


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(rows: int) -> None:
    import django  # noqa: PLC0415 - the settings are chosen by whoever starts this process

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from commissioning.kernel.postgres.scope import rls_scope  # noqa: PLC0415
    from commissioning.organisations.roles import Role  # noqa: PLC0415
    from funders.banking import actions  # noqa: PLC0415
    from funders.banking.rules.rows import RowKind  # noqa: PLC0415
    from funders.contributions.demo import seat_of  # noqa: PLC0415
    from funders.pool.models import PooledFund  # noqa: PLC0415

    def quietly(done: int, total: int, message: str) -> None:
        """Nobody watches."""

    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    now = timezone.now()
    day = f"{timezone.localdate() - timedelta(days=3):%d/%m/%Y}"
    told = {"by": seat_of(fund.host, Role.FINANCE), "at": now}
    lines = (
        f"{day},{number % 900 + 1}.{number % 100:02},BENCH-{number:06},Payment {number} of somebody for something" for number in range(rows)
    )
    content = "\n".join(["Date,Amount,Bank reference,Text", *lines]).encode()
    size = len(content)
    columns = {"date": 0, "amount": 1, "reference": 2, "text": 3}
    before = peak_mib()
    with rls_scope([fund.host_id]):
        found = actions.upload(fund=fund, file=SimpleUploadedFile("bench.csv", content), **told)
        found = actions.name_columns(bank_import=found, columns=columns, date_format="dmy", version=found.version, **told)
    del content
    begun = time.perf_counter()
    counted = actions.read_rows(reference=found.reference, version=found.version, progress=quietly, at=now)
    reading = time.perf_counter() - begun
    with rls_scope([fund.host_id]):
        found.refresh_from_db()
        actions.confirm(bank_import=found, version=found.version, **told)
    begun, posted, left = time.perf_counter(), 0, rows
    while posted < min(POSTED, rows) and left:
        left = actions.post_rows(reference=found.reference, progress=quietly, at=now)
        posted = found.rows.exclude(posting=None).filter(kind=RowKind.UNMATCHED).count()
    posting = time.perf_counter() - begun
    assert counted == rows, counted
    figures = {"rows": rows, "mb": size / 1e6, "read": rows / reading, "posted": posted, "post": posted / posting}
    print(json.dumps({**figures, "before": before, "peak": peak_mib()}))  # noqa: T201


if __name__ == "__main__":
    assert os.environ.get("PORTAL_DB_ROLE") == "system"
    main(int(sys.argv[1]))

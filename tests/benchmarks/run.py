"""`make bench`: measure the pages of the demo against the floor page in the same run, and write docs/benchmarks.md.

Ratios, not times: the floor and ours take turns, so that a noisy machine is noisy for both.
"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import psycopg

from commissioning.kernel.postgres.launcher import LocalPostgres
from tests.benchmarks import bank_import, ledger
from tests.benchmarks.memory import memory_of
from tests.benchmarks.pages import PAGES, BenchPage
from tests.running_portal import ROOT, Portal, free_port

ROUNDS, REQUESTS = 5, 12
DOCUMENT = ROOT / "docs" / "benchmarks.md"
GUNICORN = ["-m", "gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]


@dataclass(frozen=True)
class Measured:
    page: BenchPage
    path: str
    ratio: float
    milliseconds: float
    sent: int
    unpacked: int


class Visitor:
    """Somebody with a cookie jar."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> bytes:
        request = Request(self.address + path, headers={"Accept-Encoding": "identity"})
        with self.opener.open(request, timeout=60) as answer:
            if answer.geturl() != self.address + path:
                raise AssertionError(f"{path} led to {answer.geturl()}: a redirect would look fast")
            content: bytes = answer.read()
            return content

    def post(self, path: str, **fields: str) -> None:
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        values = {**fields, "csrfmiddlewaretoken": token[1].decode() if token else ""}
        request = Request(self.address + path, data=urlencode(values).encode(), headers={"Referer": self.address + path})
        try:
            self.opener.open(request, timeout=60).read()
        except HTTPError as error:
            raise AssertionError(f"{path} answered {error.code}") from error


def milliseconds(visit: Callable[[], object]) -> float:
    begun = time.perf_counter()
    visit()
    return 1000 * (time.perf_counter() - begun)


def against_floor(floor: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float]:
    """Median ratio of the rounds, and the median of our times in ms. Floor and ours take turns, request by request."""
    ratios, times = [], []
    for _ in range(ROUNDS):
        bare, own = [], []
        for _ in range(REQUESTS):
            bare.append(milliseconds(floor))
            own.append(milliseconds(ours))
        ratios.append(statistics.median(own) / statistics.median(bare))
        times.append(statistics.median(own))
    return statistics.median(ratios), statistics.median(times)


def start_floor(portal: Portal) -> tuple[subprocess.Popen[bytes], str]:
    """The floor beside the portal, on the same PostgreSQL in a database of its own."""
    found = LocalPostgres(portal.data / "postgres", volatile=True).parameters("owner")
    with psycopg.connect(
        host=found["host"], port=found["port"], user=found["user"], password=found["password"], dbname="postgres"
    ) as owner:
        owner.autocommit = True
        owner.execute("CREATE DATABASE floor")
    database = {"NAME": "floor", "HOST": found["host"], "PORT": found["port"], "USER": found["user"], "PASSWORD": found["password"]}
    environment = {**os.environ, "FLOOR_DATABASE": json.dumps(database)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run([sys.executable, "-m", "tests.benchmarks.floor"], cwd=ROOT, env=environment, check=True)
    address = f"http://127.0.0.1:{free_port()}"
    bind = ["--bind", address.removeprefix("http://"), "tests.benchmarks.floor:application"]
    process = subprocess.Popen([sys.executable, *GUNICORN, *bind], cwd=ROOT, env=environment)
    return process, address


def wait_for(visitor: Visitor, path: str) -> None:
    for _ in range(100):
        try:
            visitor.get(path)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the floor page did not answer")


def sign_in(portal: Portal, email: str) -> Visitor:
    account = next(one for one in portal.accounts if one["email"] == email)
    visitor = Visitor(portal.address)
    visitor.post("/account/login/", login=account["email"], password=account["password"])
    return visitor


def measure_pages(portal: Portal, floor: Visitor) -> list[Measured]:
    visitors: dict[str, Visitor] = {"": Visitor(portal.address)}
    measured = []
    for page in PAGES:
        visitor = visitors.get(page.email) or visitors.setdefault(page.email, sign_in(portal, page.email))
        path = page.find(visitor)
        body = visitor.get(path)
        ratio, ours = against_floor(lambda: floor.get("/floor/"), lambda: visitor.get(path))  # noqa: B023
        measured.append(Measured(page, path, ratio, ours, sent=len(body), unpacked=len(body)))
        print(f"{page.name:<34} {ratio:5.1f} x floor  {ours:6.1f} ms  {len(body) / 1000:6.1f} kB", flush=True)  # noqa: T201
    return measured


def start_times() -> tuple[float, float]:
    """Seconds of a first start with an empty data folder, and of a second start with the same one."""
    portal = Portal()
    begun = time.monotonic()
    portal.start()
    first = time.monotonic() - begun
    portal.stop()
    begun = time.monotonic()
    portal.start()
    second = time.monotonic() - begun
    portal.remove()
    return first, second


def document(measured: list[Measured], memory: dict[str, float], starts: tuple[float, float], sections: list[str]) -> str:
    rows = [
        f"| {one.page.name} | {one.page.kind} | {one.ratio:.1f} | {one.page.aim:g} | {'yes' if one.ratio <= one.page.aim else '**no**'} "
        f"| {one.milliseconds:.0f} | {one.unpacked / 1000:.0f} |"
        for one in measured
    ]
    used = [f"| {name} | {megabytes:.0f} |" for name, megabytes in memory.items()]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            f"Written by `make bench` on {date.today():%-d %B %Y}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}. Times are of one machine on one day; the ratios are what counts: a page of the demo",
            "divided by the floor page (a bare Django view behind sessions and authentication, three queries, 25 rows), both taking",
            f"turns in the same run, median of {ROUNDS} rounds of {REQUESTS} requests each.",
            "",
            "## Pages",
            "",
            "| page | kind | x floor | aim | reached | ms | kB of HTML |",
            "|---|---|---:|---:|---|---:|---:|",
            *rows,
            "",
            "Queries a page are counted by the tests (at most 15, and the same number for one item and for many), not here.",
            "",
            "## Memory of the idle demo",
            "",
            "Proportional set size, which counts shared pages once.",
            "",
            "| part | MB |",
            "|---|---:|",
            *used,
            f"| **together** | **{sum(memory.values()):.0f}** |",
            "",
            "Aim: below 1,024 MB.",
            "",
            *sections,
            "## Start",
            "",
            "| start | seconds |",
            "|---|---:|",
            f"| `manage.py demo`, empty data folder (database made, migrated, Kent loaded) | {starts[0]:.1f} |",
            f"| `manage.py demo`, second time | {starts[1]:.1f} |",
            "",
            "The environment (`.venv` and the pinned requirements) comes once before that; `make run` prints its seconds.",
            "",
        ]
    )


def main() -> None:
    starts = start_times()
    portal = Portal().start()
    try:
        measured, memory = measure_running(portal)
        portal.stop()  # its worker would read the same file
        sections = [*bank_import.lines_of(bank_import.measure_bank_import(portal)), *ledger.lines_of(ledger.measure_ledger(portal))]
    finally:
        portal.manage("postgres", "stop")
        portal.remove()
    Path(DOCUMENT).write_text(document(measured, memory, starts, sections))
    print(f"Written: {DOCUMENT.relative_to(ROOT)}")  # noqa: T201


def measure_running(portal: Portal) -> tuple[list[Measured], dict[str, float]]:
    """The pages beside the floor, and the memory of the portal when nobody asks for anything."""
    process, address = start_floor(portal)
    try:
        floor = Visitor(address)
        wait_for(floor, "/sign-in/")
        time.sleep(5)
        memory = memory_of(portal)
        return measure_pages(portal, floor), memory
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()

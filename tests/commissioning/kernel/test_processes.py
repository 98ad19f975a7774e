"""Processes that must always run: real ones, that sleep or die."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from commissioning.kernel.processes import Child, Family, alive

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]
PARENT = "import subprocess, sys, time; c = subprocess.Popen(['sleep', '60']); print(c.pid, flush=True); time.sleep(60)"


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    found = Family([Child("sleeper", SLEEP, tmp_path / "logs" / "sleeper.log")])
    yield found
    found.stop(seconds=1)


def wait_for(condition: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def up(child: Child) -> bool:
    return child.log.exists() and b"\n" in child.log.read_bytes()


def test_killed_child_is_started_again_and_said_so(family: Family) -> None:
    said: list[str] = []
    family.start()
    first = family.pids()["sleeper"]
    watching = threading.Thread(target=family.watch, args=(said.append,), kwargs={"every": 0.02})
    watching.start()
    try:
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: family.pids().get("sleeper") not in (None, first))
    finally:
        family.stopping = True
        watching.join()
    assert said[0] == "sleeper ended (signal SIGKILL) and is started again."


def test_child_that_dies_young_rests_longer_each_time(tmp_path: Path) -> None:
    child = Child("dying", [sys.executable, "-c", ""], tmp_path / "dying.log")
    rests = []
    for _ in range(7):
        child.start()
        wait_for(child.died)
        child.revive()
        rests.append(child.rest)
    assert rests == [1, 2, 4, 8, 16, 30, 30]
    assert not child.due()


def test_grandchildren_do_not_outlive_a_child(tmp_path: Path) -> None:
    child = Child("parent", [sys.executable, "-c", PARENT], tmp_path / "parent.log")
    child.start()
    wait_for(lambda: up(child))
    grandchild = int(child.log.read_text())
    Family([child]).stop(seconds=5)
    wait_for(lambda: not alive(grandchild) or Path(f"/proc/{grandchild}/stat").read_text().split()[2] == "Z")


def test_stop_kills_what_does_not_end_and_names_it(tmp_path: Path) -> None:
    child = Child("stubborn", STUBBORN, tmp_path / "stubborn.log")
    child.start()
    wait_for(lambda: up(child))
    assert Family([child]).stop(seconds=0.3) == ["stubborn"]


def test_large_log_is_put_aside_at_the_next_start(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commissioning.kernel.processes.LOG_LIMIT", 3)
    (child,) = family.children
    child.log.parent.mkdir()
    child.log.write_text("much")
    family.start()
    assert child.log.with_suffix(".log.1").read_text() == "much"

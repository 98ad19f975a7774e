"""The demo as one command: it greets, restarts what dies, keeps its limits, stops cleanly, starts again quickly."""

import re
import sys
import time
from pathlib import Path

import pytest

from commissioning.kernel.processes import alive
from tests.running_portal import Portal

pytestmark = pytest.mark.drill


def memory_in_mib(portal: Portal) -> float:
    """Resident memory of the demo and all that it started, shared pages counted for each process that maps them."""
    roots = {portal.process.pid, *portal.record()["children"].values(), portal.pid("postgres")}
    parents = {int(path.name): parent(path) for path in numbered_processes()}
    family = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(resident(pid) for pid in family) / 1024


def numbered_processes() -> list[Path]:
    return [path for path in Path("/proc").iterdir() if path.name.isdigit()]


def parent(process: Path) -> int:
    """0 for a process that has just ended."""
    try:
        return int(process.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def resident(pid: int) -> int:
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def test_demo_greets_with_its_address_and_accounts(portal: Portal) -> None:
    assert f"Open {portal.address}" in portal.said()
    assert portal.accounts[0]["email"] in portal.said()


def test_health_names_every_part(portal: Portal) -> None:
    status, found = portal.health()
    assert status == 200
    assert {**found, "worker": found["worker"]["status"]} == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "worker": "ok",
        "version": "0.1.0",
    }


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_idle_demo_stays_below_one_gibibyte(portal: Portal) -> None:
    assert memory_in_mib(portal) < 1024


@pytest.mark.parametrize("name", ["worker", "web"])
def test_killed_process_is_back_within_seconds(portal: Portal, name: str) -> None:
    old = portal.kill(name)
    portal.wait_until(lambda: portal.pid(name) not in {0, old}, 20, f"a new {name}")
    portal.wait_until_healthy(30)
    assert f"{name} ended (signal SIGKILL) and is started again." in portal.said()


def test_second_demo_with_the_same_data_is_refused(portal: Portal) -> None:
    with pytest.raises(AssertionError, match=re.escape(f"The demo already runs at {portal.address}")):
        portal.manage("demo")


def test_a_demo_that_is_still_starting_is_stopped_in_order(portal: Portal) -> None:
    portal.stop()
    portal.begin()
    portal.wait_until(lambda: "Database ready" in portal.said(), 30, "the first step of the start")
    assert portal.manage("demo", "--stop") == "The demo is stopped.\n"
    assert portal.process.wait(30) == 0
    assert portal.said().rstrip().endswith("Stopped.")
    assert "Traceback" not in portal.said()
    portal.start()


def test_stop_ends_every_process_and_the_next_start_is_quick(portal: Portal) -> None:
    pids = [*portal.record()["children"].values(), portal.pid("postgres")]
    assert portal.stop() == 0
    assert [pid for pid in pids if alive(pid)] == []
    begun = time.monotonic()
    portal.start()
    assert time.monotonic() - begun < 20  # seconds; alone on the machine it takes about six
    portal.wait_until_healthy()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_killed_demo_leaves_nothing_in_the_way_of_the_next_start(portal: Portal) -> None:
    children = list(portal.record()["children"].values())
    portal.process.kill()
    portal.process.wait()
    portal.wait_until(lambda: not any(alive(pid) for pid in children), 30, "the children to end with their parent")
    portal.start()
    portal.wait_until_healthy()

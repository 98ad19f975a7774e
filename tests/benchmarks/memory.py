"""How much memory the parts of a running portal take: proportional set size, so that shared pages count once."""

from pathlib import Path

from tests.running_portal import Portal


def children_of(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            found += children_of(int(child))
    return found


def megabytes(pid: int) -> float:
    """Proportional set size of one process in MB (10^6 bytes); 0 if it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def memory_of(portal: Portal) -> dict[str, float]:
    """MB of web, worker with beat, database, and the process that watches over them."""
    assert portal.process is not None
    parts = {name: sum(megabytes(pid) for pid in children_of(portal.pid(name))) for name in ("web", "worker", "postgres")}
    return {**parts, "watcher (`manage.py demo`)": megabytes(portal.process.pid)}

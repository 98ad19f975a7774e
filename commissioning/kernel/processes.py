"""The processes of a one-command start: started together, restarted when one dies, stopped together.

Standard library only. Each child leads its own process group, so that nothing of it outlives it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

QUICK_DEATH_SECONDS = 5
LONGEST_REST_SECONDS = 30
LOG_LIMIT = 5 * 2**20
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def _end_with_parent() -> None:
    """In a new child on Linux: end when the parent is killed. Elsewhere `make stop` finds the children by their numbers."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


@dataclass
class Child:
    """One process that must always run."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    rest: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self.started = time.monotonic()

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def revive(self) -> None:
        """Start it again: at once the first time, with growing rests when it dies young again and again."""
        self.signal_group(signal.SIGKILL)
        self.deaths += 1
        young = time.monotonic() - self.started < QUICK_DEATH_SECONDS
        self.rest = min(LONGEST_REST_SECONDS, self.rest * 2 or 1) if young else 0
        self.started = time.monotonic()
        self.process = None

    def due(self) -> bool:
        return self.process is None and time.monotonic() - self.started >= self.rest

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Family:
    """The children together."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.stopping = False

    def start(self) -> None:
        for child in self.children:
            child.start()

    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self.children if child.process}

    def watch(self, changed: Callable[[str], None], *, every: float = 0.5) -> None:
        """Keep all of them running until `stopping` is set; `changed` hears one sentence a death."""
        while not self.stopping:
            for child in self.children:
                if child.died():
                    code = child.process.returncode if child.process else 0
                    child.revive()
                    changed(f"{child.name} ended ({_ending(code)}) and is started again.")
                if child.due():
                    child.start()
                    changed("")
            time.sleep(every)

    def stop(self, *, seconds: float = 15) -> list[str]:
        """Ask all to end, wait, and kill what does not. Returns the names of those that had to be killed."""
        for child in self.children:
            if child.process and not child.died():
                child.process.terminate()
        deadline = time.monotonic() + seconds
        stubborn = []
        for child in self.children:
            if child.process:
                try:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    stubborn.append(child.name)
                child.signal_group(signal.SIGKILL)
                child.process.wait()
        return stubborn


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"


def alive(pid: int) -> bool:
    """Whether this process runs. One that ended and was not yet collected by its parent (a zombie) does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self/stat").exists()

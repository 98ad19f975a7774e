"""A whole running demo for journeys and drills: `manage.py demo` with a data folder and a port of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 3  # a machine that is busy with other things takes so many times longer; a wait that ends well costs nothing
NOT_PASSED_ON = {
    "DATABASE_URL",
    "STATIC_ROOT",
    "PORTAL_DB_ROLE",
    "PORTAL_TEST_DATABASE",
    "STATIC_BACKEND",
    "DATABASE_OWNER_URL",
    "PORTAL_VOLATILE",
}


class Portal:
    """One running demo. `durable` makes its database survive `kill -9`, for drills."""

    def __init__(self, *, durable: bool = False) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="portal-running-"))
        self.data.chmod(0o755)
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        own = {"PORTAL_DATA": str(self.data), "PORT": str(self.port), "PORTAL_DEMO": "1", "PORTAL_VOLATILE": "0" if durable else "1"}
        self.environment = {**kept, **own}
        self.logs = self.data / "logs"
        self.output = self.data / "demo.out"
        self.process: subprocess.Popen[bytes] | None = None

    # -- life ---------------------------------------------------------------------------------------------------------

    def start(self) -> "Portal":
        """Start and wait until it greets. Raises AssertionError with its words when it does not."""
        self.begin()
        assert self.process is not None
        self.wait_until(lambda: "Ctrl-C stops" in self.said() or self.process.poll() is not None, 180, "the demo to start")
        assert self.process.poll() is None, f"the demo did not start:\n{self.said()}\n{self.tail('web')}\n{self.tail('worker')}"
        return self

    def begin(self) -> None:
        """Start without waiting for anything."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo"], cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )

    def stop(self) -> int:
        """As Ctrl-C does. Returns the exit status."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.data)

    # -- what it says -------------------------------------------------------------------------------------------------

    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def tail(self, log: str, lines: int = 30) -> str:
        path = self.logs / f"{log}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    def record(self) -> dict[str, Any]:
        """Address, process numbers, folders, as `manage.py demo` writes them."""
        text = (self.data / "demo.json").read_text()
        found: dict[str, Any] = json.loads(text) if text.endswith("}") else {}  # caught in the middle of being written
        return found

    def pid(self, name: str) -> int:
        """Of `web`, `worker` or `postgres`, as of now; 0 while it is between two lives."""
        if name == "postgres":
            (found,) = self.data.glob("postgres/data-*/postmaster.pid")
            return int(found.read_text().split("\n", 1)[0])
        return int(self.record().get("children", {}).get(name, 0))

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and body of /health/; status 0 when nobody answers."""
        try:
            with urlopen(f"{self.address}/health/", timeout=20) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)
        except (URLError, OSError):
            return 0, {}

    def manage(self, *arguments: str, timeout: float = 120) -> str:
        """What a management command prints, run with this portal's data. Raises AssertionError when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=timeout
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    @cached_property
    def accounts(self) -> list[dict[str, Any]]:
        """The demo accounts: email, password, role, organisation."""
        found: list[dict[str, Any]] = json.loads(self.manage("demo_accounts", "--json"))
        return found

    def account(self, role: str, organisation_code: str | None = None) -> dict[str, Any]:
        """The first account with this role (in this organisation)."""
        return next(one for one in self.accounts if one["role"] == role and organisation_code in (None, one["organisation_code"]))

    # -- what drills do to it -----------------------------------------------------------------------------------------

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Kill `web`, `worker` or `postgres`; of web and worker their whole group. Returns the old process number."""
        pid = self.pid(name)
        if name == "postgres":
            os.kill(pid, number)
        else:
            os.killpg(pid, number)
        return pid

    def wait_until(self, condition: Callable[[], Any], seconds: float = 60, what: str = "it", *, every: float = 0.2) -> Any:
        """Ask again and again until `condition` holds; its value. Raises AssertionError after `seconds`, times PATIENCE."""
        seconds *= PATIENCE
        deadline = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            assert time.monotonic() < deadline, (
                f"waited {seconds:.0f} s for {what}:\n{self.said()}\n{self.tail('web')}\n{self.tail('worker')}"
            )
            time.sleep(every)

    def wait_until_healthy(self, seconds: float = 60) -> dict[str, Any]:
        self.wait_until(lambda: self.health()[0] == 200, seconds, "the portal to be healthy")
        return self.health()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found

"""The whole demo in one command: database, pages, Kent's figures, web, worker with beat; Ctrl-C ends it all."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from commissioning.kernel.postgres.base import local_server
from commissioning.kernel.processes import Child, Family, alive
from commissioning.kernel.staleness import collect_static_files, fingerprint
from commissioning.organisations.models import Organisation

READY_SECONDS = 120
WORKER_SECONDS = 20
LOADED_BY = ["commissioning/management/commands/load_kent.py", "commissioning/*/demo.py", "funders/*/demo.py", "providers/*/demo.py"]


class Command(BaseCommand):
    help = "Starts the demo: PostgreSQL, web, worker and beat. `--stop` ends one that runs elsewhere."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stop", action="store_true", help="stop the demo that runs with this data folder")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["stop"]:
            self.stdout.write(stop_running_demo())
            return
        if not settings.DEMO:
            raise CommandError("This command is for the demo only. For production see docs/operations.md.")
        Demo(port_from_environment(), self._say).run()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


class Demo:
    """One run of the demo. `say` prints a line."""

    def __init__(self, port: int, say: Callable[[str], Any]) -> None:
        self.port = port
        self.say = say
        self.address = f"http://localhost:{port}"
        self.logs: Path = settings.DATA_DIR / "logs"
        self.family = Family(self._children())

    def run(self) -> None:
        begun = time.monotonic()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        with only_one_demo() as record:
            try:
                self.say(f"Joint Commissioning Portal {settings.VERSION}")
                self._write(record)  # `make stop` finds a demo that is still starting
                self._prepare()
                self._step("Web, worker and beat", self._start_processes)
                self._write(record)
                self._greet(time.monotonic() - begun)
                self.family.watch(lambda sentence: self._changed(record, sentence))
            except KeyboardInterrupt:
                pass
            finally:
                self._stop()

    def _prepare(self) -> None:
        check_port_is_free(self.port)
        with ThreadPoolExecutor(1) as other:
            static = other.submit(collect_static_files)
            self._step("Database", self._prepare_database)
            self._step("Kent demo data", self._load_kent)
            self._step("Styles and scripts", static.result)

    def _prepare_database(self) -> None:
        call_command("prepare_database", stdout=StringIO())

    def _load_kent(self) -> None:
        """Once for each version of the demo data. The command itself changes nothing that is there."""
        stamp = settings.DATA_DIR / "kent-loaded"
        wanted = fingerprint(LOADED_BY)
        if stamp.exists() and stamp.read_text() == wanted and Organisation.objects.exists():
            return
        with (self.logs / "load.log").open("ab") as log:
            done = subprocess.run(
                [sys.executable, "manage.py", "load_kent"],
                cwd=settings.BASE_DIR,
                env={**os.environ, "PORTAL_DB_ROLE": "system"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if done.returncode:
            raise CommandError(f"The Kent demo data could not be loaded. {self.logs / 'load.log'} says why.")
        stamp.write_text(wanted)

    def _children(self) -> list[Child]:
        shared = {"SITE_ADDRESS": self.address, "PORTAL_DATA": str(settings.DATA_DIR), "PYTHONUNBUFFERED": "1"}
        celery = ["-m", "celery", "-A", "commissioning", "worker", "-B", "--pool=prefork", "-c", "1", "--loglevel=WARNING"]
        return [
            Child(
                "web",
                [sys.executable, "-m", "gunicorn", "commissioning.wsgi"],
                self.logs / "web.log",
                {**shared, "PORTAL_DB_ROLE": "app", "WEB_BIND": ",".join(loopback_addresses(self.port))},
            ),
            Child(
                "worker",
                [sys.executable, *celery, "-s", str(settings.DATA_DIR / "beat-schedule"), "--without-gossip", "--without-mingle"],
                self.logs / "worker.log",
                {**shared, "PORTAL_DB_ROLE": "system"},
            ),
        ]

    def _start_processes(self) -> None:
        self.family.start()
        if not wait_until_well(self.port, self.family, READY_SECONDS, "?only=web"):
            raise CommandError(f"The portal did not answer. {self.logs}/web.log says why.")
        if not wait_until_well(self.port, self.family, WORKER_SECONDS):
            self.say(f"  The worker has not reported yet, so nothing in the background moves. {self.logs}/worker.log may say why.")

    def _greet(self, seconds: float) -> None:
        self.say(f"\nOpen {self.address}   (ready after {seconds:.0f} s)\n")
        if "demo_accounts" in get_commands():
            table = StringIO()
            call_command("demo_accounts", stdout=table)
            self.say(table.getvalue())
        connections.close_all()
        self.say(f"Data and logs: {settings.DATA_DIR}. Ctrl-C stops everything.")

    def _changed(self, record: IO[str], sentence: str) -> None:
        if sentence:
            self.say(sentence)
        self._write(record)

    def _write(self, record: IO[str]) -> None:
        """What `make stop` and the tests read: address, process numbers, folders."""
        server = local_server(settings.DATABASES["default"])
        found = {
            "pid": os.getpid(),
            "port": self.port,
            "address": self.address,
            "children": self.family.pids(),
            "postgres": server.pid() if server else None,
            "logs": str(self.logs),
        }
        record.seek(0)
        record.truncate()
        json.dump(found, record)
        record.flush()

    def _step(self, name: str, work: Callable[[], Any]) -> None:
        begun = time.monotonic()
        self.logs.mkdir(parents=True, exist_ok=True)
        work()
        self.say(f"  {name} ready ({time.monotonic() - begun:.1f} s)")

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if not self.family.stopping:
            self.family.stopping = True
            raise KeyboardInterrupt

    def _stop(self) -> None:
        self.family.stopping = True
        self.say("\nStopping.")
        connections.close_all()
        for name in self.family.stop():
            self.say(f"{name} did not end by itself and was killed; its work is taken up again at the next start.")
        server = local_server(settings.DATABASES["default"])
        if server:
            server.stop()
        self.say("Stopped.")


def port_from_environment() -> int:
    """:raises CommandError: PORT is not a port."""
    text = os.environ.get("PORT", "") or "8000"
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CommandError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def check_port_is_free(port: int) -> None:
    """:raises CommandError: somebody else listens there, or only root may."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be opened ({error.strerror}): choose another, such as PORT=8001.") from error


def loopback_addresses(port: int) -> list[str]:
    """The demo's passwords are public, so it listens on this machine only: IPv4, and IPv6 where there is one."""
    found = [f"127.0.0.1:{port}"]
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("::1", port))
        found.append(f"[::1]:{port}")
    return found


def wait_until_well(port: int, family: Family, seconds: float, question: str = "") -> bool:
    """Until /health/ says so. False when it takes too long or a process ends at once."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(HTTPError, OSError), urlopen(Request(f"http://127.0.0.1:{port}/health/{question}"), timeout=10) as answer:
            return bool(answer.status == 200)
        if any(child.died() for child in family.children):
            return False
        time.sleep(0.2)
    return False


def record_path() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


@contextmanager
def only_one_demo() -> Iterator[IO[str]]:
    """Hold the data folder for this run.

    :raises CommandError: a demo runs in it already.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with record_path().open("a+") as record:
        try:
            fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = running_demo()
            raise CommandError(f"The demo already runs at {other.get('address', 'another port')}. Stop it with make stop.") from None
        try:
            yield record
        finally:
            record.truncate(0)


def running_demo() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(record_path().read_text())
    except (OSError, ValueError):
        return {}
    return found


def stop_running_demo() -> str:
    """End the demo of this data folder and whatever a killed one left behind. Returns a sentence."""
    found = running_demo()
    pids = [pid for pid in [found.get("pid"), *found.get("children", {}).values()] if pid and alive(pid)]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    server = local_server(settings.DATABASES["default"])
    had_server = bool(server and server.stop())
    return "The demo is stopped." if pids or had_server else "No demo is running with this data folder."

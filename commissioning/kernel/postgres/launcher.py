"""The embedded PostgreSQL: made, started, found again and stopped without a server, without Docker, without TCP.

Safe against `kill -9` and against many processes starting at once; Ctrl-C in the terminal does not reach it.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from commissioning.kernel import processes
from commissioning.kernel.postgres.binaries import (
    Account,
    LaunchFailed,
    account_for,
    binaries_folder,
    major_version,
    reachable_copy,
)

PORT = 5432  # part of the socket's name; nothing listens on TCP
OWNER = "portal_owner"
LOGINS = {"owner": OWNER, "app": "portal_app", "system": "portal_system"}
SHELTER = Path("/var/lib/portal-localdb")
LONGEST_SOCKET_FOLDER = 80
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "huge_pages": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "min_wal_size": "64MB",
    "max_wal_size": "256MB",
    "log_checkpoints": "off",
}
VOLATILE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalPostgres:
    """One server with its data under `root`. `volatile` trades safety for speed, for tests."""

    def __init__(self, root: Path | str, *, volatile: bool = False) -> None:
        root = Path(root).resolve()
        root.mkdir(parents=True, exist_ok=True)
        self.volatile = volatile
        owners = [data.stat().st_uid for place in (root, _sheltered(root)) for data in _data_folders(place)]
        self.account: Account = account_for(owners[0] if owners else None)
        self.root = root if self.account.can_reach(root.parent) else self._shelter(root)
        self.account.own(self.root, 0o700)
        self.stopped_on_purpose = self.root / "stopped-on-purpose"
        self.log = self.root / "postgres.log"

    def _shelter(self, root: Path) -> Path:
        place = _sheltered(root)
        place.mkdir(parents=True, exist_ok=True)
        SHELTER.chmod(0o755)
        return place

    @functools.cached_property
    def binaries(self) -> Path:
        return reachable_copy(binaries_folder(), self.account, SHELTER)

    @functools.cached_property
    def data(self) -> Path:
        """The data folder, named by major version: another version never opens it by mistake."""
        existing = _data_folders(self.root)
        if len(existing) == 1:
            return existing[0]
        return self.root / f"data-{major_version(self.binaries)}"

    @functools.cached_property
    def socket_folder(self) -> Path:
        """Under the data, or a short private folder when the path is too long (or odd) for a Unix socket."""
        here = self.root / "socket"
        plain = all(letter.isalnum() or letter in "/._-" for letter in str(here))
        if plain and len(os.fsencode(here)) <= LONGEST_SOCKET_FOLDER:
            return here
        return Path("/tmp") / f"portal-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]}"  # noqa: S108 - checked in _make_socket_folder

    # -- what it is doing ---------------------------------------------------------------------------------------------

    def alive(self) -> bool:
        """Quick look (microseconds): is there a postmaster process?"""
        pid = self.pid()
        return bool(pid and processes.alive(pid))

    def pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def answering(self) -> bool:
        """Thorough look: does the socket accept a connection?"""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket_folder / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    # -- start and stop -----------------------------------------------------------------------------------------------

    def start(self) -> "LocalPostgres":
        """Make the cluster if there is none, start it if it is not running. Returns when it answers.

        :raises LaunchFailed: it cannot be made or started here.
        """
        with self._lock():
            self.stopped_on_purpose.unlink(missing_ok=True)
            if not (self.alive() and self.answering()):
                self._forget_strangers_pid()
                if not (self.data / "PG_VERSION").exists():
                    self._make_cluster()
                self._make_socket_folder()
                self._run_server()
                self._make_database()
        return self

    def stop(self, *, on_purpose: bool = False) -> bool:
        """Stop it cleanly; False when it was not running. `on_purpose` keeps it down until somebody starts it."""
        with self._lock():
            if on_purpose:
                self.stopped_on_purpose.touch()
            if not self.alive():
                return False
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", 30, "stop")
        return True

    def remove(self) -> None:
        """Stop it and delete its data, its passwords and everything else that was made for it."""
        self.stop()
        shutil.rmtree(self.root)
        if self.socket_folder.exists():
            shutil.rmtree(self.socket_folder)

    def password(self, role: str) -> str:
        """The password of `owner`, `app` or `system`, from a file that only this user (and root) can read.

        :raises LaunchFailed: the files belong to somebody else.
        """
        try:
            return self._password_file(role).read_text()
        except PermissionError as error:
            raise LaunchFailed("The database's password files belong to another user.") from error

    def parameters(self, role: str) -> dict[str, Any]:
        """What psycopg needs to connect as `role`."""
        return {
            "host": str(self.socket_folder),
            "port": str(PORT),
            "user": LOGINS[role],
            "password": self.password(role),
        }

    # -- the steps ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.root / "lock", "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _run(self, program: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs. Never with a pipe: the server would inherit it and hang us."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        record = self.root / "programs.log"
        with open(os.devnull, "rb") as nothing, open(record, "ab") as output:
            try:
                subprocess.run(
                    [str(self.binaries / program), *map(str, arguments)],
                    stdin=nothing,
                    stdout=output,
                    stderr=output,
                    check=True,
                    cwd="/",
                    env=environment,
                    **self.account.popen,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise LaunchFailed(f"PostgreSQL's {program} failed. {record} and {self.log} say why.") from error

    def _password_file(self, role: str) -> Path:
        return self.root / f"{role}.password"

    def _make_cluster(self) -> None:
        if shutil.disk_usage(self.root).free < 200 * 2**20:
            raise LaunchFailed(f"There is not enough disk space for the database: {self.root} needs 200 MB free.")
        for role in LOGINS:
            path = self._password_file(role)
            path.touch(0o600)
            path.write_text(secrets.token_urlsafe(32))
            self.account.own(path, 0o600)
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=self.root))
        self.account.own(unfinished, 0o700)
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major_version(self.binaries) >= 17 else []
        quick = ["--no-sync"] if self.volatile else []
        self._run(
            "initdb",
            "-D",
            unfinished,
            f"--username={OWNER}",
            "--auth=scram-sha-256",
            f"--pwfile={self._password_file('owner')}",
            "--encoding=UTF8",
            "--locale=C" if builtin else "--locale=C.UTF-8",
            *builtin,
            *quick,
        )
        unfinished.rename(self.data)  # a half-made cluster is never seen

    def _make_socket_folder(self) -> None:
        """A folder of the account's own, closed to everybody else.

        :raises LaunchFailed: somebody else made it first.
        """
        folder = self.socket_folder
        wanted = os.geteuid() if self.account.uid is None else self.account.uid
        try:
            folder.mkdir(mode=0o700)
            self.account.own(folder, 0o700)
        except FileExistsError:
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid != wanted or found.st_mode & 0o077:
                raise LaunchFailed(f"{folder} belongs to somebody else, so the database's socket cannot lie there.") from None

    def _run_server(self) -> None:
        settings = {
            **SETTINGS,
            **(VOLATILE_SETTINGS if self.volatile else {}),
            "unix_socket_directories": str(self.socket_folder),
        }
        if self.log.exists() and self.log.stat().st_size > 5 * 2**20:
            self.log.replace(self.log.with_suffix(".log.1"))
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        for attempt in range(5):
            try:
                self._run("pg_ctl", "-D", self.data, "-w", "-t", 60, "-l", self.log, "-o", options, "start")
            except LaunchFailed:
                if attempt == 4:
                    raise
                time.sleep(0.5 + attempt)  # children of a killed server may need a moment to let go of its memory
            else:
                return

    def _forget_strangers_pid(self) -> None:
        """After a crash and a reboot the recorded process number may be somebody else's: then the record is void."""
        pid = self.pid()
        if pid and self.alive() and not self.answering():
            with contextlib.suppress(OSError):
                if "postgres" not in Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace"):
                    (self.data / "postmaster.pid").unlink()

    def _make_database(self) -> None:
        with psycopg.connect(dbname="postgres", autocommit=True, **self.parameters("owner")) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
                connection.execute("CREATE DATABASE portal")


def _data_folders(root: Path) -> list[Path]:
    try:
        return sorted(path.parent for path in root.glob("data-*/PG_VERSION"))
    except PermissionError:
        return []


def _sheltered(root: Path) -> Path:
    return SHELTER / hashlib.sha256(os.fsencode(root)).hexdigest()[:16]

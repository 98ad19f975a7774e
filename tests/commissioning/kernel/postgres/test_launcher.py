"""The embedded PostgreSQL itself: real servers in throw-away folders."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from commissioning.kernel.postgres import launcher
from commissioning.kernel.postgres.binaries import Account, LaunchFailed, binaries_folder
from commissioning.kernel.postgres.launcher import LocalPostgres

START = (
    "import sys; from commissioning.kernel.postgres.launcher import LocalPostgres;"
    "print(LocalPostgres(sys.argv[1], volatile=True).start().pid())"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="portal-test-"))
    place.chmod(0o755)
    yield place
    for root in (place / "postgres", place / "closed" / "postgres"):
        if root.parent.exists():
            server = LocalPostgres(root, volatile=True)
            server.stop()
            if server.root != root:
                shutil.rmtree(server.root)
    shutil.rmtree(place)


@pytest.fixture
def server(folder: Path) -> LocalPostgres:
    return LocalPostgres(folder / "postgres", volatile=True)


def ask(server: LocalPostgres, sql: str, role: str = "owner") -> object:
    with psycopg.connect(dbname="portal", autocommit=True, **server.parameters(role)) as connection:
        return connection.execute(sql).fetchone()


def test_start_makes_a_cluster_that_answers(server: LocalPostgres) -> None:
    assert not server.alive()
    server.start()
    assert ask(server, "SELECT current_user, current_database()") == ("portal_owner", "portal")


def test_data_survives_stop_and_start(server: LocalPostgres) -> None:
    server.start()
    with psycopg.connect(dbname="portal", **server.parameters("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert server.stop() is True
    assert server.stop() is False
    server.start()
    assert ask(server, "SELECT number FROM kept") == (7,)


def test_data_survives_a_killed_postmaster(folder: Path) -> None:
    server = LocalPostgres(folder / "postgres").start()
    with psycopg.connect(dbname="portal", **server.parameters("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid() or 0, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    server.start()
    assert ask(server, "SELECT number FROM kept") == (7,)


def test_many_starts_at_once_make_one_server(folder: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", START, str(folder / "postgres")], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({process.communicate(timeout=60)[0] for process in processes}) == 1
    assert {process.returncode for process in processes} == {0}


def test_passwords_and_folders_are_closed_to_others(server: LocalPostgres) -> None:
    server.start()
    for role in ("owner", "app", "system"):
        assert stat.S_IMODE((server.root / f"{role}.password").stat().st_mode) == 0o600
    for place in (server.root, server.data, server.socket_folder):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert len({server.password(role) for role in ("owner", "app", "system")}) == 3


def test_nothing_listens_on_tcp_and_a_password_is_asked(server: LocalPostgres) -> None:
    server.start()
    assert ask(server, "SHOW listen_addresses") == ("",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dbname="portal", **{**server.parameters("owner"), "password": "wrong"})


def test_long_path_gets_a_short_socket_folder(folder: Path) -> None:
    server = LocalPostgres(folder / ("long" * 30) / "with space" / "postgres", volatile=True)
    server.start()
    try:
        assert str(server.socket_folder).startswith("/tmp/portal-")
        assert ask(server, "SELECT 1") == (1,)
    finally:
        server.stop()
        server.socket_folder.rmdir()


def test_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    server = LocalPostgres(folder / ("long" * 30) / "postgres", volatile=True)
    server.socket_folder.mkdir(mode=0o755)
    server.socket_folder.chmod(0o755)
    try:
        with pytest.raises(LaunchFailed, match="belongs to somebody else"):
            server.start()
    finally:
        server.socket_folder.rmdir()


def test_strangers_process_number_is_forgotten(server: LocalPostgres) -> None:
    server.start()
    record = (server.data / "postmaster.pid").read_text().split("\n")
    server.stop()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *record[1:]]))
    server.account.own(server.data / "postmaster.pid", 0o600)
    server.start()
    assert ask(server, "SELECT 1") == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_root_runs_the_server_as_another_account_and_opens_no_folder(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = LocalPostgres(closed / "postgres", volatile=True).start()
    assert server.root.is_relative_to(launcher.SHELTER)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert server.data.stat().st_uid != 0
    assert ask(server, "SELECT 1") == (1,)


def test_removed_server_leaves_nothing_behind(server: LocalPostgres) -> None:
    server.start()
    server.remove()
    assert not server.root.exists()
    assert not server.alive()


def test_account_reaches_only_open_folders(folder: Path) -> None:
    stranger = Account(65534, 65534)
    assert stranger.can_reach(folder)
    folder.chmod(0o700)
    assert not stranger.can_reach(folder) or os.geteuid() == 65534


def test_wrong_folder_of_binaries_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))
    with pytest.raises(LaunchFailed, match="postgres, initdb and pg_ctl are not in that folder"):
        binaries_folder()

"""The Django backend over an embedded server: lazy start, pool, healing."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from commissioning.kernel.postgres import base
from commissioning.kernel.postgres.launcher import LocalPostgres

OpenWrapper = Callable[..., base.DatabaseWrapper]


def settings_for(root: Path, **options: Any) -> dict[str, Any]:
    return {
        "ENGINE": "commissioning.kernel.postgres",
        "NAME": "portal",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TIME_ZONE": None,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"embedded_root": str(root), "embedded_role": "owner", "embedded_volatile": True, **options},
        "TEST": {},
    }


@pytest.fixture
def open_wrapper(root: Path) -> Iterator[OpenWrapper]:
    """`open_wrapper(**OPTIONS)`: a connection that Django's signals can find by its alias."""

    def make(**options: Any) -> base.DatabaseWrapper:
        connections["embedded"] = base.DatabaseWrapper(settings_for(root, **options), "embedded")
        return connections["embedded"]

    yield make
    connections["embedded"].close_pool()
    del connections["embedded"]


@pytest.fixture
def root(django_db_blocker: Any) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="portal-test-"))
    place.chmod(0o755)
    with django_db_blocker.unblock():
        yield place / "postgres"
    LocalPostgres(place / "postgres", volatile=True).stop()
    base.embedded_server.cache_clear()
    shutil.rmtree(place)


def one(wrapper: base.DatabaseWrapper, sql: str) -> Any:
    try:
        with wrapper.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        wrapper.close()


def test_first_connection_starts_the_server_and_not_before(root: Path, open_wrapper: OpenWrapper) -> None:
    wrapper = open_wrapper()
    assert not root.exists()
    assert one(wrapper, "SELECT current_user") == "portal_owner"


def test_pool_of_django_connects(root: Path, open_wrapper: OpenWrapper) -> None:
    wrapper = open_wrapper(pool={"min_size": 1, "max_size": 2, "timeout": 5})
    assert [one(wrapper, "SELECT 1") for _ in range(3)] == [1, 1, 1]


def test_killed_server_gives_an_error_at_once_then_heals(root: Path, open_wrapper: OpenWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "REST_SECONDS", 0.5)
    wrapper = open_wrapper(pool={"min_size": 1, "max_size": 2, "timeout": 5})
    assert one(wrapper, "SELECT 1") == 1
    server = LocalPostgres(root, volatile=True)
    os.kill(server.pid() or 0, signal.SIGKILL)
    while server.alive():
        time.sleep(0.02)
    started = time.monotonic()
    with pytest.raises(OperationalError):
        one(wrapper, "SELECT 1")
    assert time.monotonic() - started < 2
    time.sleep(0.6)
    assert one(wrapper, "SELECT 1") == 1


def test_server_stopped_on_purpose_stays_down_until_started(root: Path, open_wrapper: OpenWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "REST_SECONDS", 0)
    wrapper = open_wrapper()
    assert one(wrapper, "SELECT 1") == 1
    server = LocalPostgres(root, volatile=True)
    server.stop(on_purpose=True)
    for _ in range(2):
        with pytest.raises(OperationalError, match="stopped on purpose"):
            one(wrapper, "SELECT 1")
    server.start()
    assert one(wrapper, "SELECT 1") == 1


def test_server_by_address_is_left_as_django_knows_it() -> None:
    plain = {
        **settings_for(Path("/nowhere")),
        "HOST": "db.example",
        "USER": "somebody",
        "OPTIONS": {"sslmode": "require"},
    }
    found = base.DatabaseWrapper(plain, "plain").get_connection_params()
    assert (found["host"], found["user"], found["sslmode"], found["connect_timeout"]) == (
        "db.example",
        "somebody",
        "require",
        5,
    )

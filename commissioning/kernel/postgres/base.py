"""Django's PostgreSQL backend, for a server given by address and for the embedded one.

The embedded one starts at the first connection, so that `check`, linters and builds never start a server.
"""

import functools
import time
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from django.db.backends.postgresql import base

from commissioning.kernel.postgres.binaries import LaunchFailed
from commissioning.kernel.postgres.launcher import LocalPostgres

CONNECT_SECONDS = 5
REST_SECONDS = 5  # how long a server that went away is left alone before a connection starts it again


class EmbeddedServer:
    """The embedded server as one process sees it: started at the first connection, healed when it went away."""

    def __init__(self, root: str, volatile: bool) -> None:
        self.server = LocalPostgres(root, volatile=volatile)
        self.met = False
        self.missed_at: float | None = None

    def ensure(self) -> None:
        """Return when the server may be connected to.

        The first connection of a process starts it. A server that goes away later gives an error at once (so a page
        can say so), and is started again by the first connection that comes REST_SECONDS later, unless it was
        stopped on purpose.

        :raises psycopg.OperationalError: it is down, or cannot start.
        """
        if self.missed_at is None and self.met and self.server.alive():
            return
        if self.server.alive() and self.server.answering():
            self.met, self.missed_at = True, None
            return
        if self.server.stopped_on_purpose.exists():
            raise psycopg.OperationalError("The embedded PostgreSQL was stopped on purpose.")
        if self.met:
            self.miss()
            if time.monotonic() - (self.missed_at or 0) < REST_SECONDS:
                raise psycopg.OperationalError("The embedded PostgreSQL is not running.")
        try:
            self.server.start()
        except LaunchFailed as error:
            raise psycopg.OperationalError(str(error)) from error
        self.met, self.missed_at = True, None

    def miss(self) -> None:
        """Remember that a connection failed: the next one looks thoroughly."""
        if self.missed_at is None:
            self.missed_at = time.monotonic()


@functools.cache
def embedded_server(root: str, volatile: bool = False) -> EmbeddedServer:
    """The server of `root`, one object a process."""
    return EmbeddedServer(root, volatile)


class DatabaseWrapper(base.DatabaseWrapper):
    """OPTIONS `embedded_root` (a folder) chooses the embedded server.

    `embedded_role` is owner, app or system; `embedded_volatile` is for tests.
    """

    def get_connection_params(self) -> dict[str, Any]:
        options = self.settings_dict["OPTIONS"]
        found = super().get_connection_params()
        found.setdefault("connect_timeout", CONNECT_SECONDS)
        root = found.pop("embedded_root", None)
        role = found.pop("embedded_role", "app")
        found.pop("embedded_volatile", None)
        if root:
            embedded = embedded_server(root, bool(options.get("embedded_volatile")))
            embedded.ensure()
            found.update(embedded.server.parameters(role))
        return found

    _went_away: ClassVar[set[str]] = set()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django does. Once the pool waited for a server in vain, the next requests first knock at the door themselves,
        and so fail at once instead of waiting too."""
        try:
            if self.alias in self._went_away:
                self.Database.connect(**conn_params).close()
            found = super().get_new_connection(conn_params)
            self._went_away.discard(self.alias)
            return found
        except psycopg.OperationalError:
            self._went_away.add(self.alias)
            root = self.settings_dict["OPTIONS"].get("embedded_root")
            if root:
                embedded_server(root, bool(self.settings_dict["OPTIONS"].get("embedded_volatile"))).miss()
            raise


def local_server(settings_dict: dict[str, Any]) -> LocalPostgres | None:
    """The embedded server that these database settings name, if any."""
    root = settings_dict["OPTIONS"].get("embedded_root")
    return LocalPostgres(Path(root), volatile=bool(settings_dict["OPTIONS"].get("embedded_volatile"))) if root else None

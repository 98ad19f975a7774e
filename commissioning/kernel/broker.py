"""Celery's queues inside the portal's own PostgreSQL, for the one-command start.

kombu's PGMQ transport with three corrections: it connects exactly as Django does (embedded server, role, TLS), through
one small pool a process; it uses queues that somebody else owns; it shortens queue names that PGMQ would refuse.
"""

import functools
import hashlib
import os
from typing import Any

import psycopg_pool
from django.conf import settings
from django.db import connections
from kombu.transport import pgmq

LONGEST_QUEUE_NAME = 47
DJANGO_ONLY = {"context", "cursor_factory"}


class Channel(pgmq.Channel):
    """Queues with names that PGMQ accepts."""

    def entity_name(self, name: str, table: dict[int, int] = pgmq.CHARS_REPLACE_TABLE) -> str:
        found: str = super().entity_name(name, table)
        return found if len(found) <= LONGEST_QUEUE_NAME else "h_" + hashlib.sha256(found.encode()).hexdigest()[:32]

    def _new_queue(self, queue: str, **options: Any) -> None:
        """The owner's migration made the queue. Making it again, as PGMQ does, is refused to the web's and worker's logins."""
        if not self._has_queue(queue):
            super()._new_queue(queue, **options)


class Transport(pgmq.Transport):
    """PGMQ over the connection settings of Django's default database."""

    Channel = Channel

    def _create_pgmq_client(self) -> pgmq.PGMQueue:
        options: dict[str, Any] = self.client.transport_options  # type: ignore[union-attr]
        connections["default"].get_connection_params()  # wakes an embedded server, or says at once that it is down
        return pgmq.PGMQueue(
            pool=_pool(os.getpid(), int(options["pool_size"])),
            conn_string="",
            init_extension=False,
            vt=int(options["visibility_timeout"]),
        )


@functools.lru_cache(maxsize=1)
def _pool(pid: int, size: int) -> psycopg_pool.ConnectionPool:
    """The pool of this process: a forked child never uses its parent's connections."""
    found: dict[str, Any] = connections["default"].get_connection_params()
    return psycopg_pool.ConnectionPool(
        kwargs={key: value for key, value in found.items() if key not in DJANGO_ONLY} | {"autocommit": False},
        min_size=1,
        max_size=size,
        timeout=5,
        check=psycopg_pool.ConnectionPool.check_connection,
        open=True,
    )


def hang_up() -> None:
    """Close this process's connections to the queues, so that nothing keeps the database busy."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    if _pool.cache_info().currsize and "pool_size" in options:
        _pool(os.getpid(), int(options["pool_size"])).close()
        _pool.cache_clear()

"""Which organisations' own rows the database shows: row level security reads `app.org_ids`.

No scope means no rows: a forgotten filter shows nothing instead of everything.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def set_scope(org_ids: Iterable[int], *, auditor: bool = False) -> None:
    """Set the scope until the end of the current transaction."""
    ids = "{" + ",".join(str(int(one)) for one in org_ids) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.org_ids', %s, true), set_config('app.auditor', %s, true)",
            [ids, "on" if auditor else "off"],
        )


@contextmanager
def rls_scope(org_ids: Iterable[int], *, auditor: bool = False) -> Iterator[None]:
    """One transaction in which the database shows the own rows of these organisations, and no others."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.org_ids', true), current_setting('app.auditor', true)")
            before = cursor.fetchone()
        set_scope(org_ids, auditor=auditor)
        yield
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.org_ids', %s, true), set_config('app.auditor', %s, true)",
                [before[0] or "", before[1] or ""],
            )

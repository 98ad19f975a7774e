"""Which organisations' own rows the database shows: row level security reads `app.org_ids`.

What is a person's alone, an evaluator's marks until moderation begins, it shows to `app.person_id`.

No scope means no rows: a forgotten filter shows nothing instead of everything.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SETTINGS = ("app.org_ids", "app.auditor", "app.person_id")
READ = "SELECT " + ", ".join(f"current_setting('{name}', true)" for name in SETTINGS)
WRITE = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)


def set_scope(org_ids: Iterable[int], *, auditor: bool = False, person_id: int | None = None) -> None:
    """Set the scope until the end of the current transaction."""
    ids = "{" + ",".join(str(int(one)) for one in org_ids) + "}"
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [ids, "on" if auditor else "off", str(int(person_id)) if person_id else ""])


@contextmanager
def rls_scope(org_ids: Iterable[int], *, auditor: bool = False, person_id: int | None = None) -> Iterator[None]:
    """One transaction in which the database shows the own rows of these organisations, and no others."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(READ)
            before = cursor.fetchone()
        set_scope(org_ids, auditor=auditor, person_id=person_id)
        yield
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [value or "" for value in before])

"""What a page costs the database."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "django_session"')


def cost_of(client: Client, address: str) -> int:
    """How many statements the page takes. Savepoints stand for the request's one transaction; the session's clock is apart."""
    with CaptureQueriesContext(connection) as found:
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    return sum(not one["sql"].startswith(NOT_COUNTED) for one in found.captured_queries)

"""The database's clock, which all processes share. Deadlines and heartbeats are judged by it, never by a machine's own."""

from django.db import models


class DatabaseClock(models.Func):
    """The moment at which the statement runs (not the one at which its transaction began)."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()

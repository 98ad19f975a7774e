"""Lists taken away as files: counted against a limit, written into the audit trail, then sent."""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import consume, respond_429
from django.http import HttpRequest, HttpResponseBase

from commissioning.audit.actions import exported
from commissioning.kernel.tables import Table, table_response


def limit(request: HttpRequest, action: str) -> None:
    """Count one more of `action` for this person (ACCOUNT_RATE_LIMITS); beyond the limit the answer is 429.

    :raises ImmediateHttpResponse: which the sign-in middleware turns into that answer.
    """
    if not consume(request, app="allauth.account", action=action, user=request.user, limit_get=True):
        raise ImmediateHttpResponse(respond_429(request))


def export(request: HttpRequest, table: Table, format_: str, filename: str) -> HttpResponseBase:
    """The list as "csv" or "xlsx", for somebody signed in."""
    limit(request, "export")
    exported(by=request.seat, what=table.caption or filename, format_=format_)
    return table_response(table, format_, filename)

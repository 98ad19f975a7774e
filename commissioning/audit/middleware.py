"""Every refused look of somebody signed in is written down, with no work left to the views."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from commissioning.audit.actions import refusals_kept, refused

log = logging.getLogger(__name__)
REASONS = {403: "Their role may not see or do this.", 404: "Not there, or not theirs to see.", 429: "Too many tries."}


class RefusalsMiddleware:
    """Stands outside the request's transaction, so that what is rolled back there is still written down here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse | None = None
        try:
            with refusals_kept():
                response = self.get_response(request)
                _note(request, response)
        except DatabaseError:
            if response is None:
                raise
            log.exception("A refusal could not be written down: %s %s", request.method, request.path)
        assert response is not None
        return response


def _note(request: HttpRequest, response: HttpResponse) -> None:
    seat = getattr(request, "seat", None)
    if response.status_code not in REASONS or seat is None or not seat.signed_in:
        return
    page = request.resolver_match.view_name if request.resolver_match else ""
    refused(by=seat, page=page, address=f"{request.method} {request.path}", reason=REASONS[response.status_code])

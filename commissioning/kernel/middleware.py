"""Around every request: its number, its headers, and an honest page when the database cannot be reached."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from structlog.contextvars import bound_contextvars

from commissioning.kernel.plain_pages import plain_page
from commissioning.kernel.references import new_reference

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 10
FILES_AT_ONCE, ROOM_FOR_FIELDS = 5, 1024 * 1024
KEPT_HEADERS = {"Strict-Transport-Security"}
FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
UNREACHABLE = (OperationalError, InterfaceError)
GetResponse = Callable[[HttpRequest], HttpResponse]


def _notice(request: HttpRequest | None = None, **_: Any) -> None:
    """Django turns an exception into its 500 page inside the innermost layer: note here what it was."""
    error = sys.exc_info()[1]
    while error is not None and request is not None:
        if isinstance(error, UNREACHABLE):
            request.unavailable = error  # type: ignore[attr-defined]
            return
        error = error.__cause__ or error.__context__


class UnavailableMiddleware:
    """Outermost: gives the request its number and answers 503 in our own words when the database is away."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        got_request_exception.connect(_notice, dispatch_uid="portal.unavailable")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = new_reference("REQ")  # type: ignore[attr-defined]
        with bound_contextvars(request_id=request.id):  # type: ignore[attr-defined]
            response = self._answered(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        for name, value in FIXED_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def _answered(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        error = getattr(request, "unavailable", None)
        if error is None:
            return response
        log.error("The database cannot be reached: %s", error)
        sorry = plain_page(
            request,
            503,
            title="Sorry, the portal is not available at the moment",
            text="Nothing that you saved is lost. Try again in a minute: what you sent just now was not saved.",
            reference=request.id,  # type: ignore[attr-defined]
            retry_after=RETRY_AFTER_SECONDS,
        )
        for name in KEPT_HEADERS & set(response.headers):
            sorry[name] = response[name]
        return sorry


def _most_bytes(request: HttpRequest) -> int:
    """How large a file of the page asked for may be."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return settings.UPLOAD_MAX_BYTES
    return getattr(view, "most_bytes", settings.UPLOAD_MAX_BYTES)


class HeadersMiddleware:
    """What is shown to somebody signed in is never kept by a browser or a proxy; a body too large is never read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._too_large(request) or self._unreadable(request) or self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL) and self._is_private(request, response):
            response["Cache-Control"] = "no-store"
        return response

    def _is_private(self, request: HttpRequest, response: HttpResponse) -> bool:
        seat = getattr(request, "seat", None)
        return bool(
            (seat and seat.signed_in) or settings.SESSION_COOKIE_NAME in {**request.COOKIES, **response.cookies} or request.method == "POST"
        )

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        """A page that takes larger files (`takes_files`) takes one of them at once, any other several of the usual size."""
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if not stated.isdigit() or int(stated) <= settings.UPLOAD_MAX_BYTES * FILES_AT_ONCE + ROOM_FOR_FIELDS:
            return None
        most = _most_bytes(request)
        if int(stated) <= most + ROOM_FOR_FIELDS:
            return None
        return plain_page(
            request,
            413,
            title="That is too large to send",
            text=f"On this page a file may be at most {most // 2**20} MB. Nothing was saved.",
            reference=request.id,  # type: ignore[attr-defined]
        )

    def _unreadable(self, request: HttpRequest) -> HttpResponse | None:
        """An address with a NUL in it names nothing, and no database takes it as text."""
        if "\0" not in request.path:
            return None
        return plain_page(
            request,
            404,
            title="There is nothing at this address",
            text="Check the address, or begin at the front page.",
            reference=request.id,  # type: ignore[attr-defined]
        )

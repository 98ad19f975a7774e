"""Gives each request its seat and, for the length of its transaction, its row level scope."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from commissioning.kernel.postgres.scope import set_scope
from commissioning.organisations import kept_forms, sessions
from commissioning.organisations.queries import seat_of
from commissioning.organisations.roles import SENSITIVE, Role
from commissioning.organisations.seat import Seat

UNSCOPED = ("/health/", "/static/")
WITHOUT_CODE = ("/account/", "/help/", "/staying-safe/", "/accessibility/", "/privacy/", "/cookies/")
HAS_CODE = "has_second_factor"


class SeatMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.seat = Seat.nobody()
        if request.path.startswith(UNSCOPED):
            return self.get_response(request)
        with transaction.atomic():
            request.seat = self._seat(request)
            org_ids = [request.seat.organisation_id] if request.seat.organisation_id else []
            person_id = request.seat.person.pk if request.seat.person else None
            set_scope(org_ids, auditor=request.seat.has(Role.AUDITOR), person_id=person_id)
            response = self._without_code(request) or self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Give a form back that was typed before the session ended."""
        if not request.seat.signed_in:
            return None
        kept = kept_forms.kept_for(request)
        if kept is None:
            return None
        if request.method == "GET":
            return kept_forms.show_again(kept, request, view, args, kwargs)
        kept_forms.forget(request)
        return None

    def _seat(self, request: HttpRequest) -> Seat:
        """Who sits here. A session that is over, and the session of somebody who left, end now."""
        if not request.user.is_authenticated:
            return Seat.nobody()
        now = time.time()
        seat = seat_of(request.user, request.session.get("organisation"))
        if seat.organisation is None or sessions.is_over(request, now):
            logout(request)
            return Seat.nobody()
        sessions.note_activity(request, now)
        return seat

    def _without_code(self, request: HttpRequest) -> HttpResponse | None:
        """Who holds a sensitive role sets up a second factor before anything else (MFA_REQUIRED)."""
        if not settings.MFA_REQUIRED or not request.seat.roles & SENSITIVE or request.session.get(HAS_CODE):
            return None
        if is_mfa_enabled(request.user):
            request.session[HAS_CODE] = True
            return None
        if request.path.startswith(WITHOUT_CODE):
            return None
        return redirect("mfa_activate_totp")

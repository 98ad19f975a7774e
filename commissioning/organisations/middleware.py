"""Gives each request its seat and, for the length of its transaction, its row level scope."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from commissioning.kernel.postgres.scope import set_scope
from commissioning.organisations.queries import seat_of
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat

UNSCOPED = ("/health/", "/static/")


class SeatMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.seat = Seat.nobody()
        if request.path.startswith(UNSCOPED):
            return self.get_response(request)
        with transaction.atomic():
            if request.user.is_authenticated:
                request.seat = seat_of(request.user, request.session.get("organisation"))
            org_ids = [request.seat.organisation_id] if request.seat.organisation_id else []
            person_id = request.seat.person.pk if request.seat.person else None
            set_scope(org_ids, auditor=request.seat.has(Role.AUDITOR), person_id=person_id)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

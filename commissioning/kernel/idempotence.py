"""A form that is sent twice writes once: the second answer leads where the first one led.

The page carries a one-time mark (`PortalForm` puts it there). The middleware notes the mark in the transaction of the
request. A second request with the same mark waits for the first one's transaction, then is sent to the same place.
A mark is only used up by success, which is a redirect: a form that comes back with errors may be sent again.
"""

import datetime
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from commissioning.kernel.models import OnceToken

FIELD = "once"


def mark_of(request: HttpRequest) -> uuid.UUID | None:
    """The one-time mark of a posted form, if it came with a readable one."""
    sent = request.POST.get(FIELD, "") if request.method == "POST" else ""
    try:
        return uuid.UUID(sent) if sent else None
    except ValueError:
        return None


def first_outcome(mark: uuid.UUID, person_id: int) -> str | None:
    """Note the mark and return None; or, when this person used it before, where that led."""
    fresh = OnceToken(token=mark, person_id=person_id)
    OnceToken.objects.bulk_create([fresh], ignore_conflicts=True)
    return OnceToken.objects.filter(token=mark, person_id=person_id).exclude(outcome_url="").values_list("outcome_url", flat=True).first()


def forget_marks(before: datetime.datetime) -> int:
    """Forget marks that were used before a moment; returns how many."""
    return OnceToken.objects.filter(used_on_clock__lt=before).delete()[0]


class OnceMiddleware:
    """Stands after the middleware that opens the request's transaction and knows the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mark = mark_of(request) if request.user.is_authenticated else None
        if mark is None:
            return self.get_response(request)
        if outcome := first_outcome(mark, request.user.pk or 0):
            return HttpResponseRedirect(outcome)
        response = self.get_response(request)
        self.note(mark, request.user.pk or 0, response)
        return response

    def note(self, mark: uuid.UUID, person_id: int, response: HttpResponse) -> None:
        if response.status_code >= 500:
            return
        used = OnceToken.objects.filter(token=mark, person_id=person_id)
        if response.status_code in (301, 302, 303):
            used.update(outcome_url=response["Location"][:500])
        else:
            used.delete()

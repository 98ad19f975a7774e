"""What every page of a return begins with: the row that this seat may read, or 404."""

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest

from providers.returns.models import OutcomeReturn
from providers.returns.queries.single import return_for


def visible(request: HttpRequest, reference: str) -> OutcomeReturn:
    row = return_for(request.seat, reference)
    if row is None:
        raise Http404
    return row


def own(request: HttpRequest, reference: str) -> OutcomeReturn:
    """A return of the seat's own organisation, as its provider."""
    row = visible(request, reference)
    if not request.seat.is_of(row.provider_id):
        raise Http404
    return row


def is_sent(request: HttpRequest, form: BaseForm | Any) -> bool:
    """Whether the form came filled in and can be read."""
    return request.method == "POST" and bool(form.is_valid())


def sent_by(request: HttpRequest) -> Any:
    """What was posted, for a form; None on a first look. A form that was sent empty is still sent."""
    return request.POST if request.method == "POST" else None

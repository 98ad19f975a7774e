"""What somebody typed into a form whose session had ended: kept for an hour, encrypted, and given back to the same person.

The text waits in the new session. After signing in, the form's page is asked for again and answered with what was
typed, inside a database transaction that can only read: nothing is sent until the person presses the button again.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from commissioning.kernel.idempotence import FIELD as ONCE
from commissioning.kernel.replay import replaying
from commissioning.organisations import sessions
from commissioning.organisations.ciphers import cipher
from commissioning.organisations.models import Person

KEY = "kept_form"
SECONDS = 60 * 60
MOST_BYTES = 500_000
NEVER_KEPT = ("password", "code", "credential", "token")
NOT_TYPED = {"csrfmiddlewaretoken", "next"}


@dataclass(frozen=True)
class KeptForm:
    path: str
    fields: list[tuple[str, list[str]]]

    def data(self) -> QueryDict:
        filled = QueryDict(mutable=True)
        for name, values in self.fields:
            filled.setlist(name, [str(uuid.uuid4())] if name == ONCE else values)
        return filled


def keep_for_last_person(request: HttpRequest) -> None:
    """Keep what came in a POST without a session, for the person who last signed in in this browser (nobody: not kept)."""
    reference = sessions.last_person_here(request)
    if reference:
        _keep(request, reference)
        request.session.set_expiry(SECONDS)


def keep(request: HttpRequest, person: Person) -> None:
    """Keep what came in a POST of somebody who must first say again who they are."""
    if request.method == "POST":
        _keep(request, person.reference)


def _keep(request: HttpRequest, reference: str) -> None:
    fields = _typed(request)
    if not fields:
        return
    packed = json.dumps({"person": reference, "path": request.get_full_path(), "fields": fields}).encode()
    if len(packed) <= MOST_BYTES:
        request.session[KEY] = cipher("kept form").encrypt(packed).decode()


def _typed(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """The fields of the form as they came; none if nothing was typed, or if a secret is among them."""
    fields = [(name, values) for name, values in request.POST.lists() if name not in NOT_TYPED]
    typed = any(value.strip() for _, values in fields for value in values)
    secret = any(word in name.lower() for name, _ in fields for word in NEVER_KEPT)
    return fields if typed and not secret else []


def kept_for(request: HttpRequest) -> KeptForm | None:
    """What was kept for this person and this address; too old, or somebody else's, is thrown away unread."""
    sealed = request.session.get(KEY)
    if not sealed:
        return None
    try:
        kept = json.loads(cipher("kept form").decrypt(sealed.encode(), ttl=SECONDS))
    except InvalidToken:
        kept = {}
    if kept.get("person") != request.seat.person.reference:
        del request.session[KEY]
        return None
    if kept["path"] != request.get_full_path():
        return None
    return KeptForm(kept["path"], [(name, values) for name, values in kept["fields"]])


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


class _NotShown(Exception):
    pass


def show_again(
    kept: KeptForm, request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: dict[str, Any]
) -> HttpResponse | None:
    """The form filled with what was kept, or None if it is no longer this person's to fill in.

    A view that would act at once cannot, because the database only reads: then a page offers to go on.
    """
    request.method = "POST"
    request.POST = kept.data()  # type: ignore[assignment]
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    token = replaying.set(True)
    try:
        return _answer_without_writing(request, view, args, kwargs)
    except (DatabaseError, _NotShown):
        return offer(request, kept)
    except (PermissionDenied, Http404):
        forget(request)
        request.method = "GET"
        return None
    finally:
        replaying.reset(token)


def _answer_without_writing(
    request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: dict[str, Any]
) -> HttpResponse:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        try:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                raise _NotShown
        finally:
            transaction.set_rollback(True)
    return response


def offer(request: HttpRequest, kept: KeptForm, status: int = 200) -> HttpResponse:
    """A page that shows what was typed and goes on with it when the person says so."""
    return render(request, "commissioning/organisations/kept.html", {"kept": kept}, status=status)


def own_page_sent(request: HttpRequest) -> KeptForm | None:
    """What was typed in a page of ours whose secret token has changed since: the browser vouches for where it came from."""
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    fields = _typed(request)
    return KeptForm(request.get_full_path(), fields) if own and fields else None


def page_before(request: HttpRequest) -> str:
    """The page of ours whose button was pressed, as the browser says; the front page if it does not say."""
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return "/" + referer.split("/", 3)[3] if own and referer.count("/") >= 3 else "/"

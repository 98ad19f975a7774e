"""How long a session lasts, whose browser it is, and how lately its person proved who they are."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from commissioning.organisations.models import Organisation, Person

STARTED, SEEN = "signed_in_at", "seen_at"
DEVICE_DAYS = 90
DEVICE_SALT = "portal.device"


def is_over(request: HttpRequest, now: float) -> bool:
    """True after 60 idle minutes, or 12 hours after signing in, however busy the session was.

    :param now: seconds since 1970.
    """
    started = request.session.get(STARTED, now)
    seen = request.session.get(SEEN, now)
    return now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE


def note_activity(request: HttpRequest, now: float) -> None:
    """Remember that the session is in use, at most once a minute so that reading pages costs no write."""
    request.session.setdefault(STARTED, now)
    if now - request.session.get(SEEN, 0) > 60:
        request.session[SEEN] = now


def is_recent(request: HttpRequest, seconds: float, *, any_way: bool = False) -> bool:
    """True if the person gave password or code in the last `seconds`; with a second factor set up, only that counts,
    unless `any_way` will do."""
    records = get_authentication_records(request, request.user)
    if not any_way and len(_methods(request)) > 1:
        records = [one for one in records if one["method"] == "mfa"]
    return bool(records) and time.time() - records[-1]["at"] < seconds


def where_to_confirm(request: HttpRequest) -> str:
    """The page that asks for the code of somebody who has one, else for the password."""
    return _methods(request)[-1]["url"]


def _methods(request: HttpRequest) -> list[dict[str, str]]:
    """Ways to prove who one is, password first. Asked once in a request."""
    if not hasattr(request, "ways_to_confirm"):
        request.ways_to_confirm = get_adapter(request).get_reauthentication_methods(request.user)  # type: ignore[attr-defined]
    return request.ways_to_confirm  # type: ignore[attr-defined]


def device_cookie() -> str:
    return "__Host-device" if settings.SECURE_COOKIES else "device"


def remember_device(response: HttpResponse, person: Person) -> None:
    """Mark the browser as one in which this person signed in: so that their typed text comes back after a session has
    ended, and somebody else's wrong guesses elsewhere do not lock them out here. It opens nothing by itself."""
    response.set_cookie(
        device_cookie(),
        signing.dumps(person.reference, salt=DEVICE_SALT),
        max_age=DEVICE_DAYS * 86400,
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )


def last_person_here(request: HttpRequest) -> str:
    """The reference of the person who last signed in in this browser, or ""."""
    try:
        return signing.loads(request.COOKIES.get(device_cookie(), ""), salt=DEVICE_SALT, max_age=DEVICE_DAYS * 86400)
    except signing.BadSignature:
        return ""


def sit_down(request: HttpRequest, organisation: Organisation) -> None:
    """Act for another of one's organisations from now on; the session gets a new key, because its rights change."""
    before = request.session.session_key
    request.session["organisation"] = organisation.code
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)

"""Every view says whom it is for. The role table, the route test and the refusals read these words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import urlencode

from commissioning.organisations import kept_forms, sessions
from commissioning.organisations.roles import Role

View = Callable[..., HttpResponse]
EVERYBODY = "public"
SIGNED_IN = "signed in"
API_TOKEN = "API token"  # noqa: S105 (a word of the role table)
Who = str | frozenset[Role] | None
READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Guard:
    """Who may GET and who may POST: `public`, `signed in`, or a set of roles; None means nobody may."""

    get: Who
    post: Who
    recently: bool = False

    def who_may(self, method: str) -> Who:
        return self.get if method in READING else self.post

    @property
    def methods(self) -> list[str]:
        reading = [*READING] if self.get else []
        return [*reading, "OPTIONS", *(["POST"] if self.post else [])]


def guarded(guard: Guard) -> Callable[[View], View]:
    """Wrap a view in a guard, and let the role table find the guard on it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            turned_away = _wrong_method(guard, request) or _wrong_person(guard, request)
            return turned_away or view(request, *args, **kwargs)

        inner.guard = guard  # type: ignore[attr-defined]
        return inner

    return decorate


def _wrong_method(guard: Guard, request: HttpRequest) -> HttpResponse | None:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(guard.methods)})
    if request.method not in guard.methods:
        return HttpResponseNotAllowed(guard.methods, render_to_string("errors/405.html", request=request))
    return None


def _wrong_person(guard: Guard, request: HttpRequest) -> HttpResponse | None:
    who = guard.who_may(request.method or "")
    if who == EVERYBODY:
        return None
    if not request.seat.signed_in:
        return _to_sign_in(guard, request)
    if who != SIGNED_IN and not request.seat.has(*who):  # type: ignore[misc]
        raise PermissionDenied
    if guard.recently and not sessions.is_recent(request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT):
        kept_forms.keep(request, request.seat.person)
        return redirect(f"{sessions.where_to_confirm(request)}?{urlencode({'next': request.path})}")
    return None


def _to_sign_in(guard: Guard, request: HttpRequest) -> HttpResponse:
    """To sign in and back; what was typed into a form whose session had ended is kept for the same person."""
    if request.method in READING:
        return redirect_to_login(request.get_full_path())
    if not guard.get:
        return redirect_to_login(kept_forms.page_before(request))
    kept_forms.keep_for_last_person(request)
    return redirect_to_login(request.get_full_path())


def public_page(view: View | None = None, *, post: bool = False) -> Any:
    """A page that anybody may read; with `post=True` anybody may send its form too."""
    decorate = guarded(Guard(EVERYBODY, EVERYBODY if post else None))
    return decorate(view) if view else decorate


def signed_in(view: View | None = None, *, post: bool = False, get: bool = True) -> Any:
    """A page for anybody who has an account; `post=True` lets them send its form, `get=False` leaves only that."""
    decorate = guarded(Guard(SIGNED_IN if get else None, SIGNED_IN if post or not get else None))
    return decorate(view) if view else decorate


def roles_allowed(*roles: Role, post: tuple[Role, ...] = (), recently: bool = False) -> Callable[[View], View]:
    """A page for these roles; `post` names those of them who may send its form (nobody, if it is left out).

    :param recently: a grave act: whoever signed in longer ago than 15 minutes gives password or code again first.
    """
    return guarded(Guard(frozenset(roles) or None, frozenset(post) or None, recently))


def recently_signed_in(view: View) -> View:
    """For a grave act (opening bids, an award): password or code again, unless given in the last 15 minutes. Outermost."""
    guard: Guard = view.guard  # type: ignore[attr-defined]
    return guarded(Guard(guard.get, guard.post, recently=True))(view)

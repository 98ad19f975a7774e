"""Every view says whom it is for. The role table, the route test and the refusals read these words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from commissioning.organisations.roles import Role

View = Callable[..., HttpResponse]
EVERYBODY = "public"
SIGNED_IN = "signed in"
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Guard:
    """Who may GET and who may POST: `public`, `signed in`, or a set of roles; None means nobody may."""

    get: str | frozenset[Role] | None
    post: str | frozenset[Role] | None


def _let_in(who: str | frozenset[Role] | None, request: HttpRequest) -> HttpResponse | None:
    if who == EVERYBODY:
        return None
    if not request.seat.signed_in:
        return redirect_to_login(request.get_full_path())
    if who == SIGNED_IN:
        return None
    if not who or not request.seat.has(*who):
        raise PermissionDenied
    return None


def guarded(guard: Guard) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            turned_away = _let_in(guard.get if request.method in SAFE else guard.post, request)
            return turned_away or view(request, *args, **kwargs)

        inner.guard = guard  # type: ignore[attr-defined]
        return inner

    return decorate


def public_page(view: View | None = None, *, post: bool = False) -> Any:
    """A page that anybody may read; with `post=True` anybody may send its form too."""
    decorate = guarded(Guard(EVERYBODY, EVERYBODY if post else None))
    return decorate(view) if view else decorate


def signed_in(view: View | None = None, *, post: bool = False) -> Any:
    """A page for anybody who has an account."""
    decorate = guarded(Guard(SIGNED_IN, SIGNED_IN if post else None))
    return decorate(view) if view else decorate


def roles_allowed(*roles: Role, post: tuple[Role, ...] = ()) -> Callable[[View], View]:
    """A page for these roles; `post` names those of them who may send its form (nobody, if it is left out)."""
    return guarded(Guard(frozenset(roles), frozenset(post) or None))

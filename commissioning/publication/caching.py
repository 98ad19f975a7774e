"""Public pages may be kept by caches for a minute: to a visitor they are the same bytes, without a cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

SECONDS = 60


def for_everybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let caches keep the page for visitors; whoever is signed in gets their own, with their navigation."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.seat.signed_in:
            patch_cache_control(response, public=True, max_age=SECONDS)
            patch_vary_headers(response, ["Cookie"])
        return response

    return inner

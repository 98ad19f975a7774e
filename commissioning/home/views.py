import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commissioning.areas.tables import tile_map
from commissioning.home.queries import front_on, home_of
from commissioning.organisations import sessions
from commissioning.organisations.guards import public_page, signed_in
from commissioning.organisations.roles import explained


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The public front page, or what needs this seat now."""
    if not request.seat.signed_in:
        return front(request)
    return render(request, "commissioning/home/home.html", {"home": home_of(request.seat)})


def front(request: HttpRequest) -> HttpResponse:
    shown = front_on(timezone.now(), timezone.localdate())
    return render(
        request, "commissioning/home/front.html", {"front": shown, "day": shown.day, "map": tile_map(shown.districts, shown.areas)}
    )


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Who you are here, what your roles let you do, and how you sign in."""
    return render(request, "commissioning/home/account.html", {"roles": explained(request.seat.roles)})


@public_page
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "commissioning/home/help.html")


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "commissioning/home/accessibility.html")


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "commissioning/home/privacy.html")


@public_page
def cookies(request: HttpRequest) -> HttpResponse:
    used = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "device_cookie": sessions.device_cookie(),
        "device_days": sessions.DEVICE_DAYS,
    }
    return render(request, "commissioning/home/cookies.html", used)


@public_page
def staying_safe(request: HttpRequest) -> HttpResponse:
    return render(request, "commissioning/home/staying_safe.html")


@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness, in the form of RFC 9116."""
    expires = (timezone.now() + datetime.timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{settings.SUPPORT_EMAIL}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from commissioning.organisations.seat import Seat


def seat(request: HttpRequest) -> dict[str, Any]:
    """What every template may ask: who is here, and whether this is the demo."""
    return {
        "seat": getattr(request, "seat", Seat.nobody()),
        "demo": settings.DEMO,
        "support_email": settings.SUPPORT_EMAIL,
        "session_seconds": settings.SESSION_IDLE_SECONDS,
        "portal_version": settings.VERSION,
    }

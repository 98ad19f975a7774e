"""Rows and columns of the pages about people."""

from typing import Any

from django.urls import reverse

from commissioning.organisations.roles import explained
from commissioning.organisations.seat import Seat


def account_rows(seat: Seat) -> dict[str, Any]:
    """What "Your account" shows: you, how you sign in, your roles in words."""
    assert seat.person is not None
    others = ", ".join(str(one) for one in seat.others)
    you = [
        {"key": "E-mail address", "value": seat.person.email},
        {"key": "Job title", "value": seat.person.job_title},
        {
            "key": "You act for",
            "value": str(seat.organisation),
            "note": f"You may also act for {others}: see the top of the page." if others else "",
        },
    ]
    signing_in = [
        {"key": "Password", "value": "Set", "action_url": reverse("account_change_password")},
        {
            "key": "Second factor and passkeys",
            "value": "Codes from an app, recovery codes, security keys",
            "action_url": reverse("mfa_index"),
            "action_label": "Manage",
        },
        {
            "key": "Where you are signed in",
            "value": "Each browser and when",
            "action_url": reverse("usersessions_list"),
            "action_label": "See",
        },
    ]
    return {"you": you, "signing_in": signing_in, "roles": explained(seat.roles)}

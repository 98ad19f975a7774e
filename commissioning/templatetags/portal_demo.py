"""What only a demonstration shows: its accounts, so that a newcomer can look through anybody's eyes."""

from typing import Any

from django import template
from django.conf import settings

from commissioning.organisations.demo import PASSWORD
from commissioning.organisations.queries import demo_accounts
from commissioning.organisations.roles import Role

register = template.Library()


@register.simple_tag
def demo_doors() -> list[dict[str, Any]]:
    """{% demo_doors as doors %}: e-mail, password, role in words and organisation of each demo account; none outside a demo."""
    if not settings.DEMO:
        return []
    return [
        {"email": one.email, "password": PASSWORD, "role": Role(one.role).label, "organisation": one.organisation}
        for one in demo_accounts()
    ]

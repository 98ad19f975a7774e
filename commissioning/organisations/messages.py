"""E-mails about accounts. Secrets of links are worded here, by the worker at the last moment, and stored nowhere."""

from dataclasses import dataclass

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from commissioning.kernel.mail import worded
from commissioning.kernel.words import at
from commissioning.organisations.invitation_tokens import token_of
from commissioning.organisations.models import Invitation, Person
from commissioning.organisations.roles import explained


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready for `mail.deliver`."""

    to: str
    subject: str
    text: str


def invitation_letter(invitation: Invitation) -> Letter:
    context = {
        "organisation": str(invitation.organisation),
        "roles": " and ".join(role.label.lower() for role, _ in explained(invitation.roles)),
        "until": at(invitation.expires_on_clock, None),
        "link": _address("organisations:open_invitation", token_of(invitation.reference)),
    }
    return Letter(invitation.email, *worded("emails/invitation.txt", context))


def password_reset_letter(person: Person) -> Letter:
    """A link that works for one hour (PASSWORD_RESET_TIMEOUT) and only until the password has changed."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    link = _address("account_reset_password_from_key", user_pk_to_url_str(person), token)
    return Letter(person.email, *worded("emails/password_reset.txt", {"link": link}))


def account_changed_letter(person: Person, what: str) -> Letter:
    return Letter(person.email, *worded("emails/account_changed.txt", {"what": what}))


def _address(name: str, *arguments: str) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + reverse(name, args=arguments)

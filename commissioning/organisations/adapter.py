"""The portal's own rules for signing in, told to allauth."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from commissioning.organisations import sessions

WRONG_PAIR = "Your e-mail address or password is not right. Check both and try again."


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """There is no sign-up: people come by an invitation of an organisation's administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask your organisation's administrator.",
        "email_password_mismatch": WRONG_PAIR,
        "invalid_login": WRONG_PAIR,
        "enter_current_password": "Enter the password that you use now.",
        "incorrect_password": "The password is not right. Try again.",
        "incorrect_code": "The code is not right or has run out. Enter the newest one from your app.",
        "invalid_password_reset": "This link has been used or has run out. Ask for a new one.",
        "too_many_login_attempts": "There were too many tries. Wait five minutes, or choose a new password.",
        "rate_limited": "There were too many tries. Wait a few minutes and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only pages of the portal itself, never an address of another host."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()}, require_https=self.request.is_secure())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords for one address, or from one computer: 429 with a time to wait."""
        try:
            super().pre_authenticate(request, **credentials)
        except forms.ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries in a browser that knows its person are counted apart, so that a stranger's tries cannot lock the person out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{sessions.last_person_here(request)}"

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        request.session.pop(sessions.STARTED, None)
        request.session.pop(sessions.SEEN, None)
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        sessions.remember_device(response, user)  # type: ignore[arg-type]
        return response

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Setting up the first second factor right after signing in needs no password again; every other change does."""
        first = not Authenticator.objects.filter(user_id=self.request.user.pk).exists()
        return not (first and sessions.is_recent(self.request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Your roles need a second factor. Set up another one before you remove this one.",
        "cannot_generate_recovery_codes": "Set up an authenticator app first. Then you can make recovery codes.",
        "incorrect_code": "The code is not right or has run out. Enter the newest one from your app.",
        "unverified_email": "Your e-mail address must be confirmed first.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is required, the last one stays."""
        if not settings.MFA_REQUIRED or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class PortalBackend(AuthenticationBackend):
    """A person signs in while they hold a role somewhere; demo accounts sign in to a demo only."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        if not super().user_can_authenticate(user):
            return False
        return settings.DEMO or not getattr(user, "is_demo", False)

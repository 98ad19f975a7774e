"""The portal's own rules for signing in, told to allauth."""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from commissioning.audit.actions import record, refused
from commissioning.organisations import sessions
from commissioning.organisations.actions.people import tell_account_changed
from commissioning.organisations.ciphers import cipher
from commissioning.organisations.queries import open_account, seat_of

WRONG_PAIR = "Your e-mail address or password is not right. Check both and try again."


CODES = ("mfa_view_recovery_codes", "mfa_download_recovery_codes")
# What allauth would write a letter about, as the audit trail and our own letter say it.
CHANGES = {
    "mfa/email/totp_activated": "set up an authenticator app",
    "mfa/email/totp_deactivated": "removed the authenticator app",
    "mfa/email/recovery_codes_generated": "made new recovery codes",
    "mfa/email/webauthn_added": "added a passkey",
    "mfa/email/webauthn_removed": "removed a passkey",
    "account/email/password_changed": "changed the password",
    "account/email/password_reset": "chose a new password by a link",
}


@dataclass(frozen=True)
class Stranger:
    """Whoever tries to sign in and cannot: written down for the organisation whose account was tried."""

    organisation_id: int | None
    person: None = None
    who: str = "Somebody who did not sign in"


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
            refused(by=Stranger(None), reason="Too many wrong passwords.", page="account_login", address=request.path)
            raise ImmediateHttpResponse(respond_429(request)) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries in a browser that knows its person are counted apart, so that a stranger's tries cannot lock the person out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{sessions.last_person_here(request)}"

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        request.session.pop(sessions.STARTED, None)
        request.session.pop(sessions.SEEN, None)
        super().login(request, user)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse | None:
        """Somebody who holds no role anywhere stays out."""
        if seat_of(user).organisation is None:  # type: ignore[arg-type]
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **options)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        sessions.remember_device(response, user)  # type: ignore[arg-type]
        record(by=seat_of(user), verb="signed in", on=user)  # type: ignore[arg-type]
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Written down in the trail of the person's organisation; for an unknown address the same is written, unnamed."""
        person = open_account(str(credentials.get("email", "")).lower())
        organisation = seat_of(person).organisation if person else None
        stranger = Stranger(organisation.pk if organisation else None)
        refused(by=stranger, on=person, reason="A wrong password was given.", page="account_login")

    def logout(self, request: HttpRequest) -> None:
        if request.seat.signed_in:
            record(by=request.seat, verb="signed out", on=request.seat.person)
        super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A new password ends every session and every count of wrong tries."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)  # type: ignore[attr-defined]

    def send_notification_mail(self, template_prefix: str, user: AbstractBaseUser, *args: Any, **options: Any) -> None:
        """A change of how somebody signs in: written down, and told to them in a letter of our own."""
        if change := CHANGES.get(template_prefix):
            tell_account_changed(person=user, change=change)  # type: ignore[arg-type]

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Right after signing in, the first second factor and its recovery codes need no password again; every other change does."""
        setting_up = (
            self.request.path in {reverse(name) for name in CODES}
            or not Authenticator.objects.filter(user_id=self.request.user.pk).exists()
        )
        return not (setting_up and sessions.is_recent(self.request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT, any_way=True))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted; where a second factor is required, the last one stays."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Your roles need a second factor. Set up another one before you remove this one.",
        "cannot_generate_recovery_codes": "Set up an authenticator app first. Then you can make recovery codes.",
        "incorrect_code": "The code is not right or has run out. Enter the newest one from your app.",
        "unverified_email": "Your e-mail address must be confirmed first.",
    }

    def encrypt(self, text: str) -> str:
        return cipher("second factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher("second factor").decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """What a passkey is called until its owner gives it another name."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.MFA_REQUIRED or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class PortalBackend(AuthenticationBackend):
    """Demo accounts sign in to a demo only."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        if not super().user_can_authenticate(user):
            return False
        return settings.DEMO or not getattr(user, "is_demo", False)

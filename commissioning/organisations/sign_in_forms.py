"""allauth's forms in the portal's words: labels, hints, errors. What they check is allauth's own."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import encrypt
from allauth.mfa.webauthn import forms as keys
from django.http import HttpRequest

from commissioning.kernel.forms import Spoken
from commissioning.organisations.actions.people import ask_for_password_reset
from commissioning.organisations.queries import open_account

EMAIL = {"label": "E-mail address", "named": "your e-mail address", "width": "30"}
CODE = {"label": "Six figures", "named": "the six figures that your app shows now", "width": "10", "inputmode": "numeric"}
NEW = {
    "label": "New password",
    "named": "your new password",
    "hint": "At least 12 characters. Three or four words that do not belong together work well.",
}


class Reworded(Spoken):
    """Gives the fields of a form of allauth the labels, hints and names that `wording` holds for them."""

    wording: dict[str, dict[str, str]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("password2", None)  # type: ignore[attr-defined]  # one may look at what one typed instead
        for name, said in self.wording.items():
            if name in self.fields:  # type: ignore[attr-defined]
                self.reword(self.fields[name], said)  # type: ignore[attr-defined]

    def reword(self, field: Any, said: dict[str, str]) -> None:
        field.label, field.help_text = said["label"], said.get("hint", "")
        field.width, field.inputmode = said.get("width", ""), said.get("inputmode", "")
        self.speak(field, said["named"])


class SignInForm(Reworded, account.LoginForm):
    wording = {"login": EMAIL, "password": {"label": "Password", "named": "your password"}}


class AskForPasswordForm(Reworded, account.ResetPasswordForm):
    wording = {"email": EMAIL}

    def save(self, request: HttpRequest, **options: Any) -> str:
        """The same work for an address with an account and for one without; the worker writes the letter."""
        email: str = self.cleaned_data["email"]
        ask_for_password_reset(person=open_account(email))
        return email


class NewPasswordForm(Reworded, account.ResetPasswordKeyForm):
    wording = {"password1": NEW}


class ChangePasswordForm(Reworded, account.ChangePasswordForm):
    wording = {"oldpassword": {"label": "Password now", "named": "the password that you use now"}, "password1": NEW}


class SetPasswordForm(Reworded, account.SetPasswordForm):
    wording = {"password1": NEW}


class ConfirmPasswordForm(Reworded, account.ReauthenticateForm):
    wording = {"password": {"label": "Password", "named": "your password"}}


class CodeForm(Reworded, codes.AuthenticateForm):
    wording = {"code": {**CODE, "label": "Code", "named": "the code", "hint": "Six figures from your app, or one of your recovery codes."}}


class ConfirmCodeForm(Reworded, codes.ReauthenticateForm):
    wording = CodeForm.wording


class StartAppForm(Reworded, totp.ActivateTOTPForm):
    wording = {"code": {**CODE, "hint": "They change every 30 seconds."}}

    def clean_code(self) -> str:
        """The figures that set up the app are used up: they do not sign in as well."""
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user, data={"secret": encrypt(self.secret)})).validate_code(code)
        return code


class StopAppForm(Reworded, totp.DeactivateTOTPForm):
    pass


class AddKeyForm(Reworded, keys.AddWebAuthnForm):
    wording = {
        "name": {"label": "Name of the passkey", "named": "the name of the passkey", "hint": "For example, work laptop.", "width": "20"},
        "passwordless": {
            "label": "Sign in with this passkey alone",
            "named": "signing in with this passkey alone",
            "hint": "No password needed: your device asks for a fingerprint, a face or a PIN.",
        },
    }


class RenameKeyForm(Reworded, keys.EditWebAuthnForm):
    wording = {"name": AddKeyForm.wording["name"]}

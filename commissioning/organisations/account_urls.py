"""Signing in: those routes of allauth that the portal uses, each with its guard. There is no route to change an address."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from commissioning.organisations.guards import public_page, signed_in

RESET_KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("login/", public_page(account.login, post=True), name="account_login"),
    path("logout/", public_page(account.logout, post=True), name="account_logout"),
    path("inactive/", public_page(account.account_inactive), name="account_inactive"),
    path("signup/", public_page(account.signup), name="account_signup"),
    path("reauthenticate/", signed_in(account.reauthenticate, post=True), name="account_reauthenticate"),
    path("password/change/", signed_in(account.password_change, post=True), name="account_change_password"),
    path("password/reset/", public_page(account.password_reset, post=True), name="account_reset_password"),
    path("password/reset/done/", public_page(account.password_reset_done), name="account_reset_password_done"),
    path("password/reset/key/done/", public_page(account.password_reset_from_key_done), name="account_reset_password_from_key_done"),
    re_path(RESET_KEY, public_page(account.password_reset_from_key, post=True), name="account_reset_password_from_key"),
    path("2fa/", signed_in(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", public_page(mfa.authenticate, post=True), name="mfa_authenticate"),
    path("2fa/reauthenticate/", signed_in(mfa.reauthenticate, post=True), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", signed_in(totp.activate_totp, post=True), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", signed_in(totp.deactivate_totp, post=True), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", signed_in(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", signed_in(recovery.generate_recovery_codes, post=True), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", signed_in(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", signed_in(webauthn.add_webauthn, post=True), name="mfa_add_webauthn"),
    path("2fa/webauthn/reauthenticate/", signed_in(webauthn.reauthenticate_webauthn, post=True), name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", signed_in(webauthn.remove_webauthn, post=True), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", signed_in(webauthn.edit_webauthn, post=True), name="mfa_edit_webauthn"),
    path("2fa/webauthn/login/", public_page(webauthn.login_webauthn, post=True), name="mfa_login_webauthn"),
    path("sessions/", signed_in(usersessions.list_usersessions, post=True), name="usersessions_list"),
]

"""What settings need before Django exists: the secret, the database of a role, the broker. Each refuses in one sentence."""

import os
import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

SAMPLE_SECRETS = {"", "change-me", "changeme", "secret", "replace-me-with-50-random-characters"}


def is_demo(env: environ.Env) -> bool:
    """The demo is what runs without any database address; with one it must be asked for."""
    addresses = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL")
    given: bool = env.bool("PORTAL_DEMO", default=not any(env(name, default="") for name in addresses))
    return given


def debugging(env: environ.Env, *, demo: bool) -> bool:
    """Django's debug pages, which show settings and code.

    :raises ImproperlyConfigured: asked for in production.
    """
    wanted: bool = env.bool("DEBUG", default=False)
    if wanted and not demo:
        raise ImproperlyConfigured("DEBUG is on. Its pages show settings and data, so the portal does not start with it.")
    return wanted


def allowed_hosts(env: environ.Env, *, demo: bool) -> list[str]:
    """The host names that the portal answers to.

    :raises ImproperlyConfigured: production without any, or with a star.
    """
    found: list[str] = [name for name in env.list("ALLOWED_HOSTS", default=[]) if name]
    if demo:
        return found or ["localhost", "127.0.0.1", "[::1]"]
    if not found:
        raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the portal's host, such as portal.example.gov.uk.")
    if any(name.startswith("*") for name in found):
        raise ImproperlyConfigured("ALLOWED_HOSTS holds a star, which lets anybody forge the portal's address. Name the hosts.")
    return found


def site_address(env: environ.Env, hosts: list[str], *, demo: bool) -> str:
    """Where people find the portal: the beginning of the links in its e-mails.

    :raises ImproperlyConfigured: production without encryption, except on this machine itself.
    """
    given: str = env("SITE_ADDRESS", default="") or ("http://localhost:8000" if demo else f"https://{hosts[0].lstrip('.')}")
    here = given.startswith(("http://localhost", "http://127.0.0.1"))
    if not demo and not here and not given.startswith("https://"):
        raise ImproperlyConfigured(f"SITE_ADDRESS is {given}. It must begin with https://, because people sign in there.")
    return given.rstrip("/")


def secret_key(env: environ.Env, data_dir: Path, *, demo: bool) -> str:
    """The signing key. Production must be given one of at least 50 characters; the demo makes its own once.

    :raises ImproperlyConfigured: production without a real key.
    """
    given: str = env("SECRET_KEY", default="")
    if given and not demo and (given in SAMPLE_SECRETS or len(given) < 50):
        raise ImproperlyConfigured("SECRET_KEY is a sample or shorter than 50 characters. Give the portal a long random one.")
    if given:
        return given
    if not demo:
        raise ImproperlyConfigured("SECRET_KEY is not set. Give the portal a random key of at least 50 characters.")
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(60))
    return path.read_text()


def database_settings(env: environ.Env, data_dir: Path, *, role: str) -> dict[str, Any]:
    """Connection of one role: `app` (web), `system` (worker, commands) or `owner` (migrations, tests).

    DATABASE_APP_URL, DATABASE_SYSTEM_URL and DATABASE_OWNER_URL name a login each; with DATABASE_URL alone the
    connection steps down to the role when it opens. Without any of them the embedded PostgreSQL is used.
    """
    if role not in {"app", "system", "owner"}:
        raise ImproperlyConfigured(f"PORTAL_DB_ROLE is {role!r}. It must be app, system or owner.")
    own_url = env(f"DATABASE_{role.upper()}_URL", default="")
    shared_url = env("DATABASE_URL", default="")
    if own_url or shared_url:
        found = env.db_url_config(own_url or shared_url)
        options = dict(found.get("OPTIONS") or {})
        if not own_url and role != "owner":
            options["options"] = f"-c role=portal_{role}"
        database = {**found, "ENGINE": "commissioning.kernel.postgres", "OPTIONS": options}
    else:
        database = {
            "ENGINE": "commissioning.kernel.postgres",
            "NAME": "portal",
            "OPTIONS": {
                "embedded_root": str(data_dir / "postgres"),
                "embedded_role": role,
                "embedded_volatile": env.bool("PORTAL_VOLATILE", default=False),
            },
        }
    if role == "app":
        database["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=6),
            "timeout": 5,
        }
    database.update(CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=True)
    database["TEST"] = {"NAME": env("PORTAL_TEST_DATABASE", default="test_portal")}
    return database


def broker_settings(env: environ.Env) -> dict[str, Any]:
    """Celery's broker: CELERY_BROKER_URL (Redis or RabbitMQ) in production, else queues inside the portal's own database."""
    url = env("CELERY_BROKER_URL", default="")
    if url:
        timeouts = {"socket_timeout": 3, "socket_connect_timeout": 3} if url.startswith("redis") else {}
        return {
            "CELERY_BROKER_URL": url,
            "CELERY_BROKER_TRANSPORT_OPTIONS": {
                "visibility_timeout": env.int("BROKER_VISIBILITY_SECONDS", default=3600),
                **timeouts,
            },
        }
    return {
        "CELERY_BROKER_URL": "pgmq://localhost/portal",
        "CELERY_BROKER_TRANSPORT": "commissioning.kernel.broker:Transport",
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "visibility_timeout": env.int("BROKER_VISIBILITY_SECONDS", default=3600),
            "wait_time_seconds": 1,
            "polling_interval": 0.1,
            "pool_size": 4,
        },
    }


def forms_of_sign_in(module: str) -> tuple[dict[str, str], dict[str, str]]:
    """allauth's forms, and those of its second factors, each replaced by the reworded one of `module`."""
    account = {
        "login": "SignInForm",
        "reset_password": "AskForPasswordForm",
        "reset_password_from_key": "NewPasswordForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reauthenticate": "ConfirmPasswordForm",
    }
    second_factor = {
        "authenticate": "CodeForm",
        "reauthenticate": "ConfirmCodeForm",
        "activate_totp": "StartAppForm",
        "deactivate_totp": "StopAppForm",
        "add_webauthn": "AddKeyForm",
        "edit_webauthn": "RenameKeyForm",
    }
    return ({use: f"{module}.{form}" for use, form in account.items()}, {use: f"{module}.{form}" for use, form in second_factor.items()})

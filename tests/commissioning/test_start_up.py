"""What the portal refuses to start with, each in one sentence that names the setting."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from commissioning.kernel import start_up

ROOT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "k3yk3y-" * 9
PRODUCTION = {
    "DATABASE_URL": "postgres://portal:secret@db.example:5432/portal",
    "SECRET_KEY": GOOD_SECRET,
    "ALLOWED_HOSTS": "portal.example",
}


def env_of(**values: str) -> environ.Env:
    found = environ.Env()
    found.ENVIRON = values
    return found


def start(*command: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run one of the portal's processes with exactly these settings."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env={**bare, **values}, capture_output=True, text=True)


def test_demo_is_what_runs_without_a_database_address() -> None:
    assert start_up.is_demo(env_of()) is True
    assert start_up.is_demo(env_of(DATABASE_URL="postgres://a/b")) is False
    assert start_up.is_demo(env_of(DATABASE_APP_URL="postgres://a/b")) is False
    assert start_up.is_demo(env_of(DATABASE_URL="postgres://a/b", PORTAL_DEMO="1")) is True


@pytest.mark.parametrize("value", ["", "change-me", "short", "replace-me-with-50-random-characters", "x" * 49])
def test_production_refuses_a_missing_sample_or_short_secret(value: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY is"):
        start_up.secret_key(env_of(SECRET_KEY=value), tmp_path, demo=False)
    assert list(tmp_path.iterdir()) == []


def test_demo_makes_its_secret_once_for_its_user_alone(tmp_path: Path) -> None:
    first = start_up.secret_key(env_of(), tmp_path / "data", demo=True)
    assert len(first) >= 50
    assert start_up.secret_key(env_of(), tmp_path / "data", demo=True) == first
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("value", ["", "*", "portal.example,*", "*.example"])
def test_production_refuses_unnamed_hosts(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^ALLOWED_HOSTS"):
        start_up.allowed_hosts(env_of(ALLOWED_HOSTS=value), demo=False)


def test_hosts_are_those_named_and_those_of_this_machine_for_the_demo() -> None:
    assert start_up.allowed_hosts(env_of(ALLOWED_HOSTS="a.example,b.example"), demo=False) == ["a.example", "b.example"]
    assert start_up.allowed_hosts(env_of(), demo=True) == ["localhost", "127.0.0.1", "[::1]"]


def test_production_refuses_debug_pages() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DEBUG is on"):
        start_up.debugging(env_of(DEBUG="1"), demo=False)
    assert start_up.debugging(env_of(DEBUG="1"), demo=True) is True


def test_site_address_is_encrypted_unless_it_is_this_machine() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SITE_ADDRESS is http://portal.example"):
        start_up.site_address(env_of(SITE_ADDRESS="http://portal.example"), ["portal.example"], demo=False)
    assert start_up.site_address(env_of(), ["portal.example"], demo=False) == "https://portal.example"
    assert start_up.site_address(env_of(SITE_ADDRESS="http://localhost:8080/"), ["localhost"], demo=False) == "http://localhost:8080"


def test_unknown_database_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PORTAL_DB_ROLE is 'root'"):
        start_up.database_settings(env_of(), tmp_path, role="root")


def test_each_role_has_its_own_login_or_steps_down(tmp_path: Path) -> None:
    shared = env_of(DATABASE_URL="postgres://owner:a@db:5432/portal", DATABASE_APP_URL="postgres://web:b@db:5432/portal")
    app = start_up.database_settings(shared, tmp_path, role="app")
    system = start_up.database_settings(shared, tmp_path, role="system")
    owner = start_up.database_settings(shared, tmp_path, role="owner")
    assert (app["USER"], app["OPTIONS"].get("options")) == ("web", None)
    assert (system["USER"], system["OPTIONS"]["options"]) == ("owner", "-c role=portal_system")
    assert (owner["USER"], owner["OPTIONS"].get("options")) == ("owner", None)
    assert ["pool" in found["OPTIONS"] for found in (app, system, owner)] == [True, False, False]


def test_without_an_address_the_embedded_server_is_used(tmp_path: Path) -> None:
    found = start_up.database_settings(env_of(), tmp_path, role="system")
    assert found["OPTIONS"]["embedded_root"] == str(tmp_path / "postgres")
    assert found["OPTIONS"]["embedded_role"] == "system"


def test_broker_is_the_address_given_else_the_database() -> None:
    redis = start_up.broker_settings(env_of(CELERY_BROKER_URL="redis://queue:6379/0"))
    assert redis["CELERY_BROKER_URL"] == "redis://queue:6379/0"
    assert "CELERY_BROKER_TRANSPORT" not in redis
    assert start_up.broker_settings(env_of())["CELERY_BROKER_TRANSPORT"] == "commissioning.kernel.broker:Transport"


def test_production_starts_with_good_settings(tmp_path: Path) -> None:
    done = start("manage.py", "check", **PRODUCTION, PORTAL_DATA=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"SECRET_KEY": "change-me"}, "SECRET_KEY is a sample"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set."),
        ({"DEBUG": "1"}, "DEBUG is on."),
    ],
)
def test_production_refuses_in_one_sentence_without_a_traceback(tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    done = start("manage.py", "check", **{**PRODUCTION, **change}, PORTAL_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith(f"The portal does not start: {sentence}")
    assert done.stderr.count("\n") == 1


def test_web_refuses_to_run_with_the_owners_rights(tmp_path: Path) -> None:
    done = start("-c", "import commissioning.wsgi", **PRODUCTION, PORTAL_DB_ROLE="owner", PORTAL_DATA=str(tmp_path))
    assert done.returncode == 1
    assert "PORTAL_DB_ROLE must be app for the web" in done.stderr


@pytest.mark.parametrize("command", ["load_kent", "demo_accounts", "demo"])
def test_commands_of_the_demo_refuse_production(tmp_path: Path, command: str) -> None:
    done = start("manage.py", command, **PRODUCTION, PORTAL_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: This ")


def test_an_empty_data_folder_counts_as_none_named() -> None:
    shown = "from django.conf import settings; print(settings.DATA_DIR)"
    done = start("-c", shown, **PRODUCTION, PORTAL_DATA="", DJANGO_SETTINGS_MODULE="commissioning.settings")
    assert done.stdout.strip() == str(ROOT / ".portal")

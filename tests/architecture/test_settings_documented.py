"""docs/settings.md lists every environment variable that is read, and none that is not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:\benv(?:\.\w+)?\(|environ\.get\(|environ\[|environ\.setdefault\()\s*f?["']([A-Z][A-Z0-9_{}.()a-z]+)["']""")
ROLE_URL = "DATABASE_{role.upper()}_URL"
OF_OTHERS = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PATH", "HOME", "LANG", "DEBIAN_FRONTEND"}
BETWEEN_OUR_OWN_PROCESSES = {"FLOOR_DATABASE"}
BY_COMPOSE_ALONE = {"PORTAL_OWNER_PASSWORD", "WEB_PORT"}


def read_in_code() -> set[str]:
    files = [ROOT / "manage.py", ROOT / "gunicorn.conf.py"]
    for folder in ("commissioning", "funders", "providers", "tools", "tests"):
        files += (ROOT / folder).rglob("*.py")
    found = {name for path in files if path != Path(__file__) for name in READ.findall(path.read_text())}
    found.discard(ROLE_URL)
    return found - OF_OTHERS - BETWEEN_OUR_OWN_PROCESSES


def documented() -> set[str]:
    tables = [line.split("|")[1] for line in (ROOT / "docs" / "settings.md").read_text().splitlines() if line.startswith("| `")]
    return {name for cell in tables for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", cell)}


def test_every_variable_that_is_read_is_documented() -> None:
    assert read_in_code() - documented() == set()


def test_every_documented_variable_is_read() -> None:
    by_role = {"DATABASE_APP_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL"}
    through_a_name = {"PORTAL_APP_PASSWORD", "PORTAL_SYSTEM_PASSWORD"}
    assert documented() - read_in_code() - by_role - through_a_name == set()


def test_compose_uses_documented_variables() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert used - documented() == BY_COMPOSE_ALONE

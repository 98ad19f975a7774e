"""docker-compose.yml by its contents: no Docker engine is needed to see that the shape is right and nothing secret is in it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
PORTAL = {"migrate", "web", "worker", "beat"}
SECRETS = {"SECRET_KEY", "PORTAL_OWNER_PASSWORD", "PORTAL_APP_PASSWORD", "PORTAL_SYSTEM_PASSWORD"}


def test_services_are_the_production_shape() -> None:
    assert set(SERVICES) == {"postgres", "redis", "mail", *PORTAL}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(PORTAL - {"migrate"}))
def test_processes_wait_for_the_migration_and_the_broker(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }


def test_each_process_has_its_own_database_login() -> None:
    logins = {name: {key for key in SERVICES[name]["environment"] if key.startswith("DATABASE_")} for name in PORTAL}
    assert logins == {
        "migrate": {"DATABASE_OWNER_URL"},
        "web": {"DATABASE_APP_URL"},
        "worker": {"DATABASE_SYSTEM_URL"},
        "beat": {"DATABASE_SYSTEM_URL"},
    }


@pytest.mark.parametrize(("name", "role"), [("migrate", "owner"), ("web", "app"), ("worker", "system"), ("beat", "system")])
def test_database_address_names_login_and_password_of_the_role(name: str, role: str) -> None:
    address = SERVICES[name]["environment"][f"DATABASE_{role.upper()}_URL"]
    assert address == (
        f"postgres://portal_{role}:${{PORTAL_{role.upper()}_PASSWORD:?set PORTAL_{role.upper()}_PASSWORD in .env}}@postgres:5432/portal"
    )


def test_secrets_have_no_default_and_nothing_starts_without_them() -> None:
    used = re.findall(r"\$\{([A-Z_]+)([^}]*)\}", TEXT)
    assert {name for name, _ in used} >= SECRETS
    assert {rest[:2] for name, rest in used if name in SECRETS} == {":?"}
    assert {name for name, rest in used if not rest.startswith((":?", ":-"))} == set()


def test_nothing_but_web_and_mail_is_published_and_only_on_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["${WEB_PORT:-127.0.0.1:8000}:8000"], "mail": ["127.0.0.1:8025:8025"]}


def test_data_lies_in_volumes() -> None:
    assert set(COMPOSE["volumes"]) == {"database", "queue", "files"}
    assert {SERVICES[name]["volumes"][0].split(":")[0] for name in PORTAL} == {"files"}


def test_example_environment_names_what_must_be_given_and_gives_no_secret() -> None:
    example = dict(line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] != "#")
    required = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    assert required <= set(example)
    assert {example[name] for name in required} == {""}


def test_image_runs_as_an_ordinary_user_from_hashed_requirements() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    last_stage = dockerfile.rsplit("FROM ", 1)[1]
    assert "\nUSER portal\n" in last_stage
    assert last_stage.index("USER portal") < last_stage.index("CMD [")
    assert "--require-hashes --only-binary :all: -r requirements.txt" in dockerfile
    assert "collectstatic" in last_stage
    assert "HEALTHCHECK" in last_stage


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_version_and_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        if not block.startswith("#"):
            assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", block), block
            assert "--hash=sha256:" in block, block


def test_compiled_requirements_hold_every_pin_of_their_source() -> None:
    for name in ("requirements", "requirements-dev"):
        compiled = {
            re.sub(r"\[.*\]", "", line.split()[0]).lower() for line in (ROOT / f"{name}.txt").read_text().splitlines() if "==" in line
        }
        for line in (ROOT / f"{name}.in").read_text().splitlines():
            if "==" in line:
                pin = re.sub(r"\[.*\]", "", re.split(r"[\s;]", line)[0]).lower()
                assert pin in compiled, pin

"""Production without Docker: compose's commands and variables against real servers, and two of their bad days."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest

from tests.drills.production_shape import HOST, ProductionShape, debian_postgres
from tests.running_portal import ROOT

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def production() -> Iterator[ProductionShape]:
    missing = [name for name, found in (("postgresql", debian_postgres()), ("redis-server", shutil.which("redis-server"))) if not found]
    if missing:
        sentence = f"the production shape needs Debian's {' and '.join(missing)}: apt install {' '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    shape = ProductionShape()
    try:
        yield shape.up()
    finally:
        shape.down()


def test_all_parts_are_well(production: ProductionShape) -> None:
    status, found = production.health()
    assert (status, found["status"], found["broker"], found["worker"]["status"]) == (200, "ok", "ok", "ok")


def test_health_checks_of_the_containers_pass(production: ProductionShape) -> None:
    address = f"http://127.0.0.1:{production.ports['web']}"
    for part in ("web", "worker"):
        command = [sys.executable, "tools/healthcheck.py", address, part]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "ALLOWED_HOSTS": HOST}, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_unencrypted_visitors_are_sent_to_https(production: ProductionShape) -> None:
    status, _, headers = production.get("/", encrypted=False)
    assert (status, headers["Location"]) == (301, f"https://{HOST}/")


def test_front_page_has_its_style_and_strict_headers(production: ProductionShape) -> None:
    status, body, headers = production.get("/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    style = body.split('rel="stylesheet"')[0].rsplit("<link", 1)[1] + body.split('rel="stylesheet"')[1].split(">")[0]
    path = style.split('href="')[1].split('"')[0]
    assert production.get(path)[0] == 200


def test_cookies_are_bound_to_host_and_encryption(production: ProductionShape) -> None:
    status, _, headers = production.get("/account/login/")
    assert status == 200
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_demo_accounts_do_not_exist(production: ProductionShape) -> None:
    with pytest.raises(AssertionError, match="This is not a demo database"):
        production.manage("demo_accounts", "--json")


def test_first_organisation_is_added_and_its_administrator_gets_a_link(production: ProductionShape) -> None:
    who = ["--code", "kfrs", "--name", "Kent Fire and Rescue Service", "--kind", "funder", "--administrator", "admin@kfrs.example"]
    assert production.manage("add_organisation", *who).startswith("Kent Fire and Rescue Service is added.")
    letters = production.wait_until(lambda: list((production.folder / "mail").glob("*")), 60, "the letter")
    text = message_from_bytes(letters[0].read_bytes(), policy=policy.default).get_content()
    (link,) = re.findall(rf"https://{HOST}(/\S+)", text)
    status, _, headers = production.get(link)
    assert (status, "account" in headers.get("Location", link)) in {(200, True), (302, True)}


def test_stopped_postgres_gives_our_503_page_then_heals(production: ProductionShape) -> None:
    production.stop_postgres()
    try:
        status, body, headers = production.get("/account/login/")
        health = production.health()
    finally:
        production.start_postgres()
    assert (status, headers["Retry-After"]) == (503, "10")
    assert "Sorry, the portal is not available at the moment" in body
    assert (health[0], health[1]["database"]) == (503, "down")
    production.wait_until(lambda: production.health()[0] == 200, 60, "health after PostgreSQL came back")
    assert production.get("/account/login/")[0] == 200


def test_stopped_redis_is_said_and_heals(production: ProductionShape) -> None:
    production.stop("redis")
    try:
        status, found = production.health()
        page = production.get("/")[0]
    finally:
        production.start_redis()
    assert (status, found["database"], found["broker"], page) == (503, "ok", "down", 200)
    production.wait_until(lambda: production.health()[0] == 200, 60, "health after Redis came back")


def test_web_ends_by_itself_when_asked(production: ProductionShape) -> None:
    assert production.stop("web") == 0
    production.start("web")
    production.wait_until(lambda: production.health()[0] == 200, 60, "the web to be back")

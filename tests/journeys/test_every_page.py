"""Every page that a role can reach by links: accessible, narrow enough for a phone, light, and asking nobody else."""

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from commissioning.organisations.routes import routes
from tests.journeys.visitor import Visitor, visiting

pytestmark = pytest.mark.journey
SKIPPED = {"account_logout", "health", "security_txt", "people:switch"}
HEAVIEST_BYTES = 150_000
# Pages that do not ask for a role are the same for everybody: the visitor and the first role open them for all.
SAME_FOR_ALL = {route.name for route in routes() if not isinstance(route.guard.get, frozenset)} - {"home"}
ROLES = [
    None,
    ("lead_officer", "kcc"),
    ("commissioner", "kcc"),
    ("finance", "kcc"),
    ("administrator", "kcc"),
    ("auditor", "kcc"),
    ("funder_officer", "nhs"),
    ("funder_approver", "nhs"),
    ("evaluator", "medway"),
    ("board_member", "pcc"),
    ("bid_manager", "weald"),
    ("data_officer", "centra"),
    ("certifier", "stour"),
]


def route_of(path: str) -> str | None:
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def links_of(visitor: Visitor) -> list[str]:
    """Addresses of this host that the page links to, without files and exports."""
    found = visitor.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    paths = [urlsplit(url) for url in found if url.startswith(visitor.address)]
    pages = [one for one in paths if not one.path.startswith("/static/") and not one.path.endswith((".pdf", ".json"))]
    return [one.path for one in pages if "/download/" not in one.path and "format=" not in one.query]


def left_out(role: tuple[str, str] | None) -> set[str]:
    """Routes that are not opened as this role."""
    return SKIPPED if role in ROLES[:2] else SKIPPED | SAME_FOR_ALL


@pytest.mark.parametrize("role", ROLES, ids=lambda role: "-".join(role) if role else "visitor")
def test_every_page_that_the_role_can_reach(portal, browser, role):
    account = portal.account(*role) if role else None
    seen: set[str] = set()
    problems: list[str] = []
    with visiting(browser, portal.address, account) as visitor:
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            route = route_of(path)
            if route is None or route in seen or route in left_out(role):
                continue
            seen.add(route)
            answer = visitor.open(path)
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            if answer.status != 200:
                problems.append(f"{path} ({route}) is linked but answers {answer.status}")
                continue
            if len(answer.body()) > HEAVIEST_BYTES:
                problems.append(f"{path} weighs {len(answer.body())} bytes")
            visitor.check()
            if over := visitor.is_narrow_enough():
                problems.append(f"{path} ({route}) is {over} px too wide for a phone")
            waiting += links_of(visitor)
    assert not problems, "\n".join(problems)
    assert len(seen) >= 3

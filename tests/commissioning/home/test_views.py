import re

import pytest
from django.test import RequestFactory
from django.views.defaults import server_error

from commissioning.kernel.plain_pages import plain_page
from commissioning.organisations.roles import Role

pytestmark = pytest.mark.django_db
PUBLIC = [
    "/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/staying-safe/",
    "/account/login/",
    "/account/password/reset/",
    "/account/signup/",
]
STATUSES = [400, 403, 404, 405, 413, 429, 500, 503]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_can_be_left_at_once(client, path):
    page = client.get(path).content.decode()
    assert page.count("govuk-exit-this-page__button") == 1
    assert "govuk-js-exit-this-page-skiplink" in page


@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_has_one_heading_and_its_own_title(client, path):
    page = client.get(path).content.decode()
    assert len(re.findall("<h1", page)) == 1
    assert re.search(r"<title>[^<]+ – Joint Commissioning Portal</title>", page)


def test_the_titles_of_the_public_pages_differ(client):
    titles = [re.search(r"<title>(.*?)</title>", client.get(path).content.decode())[1] for path in PUBLIC]
    assert len(set(titles)) == len(PUBLIC)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_holds_inline_style_script_or_handler(client, path):
    page = client.get(path).content.decode()
    assert re.findall(r' style="| on[a-z]+="|<style|javascript:', page) == []
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []


def test_a_visitor_sees_the_public_front_and_a_seat_its_home(client, client_for, seat):
    assert "Commission domestic abuse services together" in client.get("/").content.decode()
    assert "What needs you now" in client_for(seat(Role.FINANCE)).get("/").content.decode()


def test_your_account_tells_the_roles_in_words(client_for, seat):
    page = client_for(seat(Role.FUNDER_OFFICER)).get("/account/").content.decode()
    assert "Pledge their organisation&#x27;s contributions" in page
    assert "Agree a pledge: that takes an approver." in page


def test_security_txt_says_whom_to_write_to(client):
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Contact", "Expires", "Preferred-Languages", "Canonical"]


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_is_drawn_without_the_database(status, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = plain_page(RequestFactory().get("/"), status, title="Sorry", text="Try again.", reference="REQ-7K3M9QXD").content.decode()
    assert "Joint Commissioning Portal" in page
    assert len(re.findall("<h1", page)) == 1
    assert "REQ-7K3M9QXD" in page


def test_djangos_own_failure_page_is_ours(django_assert_num_queries):
    with django_assert_num_queries(0):
        page = server_error(RequestFactory().get("/")).content.decode()
    assert "Sorry, something went wrong" in page


def test_the_whole_first_load_is_light(client, settings):
    """HTML, style, script, fonts and pictures of the front page, compressed as they are sent: 150 kB at most."""
    sizes = {name: (settings.BASE_DIR / "static" / name).stat().st_size for name in ("fonts/text.woff2", "fonts/heading.woff2")}
    packed = {name: compressed(settings.BASE_DIR / "static" / name) for name in ("css/portal.css", "js/portal.js", "img/logo-on-dark.svg")}
    assert sum(sizes.values()) + sum(packed.values()) + len(client.get("/").content) < 90_000


def compressed(path):
    brotli = pytest.importorskip("brotli")
    return len(brotli.compress(path.read_bytes()))

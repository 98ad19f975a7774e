"""Every component and every kind of field, as a visitor and signed in: accessible, without script too, and as narrow as a phone."""

import re
from mimetypes import guess_type
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from commissioning.organisations.roles import Role
from tests.journeys.axe import assert_accessible, too_wide, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
HOST = "http://gallery.example"
PAGES = [
    "/gallery/",
    "/gallery/form/",
    "/gallery/home/",
    "/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/staying-safe/",
    "/account/login/",
]


@pytest.fixture(autouse=True)
def gallery(settings):
    settings.ROOT_URLCONF = "tests.gallery.urls"
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "tests/gallery/templates"]}
    ]


@pytest.fixture
def shown(browser):
    """A page of the browser that is answered from what was drawn beforehand, and from the static files."""
    contexts = []

    def show(drawn: bytes, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        errors = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.route("**/*", lambda route: route.fulfill(**answer(route.request.url, drawn)))
        page.goto(HOST)
        assert errors == []
        return page

    yield show
    for context in contexts:
        context.close()


def answer(url: str, drawn: bytes) -> dict:
    if "/static/" not in url:
        return {"body": drawn, "content_type": "text/html; charset=utf-8"}
    name = re.sub(r"\.[0-9a-f]{12}(?=\.)", "", url.split("/static/")[1])
    return {"body": Path(finders.find(name)).read_bytes(), "content_type": guess_type(name)[0] or "font/woff2"}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_to_a_visitor(client, shown, path):
    assert_accessible(shown(client.get(path).content))


@pytest.mark.parametrize("path", PAGES[:4])
def test_every_page_is_accessible_when_signed_in_for_one_of_two_organisations(client_for, seat, shown, path):
    first = seat(Role.FINANCE, Role.FUNDER_OFFICER)
    seat(Role.FINANCE, person=first.person)
    assert_accessible(shown(client_for(first).get(path).content))


def test_a_form_full_of_errors_is_accessible_and_leads_to_each_field(client, shown):
    page = shown(client.post("/gallery/form/", {"due_day": "31"}).content)
    assert_accessible(page)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    for link in page.locator(".govuk-error-summary__list a").all():
        link.click()
        assert page.evaluate("document.activeElement.id") == link.get_attribute("href")[1:]


@pytest.mark.parametrize("path", ["/gallery/", "/gallery/form/", "/"])
def test_without_script_nothing_is_lost(client, shown, path):
    page = shown(client.get(path).content, java_script_enabled=False)
    assert page.locator(".places__toggle:visible, .needs-script:visible").count() == 0
    assert page.locator("main h1:visible").count() == 1
    assert page.locator("a.govuk-exit-this-page__button").count() == (path == "/")


def test_forced_colours_and_reduced_motion_lose_no_control(client, shown):
    page = shown(client.get("/gallery/form/").content, forced_colors="active", reduced_motion="reduce")
    assert page.locator("main button:visible").count() == page.locator("main button:not([hidden])").count()
    assert violations(page) == []


def test_text_of_twice_the_size_fits(client, shown):
    page = shown(client.get("/gallery/").content)
    page.add_style_tag(content="html { font-size: 200% }")
    assert too_wide(page, 640) == []


def test_three_presses_of_shift_leave_the_page(client, shown):
    page = shown(client.get("/").content)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")


def test_the_menu_folds_on_a_phone(client_for, seat, shown):
    page = shown(client_for(seat(Role.COMMISSIONER)).get("/gallery/").content, viewport={"width": 360, "height": 700})
    menu = page.get_by_role("button", name="Menu")
    assert not page.locator(".places__list").is_visible()
    menu.click()
    assert page.locator(".places__list").is_visible()
    assert menu.get_attribute("aria-expanded") == "true"


def test_the_style_sheet_wears_nothing_of_govuk():
    style = (settings.BASE_DIR / "static/css/portal.css").read_text()
    assert not re.search("crest|crown|transport", style, re.IGNORECASE)

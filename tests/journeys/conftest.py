"""Journeys drive a real Chromium against one whole running portal."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.running_portal import Portal

# Playwright keeps an event loop in this thread that never runs our code: Django need not fear for its connections.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
FLAGS = ["--disable-dev-shm-usage", "--disable-gpu", "--no-sandbox"]


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    running = Portal()
    try:
        yield running.start()
    finally:
        running.remove()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one named by CHROMIUM (`make test` sees to it), else the system's."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.fail("There is no Chromium: run `make test`, which installs one, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()

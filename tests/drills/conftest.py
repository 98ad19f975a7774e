"""Drills do to a running portal what a bad day does."""

from collections.abc import Iterator

import pytest

from tests.running_portal import Portal


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    running = Portal(durable=True)
    try:
        yield running.start()
    finally:
        running.remove()

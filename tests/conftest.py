"""Fixtures that every house's tests share."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from commissioning.kernel.broker import hang_up
from commissioning.kernel.models import Job
from commissioning.kernel.postgres.scope import set_scope
from commissioning.kernel.states import JobState
from commissioning.organisations.models import Organisation, Person
from commissioning.organisations.seat import Seat
from tests import factories

# A busy machine is no fault of a property: examples are counted, not timed.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """The place of collected files exists, as it does on a running portal."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Passwords of test accounts are hashed quickly; how real ones are hashed is a test of its own."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The tests' database; before it goes, whoever sent a job to its queues hangs up."""
    yield
    hang_up()


@pytest.fixture
def seat(db: Any) -> Callable[..., Seat]:
    """`seat(Role.FUNDER_OFFICER, organisation=...)`: a person with these roles in one organisation."""
    return factories.make_seat


@pytest.fixture
def client_for(db: Any) -> Callable[[Seat], Client]:
    """A signed-in client that sits in this seat; its person gave the password just now."""

    def sign_in(seat: Seat) -> Client:
        client = Client()
        client.force_login(seat.person)
        session = client.session
        session["organisation"] = seat.organisation.code if seat.organisation else ""
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(seat.person.pk)
        session.save()
        return client

    return sign_in


@pytest.fixture
def as_app(db: Any) -> Callable[..., AbstractContextManager[None]]:
    """The database as the web sees it for these organisations: `with as_app(org): ...` (no superuser, row level security on)."""

    @contextmanager
    def scope(
        *organisations: Organisation, role: str = "portal_app", auditor: bool = False, person: Person | None = None
    ) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
        set_scope([one.pk for one in organisations], auditor=auditor, person_id=person.pk if person else None)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
                set_scope([])

    return scope


@pytest.fixture
def run_jobs(db: Any) -> Callable[[], list[Job]]:
    """`run_jobs()`: do what was enqueued, here and now, as a worker would; returns the jobs with what became of them."""

    def work() -> list[Job]:
        done: list[Job] = []
        while waiting := list(Job.objects.filter(state=JobState.QUEUED, not_before=None).order_by("pk")):
            for job in waiting:
                current_app.tasks[job.name](job.pk)
            done += waiting
        for job in done:
            job.refresh_from_db()
        return done

    return work

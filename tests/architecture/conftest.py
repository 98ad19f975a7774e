"""The demo, loaded once for all tests of this folder and rolled back after them; requests run as the web's database role."""

import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from commissioning.organisations.demo import email_of
from commissioning.organisations.models import Person
from commissioning.organisations.queries import seat_of
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat

# Which demo account stands for a role.
STANDS_FOR = {
    Role.COMMISSIONER: "kcc",
    Role.LEAD_OFFICER: "kcc",
    Role.FINANCE: "kcc",
    Role.FUNDER_OFFICER: "nhs",
    Role.FUNDER_APPROVER: "nhs",
    Role.EVALUATOR: "kcc",
    Role.BID_MANAGER: "weald",
    Role.DATA_OFFICER: "weald",
    Role.CERTIFIER: "weald",
    Role.BOARD_MEMBER: "pcc",
    Role.AUDITOR: "kcc",
    Role.ADMINISTRATOR: "medway",
}


@pytest.fixture
def demo(loaded_demo: None, db: Any) -> None:
    """The demo for one test, which may change it: the next test finds it as it was loaded."""
    forge_the_audit_chain_at_once()


@pytest.fixture(scope="package")
def loaded_demo(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        _become("portal_system")
        forge_the_audit_chain_at_once()
        call_command("load_kent", stdout=StringIO())
        _become("portal_app")
        yield
        transaction.set_rollback(True)


def _become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def forge_the_audit_chain_at_once() -> None:
    """Entries get their hash at commit, and this transaction never commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS audit_chain IMMEDIATE")


def client_of(seat: Seat) -> Client:
    """A browser in which the seat's person has just signed in."""
    client = Client()
    client.force_login(seat.person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(seat.person.pk)
    session.save()
    return client


def demo_seat(role: Role, code: str = "") -> Seat:
    """The seat of the demo account that stands for a role, or of the one with that role in another organisation."""
    return seat_of(Person.objects.get(email=email_of(role, code or STANDS_FOR[role])))

"""The demo, loaded once for all tests of this folder and rolled back after them; requests run as the web's database role."""

import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from commissioning.organisations.actions.invitations import invite
from commissioning.organisations.demo import email_of
from commissioning.organisations.models import Person
from commissioning.organisations.queries import seat_of
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.states import TenderState
from tests import factories

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
    become("portal_app")
    forge_the_audit_chain_at_once()


@pytest.fixture(scope="package")
def loaded_demo(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        become("portal_system")
        forge_the_audit_chain_at_once()
        call_command("load_kent", stdout=StringIO())
        become("NONE")
        _go_on_with_the_cycle()
        yield
        transaction.set_rollback(True)


def _go_on_with_the_cycle() -> None:
    """What the loaded demo leaves to its users: bids under seal and opened ones, an invitation that waits."""
    providers = [demo_seat(Role.BID_MANAGER, code) for code in ("weald", "stour")]
    lead = demo_seat(Role.LEAD_OFFICER)
    tender = factories.make_tender(by=lead, state=TenderState.PUBLISHED)
    for provider in providers:
        factories.make_bid(tender, provider)
    evaluators = [demo_seat(Role.EVALUATOR, code) for code in ("kcc", "medway")]
    factories.make_opened_tender(by=lead, bidders=providers, evaluators=evaluators)
    now = timezone.now()
    invite(email="somebody@medway.example", job_title="Officer", roles=["evaluator"], by=demo_seat(Role.ADMINISTRATOR), at=now)


def become(role: str) -> None:
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


def read_whole(response: Any) -> None:
    """A file is closed when it has been read to its end."""
    if response.streaming:
        b"".join(response.streaming_content)


def demo_seat(role: Role, code: str = "") -> Seat:
    """The seat of the demo account that stands for a role, or of the one with that role in another organisation."""
    return seat_of(Person.objects.get(email=email_of(role, code or STANDS_FOR[role])))

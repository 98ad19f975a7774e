"""A list costs the database the same with one row and with three; a new list must say here how its rows are made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from commissioning.audit.actions import record
from commissioning.organisations.roles import Role
from commissioning.organisations.routes import routes
from commissioning.organisations.seat import Seat
from commissioning.tenders.states import TenderState
from funders.banking.actions import upload
from funders.calls import actions as calls
from funders.cover.actions import propose as propose_override
from funders.in_kind.actions import give_post
from funders.receipts.actions import countersign
from tests import factories
from tests.architecture.conftest import forge_the_audit_chain_at_once
from tests.counting import cost_of
from tests.funders.money import Money
from tests.providers.cast import make_case

pytestmark = pytest.mark.django_db
LISTING = ("list", "people", "trail", "tenders", "contracts", "outcomes")


@dataclass(frozen=True)
class ListPage:
    """Who opens the list, and how one row more comes into being."""

    role: Role
    make: Callable[[Seat], object]


def somebody(seat: Seat) -> None:
    factories.make_seat(Role.EVALUATOR, Role.CERTIFIER, organisation=seat.organisation)


def tender(seat: Seat) -> None:
    factories.make_tender(by=seat, lots=2, state=TenderState.PUBLISHED)


def bid(seat: Seat) -> None:
    factories.make_bid(factories.make_tender(by=factories.make_seat(), state=TenderState.PUBLISHED), seat)


def opened_tender(seat: Seat) -> None:
    factories.make_opened_tender(by=seat, bidders=[factories.make_seat(), factories.make_seat()], evaluators=[seat])


def outcome_return(seat: Seat) -> None:
    case = make_case(commissioner=seat.organisation)
    case.open()


def invoices(seat: Seat) -> None:
    """An invoice of a contract of its own."""
    money = Money(factories.make_fund(host=seat.organisation))
    money.commit()
    money.invoice(number=money.contract.reference)


def instalments(seat: Seat) -> None:
    """A contribution that waits for the host's counter-signature, and one that is planned in four."""
    partner, fund = factories.make_seat(), factories.make_fund(host=seat.organisation)
    for year in (2026, 2027):
        made = factories.make_contribution(fund=fund, by=partner, year=year, agreed_by=factories.make_seat())
    countersign(contribution=made, plan=4, by=seat, at=timezone.now())


def call(seat: Seat) -> None:
    """A call that was asked of one partner, accepted and paid."""
    officer, approver = factories.make_seat(Role.COMMISSIONER, organisation=seat.organisation), factories.make_seat(Role.FUNDER_APPROVER)
    now, amount = timezone.now(), Decimal("100.00")
    words = {"title": "A cost", "purpose": "Nobody budgeted it.", "answer_by": now.date() + timedelta(days=9), "key": "one-time"}
    key = {"key_reason": "Only one of us.", "parts": {approver.organisation.pk: 1}}
    fund = factories.make_fund(host=seat.organisation, first_year=now.year, last_year=now.year + 1)
    drafted = calls.draft(fund=fund, amount=amount, by=officer, at=now, **words, **key)
    share = calls.ask(call=drafted, by=officer, version=1, at=now).shares.get()
    calls.answer(share=share, accepted=amount, decision_reference="Minute 1", reason="", by=approver, version=1, at=now)
    calls.receive(share=share, amount=amount, received_on=now.date(), bank_reference="BACS 1", by=seat, at=now)


def bank_file(seat: Seat) -> None:
    """A bank file of a hosted fund, its columns not named yet."""
    content = f"Date,Amount,Reference\n01/04/2026,1,{uuid4()}\n".encode()
    upload(fund=factories.make_fund(host=seat.organisation), file=SimpleUploadedFile("a.csv", content), by=seat, at=timezone.now())


def in_kind(seat: Seat) -> None:
    """A post in a year of a new fund."""
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 3, 31)}
    told = {"title": "Coordinator", "fte": Decimal("0.6"), "annual_rate": Decimal("41385"), "evidence_note": "Establishment list"}
    give_post(fund=factories.make_fund(), funder=seat.organisation, by=seat, at=timezone.now(), **days, **told)


def override(seat: Seat) -> None:
    """A proposal for a tender that its fund does not cover."""
    lead = factories.make_seat(Role.LEAD_OFFICER, organisation=seat.organisation)
    fund = factories.make_fund(host=seat.organisation)
    tender = factories.make_tender(by=lead, lots=3, fund_code=fund.code)
    propose_override(tender=tender, reason="The board accepts it", by=lead, at=timezone.now())


LISTS = {
    "areas:list": ListPage(Role.BOARD_MEMBER, lambda seat: factories.make_area()),
    "audit:trail": ListPage(Role.ADMINISTRATOR, lambda seat: record(by=seat, verb="looked at", on=seat.person)),
    "banking:list": ListPage(Role.FINANCE, bank_file),
    "bids:list": ListPage(Role.BID_MANAGER, bid),
    "calls:list": ListPage(Role.FINANCE, call),
    "contributions:list": ListPage(Role.FUNDER_OFFICER, lambda seat: factories.make_contribution(fund=factories.make_fund(), by=seat)),
    "contracts:list": ListPage(Role.COMMISSIONER, lambda seat: factories.make_contract(commissioner=seat.organisation)),
    "cover:list": ListPage(Role.LEAD_OFFICER, override),
    "evaluation:list": ListPage(Role.EVALUATOR, opened_tender),
    "in_kind:list": ListPage(Role.FUNDER_OFFICER, in_kind),
    "organisations:people": ListPage(Role.ADMINISTRATOR, somebody),
    "pool:list": ListPage(Role.FINANCE, lambda seat: factories.make_fund()),
    "publication:contracts": ListPage(Role.BOARD_MEMBER, lambda seat: factories.make_contract()),
    "publication:tenders": ListPage(Role.BOARD_MEMBER, tender),
    "receipts:list": ListPage(Role.FINANCE, instalments),
    "spending:list": ListPage(Role.FINANCE, invoices),
    "reports:list": ListPage(Role.COMMISSIONER, lambda seat: factories.make_period()),
    "returns:list": ListPage(Role.COMMISSIONER, outcome_return),
    "tenders:list": ListPage(Role.COMMISSIONER, tender),
}
# Lists that are tested elsewhere or do not grow, each with the reason.
APART = {
    "measures:list": "the measures are a reviewed file",
    "needs:list": "the figures of the papers are a reviewed file",
    "evaluation:outcomes": "tests/commissioning/evaluation: takes a whole award to make a row",
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_costs_the_same_with_one_and_with_three(name, client_for):
    page = LISTS[name]
    forge_the_audit_chain_at_once()
    seat = factories.make_seat(page.role)
    client = client_for(seat)
    page.make(seat)
    one = cost_of(client, reverse(name))
    page.make(seat)
    page.make(seat)
    assert cost_of(client, reverse(name)) == one
    assert one <= 15


def test_every_list_is_tested():
    found = {route.name for route in routes() if not route.arguments and ":" in route.name and route.name.split(":")[1] in LISTING}
    assert sorted(found - set(APART)) == sorted(LISTS), "say in LISTS how a row of the new list is made"
    assert set(APART) <= found

"""A fund with a partner in each sector of its key, a host's officer who asks for £1,200.00 and a finance officer who records."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.calls import actions
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.pool.models import PooledFund
from tests.factories import make_organisation, make_seat

ON = date(2026, 11, 22)


@dataclass
class Case:
    fund: PooledFund
    officer: Seat
    finance: Seat
    health: Any
    police: Any
    social: Any
    noon: datetime

    @property
    def partners(self) -> tuple[Any, ...]:
        return self.health, self.police, self.social

    def words(self, **changes: Any) -> dict[str, Any]:
        told = {"title": "Domestic homicide review", "amount": Decimal("1200.00"), "purpose": "The chair and the report of a review."}
        return {**told, "answer_by": date(2026, 12, 20), "key": "agreed", "key_reason": "", "parts": {}, **changes}

    def draft(self, **changes: Any) -> Call:
        who = {"fund": self.fund, "by": self.officer, "at": self.noon}
        return actions.draft(**{**who, **self.words(**changes)})

    def ask(self, call: Call | None = None, **changes: Any) -> Call:
        call = call or self.draft()
        return actions.ask(call=call, **{"by": self.officer, "version": call.version, "at": self.noon, **changes})

    def share(self, call: Call, partner: Any) -> CallShare:
        return CallShare.objects.get(call=call, funder=partner.organisation)

    def answer(self, call: Call, partner: Any, accepted: str = "", **changes: Any) -> CallShare:
        share = self.share(call, partner)
        told = {"accepted": Decimal(accepted) if accepted else share.amount, "decision_reference": "Minute 1", "reason": ""}
        who = {"by": partner.approver, "version": share.version, "at": self.noon}
        return actions.answer(share=share, **{**told, **who, **changes})

    def answered(self) -> Call:
        """£700.00 accepted by health, £300.00 of £400.00 by the police, nothing by social services."""
        call = self.ask()
        self.answer(call, self.health)
        self.answer(call, self.police, "300.00", reason="Our budget has no more.")
        self.answer(call, self.social, "0.00", decision_reference="", reason="It is not our cost.")
        return Call.objects.get(pk=call.pk)

    def receive(self, call: Call, partner: Any, amount: str = "", bank: str = "BACS 1", **changes: Any) -> CallReceipt:
        share = self.share(call, partner)
        told = {"amount": Decimal(amount) if amount else share.accepted_amount, "received_on": ON, "bank_reference": bank}
        return actions.receive(share=share, **{**told, "by": self.finance, "at": self.noon, **changes})

    def pay(self, call: Call, amount: str = "500.00", bank: str = "PAY 1", **changes: Any) -> CallPayment:
        told = {"amount": Decimal(amount), "paid_on": ON, "payee": "Independent chair", "bank_reference": bank}
        return actions.pay(call=call, **{**told, "by": self.finance, "at": self.noon, **changes})

    def received(self) -> tuple[Call, CallReceipt]:
        call = self.answered()
        return call, self.receive(call, self.health)


def in_sector(name: str, sector: str) -> Any:
    organisation = make_organisation(name, is_funder=True, sector=sector)
    officer, approver = (make_seat(role, organisation=organisation) for role in (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER))
    return SimpleNamespace(organisation=organisation, officer=officer, approver=approver)


@pytest.fixture
def case(fund, partner, other, noon):
    officer = make_seat(Role.COMMISSIONER, organisation=fund.host)
    finance = make_seat(Role.FINANCE, organisation=fund.host)
    return Case(fund, officer, finance, partner, other, in_sector("Social services", Sector.SOCIAL_SERVICES), noon)

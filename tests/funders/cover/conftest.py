"""A tender of £300,000 a year from April 2027, to be paid from a fund with £259,000 a year; its commissioner hosts the fund."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from commissioning.organisations.roles import Role
from funders.cover import actions
from tests.factories import make_seat, make_tender

REASON = "The board accepts the risk until the grant letter"


@pytest.fixture
def case(fund, partner, noon):
    """`propose()` by the commissioner's lead officer, `confirm(override)` by the health partner's approver, `withdraw(override)`."""
    lead = make_seat(Role.LEAD_OFFICER, organisation=fund.host)
    tender = make_tender(by=lead, lots=2, fund_code="pool", term_months=24)
    tender.lots.update(annual_amount=Decimal("150000"))

    def propose(**changes):
        return actions.propose(**{"tender": tender, "reason": REASON, "by": lead, "at": noon, **changes})

    def confirm(override, **changes):
        return actions.confirm(**{"override": override, "by": partner.approver, "version": override.version, "at": noon, **changes})

    def withdraw(override, **changes):
        told = {"override": override, "reason": "The money has come", "by": lead, "version": override.version, "at": noon}
        return actions.withdraw(**{**told, **changes})

    return SimpleNamespace(
        fund=fund, lead=lead, tender=tender, partner=partner, noon=noon, propose=propose, confirm=confirm, withdraw=withdraw
    )

"""A council that hosts funds, with the people who set them up, and a fund of its own in draft."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from funders.pool import actions
from funders.pool.models import LegalBasis, PooledFund
from tests.factories import make_organisation, make_seat

PARTS = {"parts": {"health": 7, "cjs": 4, "social_services": 1}, "costs": {"health": 69, "cjs": 44, "social_services": 8}}


@pytest.fixture
def host(db, noon):
    """`host.lead`, `host.commissioner` and `host.finance` are seats; `host.set_up()`, `host.line()`, `host.source()` act as the lead officer."""
    organisation = make_organisation("Host Council", is_commissioner=True, is_funder=True, sector=Sector.SOCIAL_SERVICES)
    seats = {role: make_seat(role, organisation=organisation) for role in (Role.LEAD_OFFICER, Role.COMMISSIONER, Role.FINANCE)}
    lead = seats[Role.LEAD_OFFICER]

    def details(**changes):
        told = {"name": "The fund", "code": "by-hand", "first_year": 2026, "last_year": 2028, "base": "gap", "credit_existing": False}
        told |= {"elsewhere_cost": 200, "elsewhere": "housing", "source": "", "pool_manager": seats[Role.FINANCE].person}
        return {**told, **changes}

    def set_up(**changes):
        return actions.set_up(by=changes.pop("by", lead), at=noon, **details(**changes))

    def line(fund, label="Community cases", quantity="1300", cost="500", **changes):
        told = {"line": None, "unit": "case", "one_off_year": None, "by": lead, "version": None, "at": noon, **changes}
        return actions.save_line(fund=fund, label=label, quantity=Decimal(quantity), unit_cost_amount=Decimal(cost), **told)

    def source(fund, label="Councils", amount="259000", **changes):
        told = {"source": None, "sector": "", "giver": None, "poolable": True, "condition": "", "pot": "", "note": ""}
        return actions.save_source(
            fund=fund, label=label, amount=Decimal(amount), **{**told, "by": lead, "version": None, "at": noon, **changes}
        )

    def written(**changes):
        """The fund of 2012 in draft: £810,000, £259,000, 7 : 4 : 1."""
        fund = set_up(**changes)
        line(fund)
        line(fund, "Court posts", "4", "40000", unit="post")
        source(fund)
        actions.set_shares(fund=fund, by=lead, version=now(fund).version, at=noon, **PARTS)
        return now(fund)

    def now(fund):
        return PooledFund.objects.get(pk=fund.pk)

    def opened(**changes):
        fund = written(**changes)
        return actions.open_to_partners(fund=fund, reason="The report of 2012.", by=lead, version=fund.version, at=noon)

    made = {"set_up": set_up, "line": line, "source": source, "written": written, "now": now, "opened": opened, "details": details}
    with rls_scope([organisation.pk]):
        yield SimpleNamespace(
            organisation=organisation,
            lead=lead,
            commissioner=seats[Role.COMMISSIONER],
            finance=seats[Role.FINANCE],
            pots=LegalBasis,
            **made,
        )

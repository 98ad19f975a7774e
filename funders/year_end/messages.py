"""Who is told what about a year end. No letter holds a figure: it leads to the page that does."""

from typing import Any

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.contributions.messages import Letter
from funders.contributions.queries import addresses_of
from funders.year_end.models import SharePayout, YearClose
from funders.year_end.queries.outturn import partners_of

PARTNER_ROLES = (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)


def about_preparation(close: YearClose) -> list[Letter]:
    """It is prepared: the host's lead officers, but not who prepared it, have to confirm it."""
    leads = [one for one in addresses_of(close.fund.host, Role.LEAD_OFFICER) if one != close.prepared_by.email]
    return [Letter(leads, "emails/funders/year_prepared.txt", _context(close))]


def about_close(close: YearClose) -> list[Letter]:
    """It is closed: every partner of the fund is told."""
    return [Letter(addresses_of(one, *PARTNER_ROLES), "emails/funders/year_closed.txt", _context(close)) for one in partners_of(close.fund)]


def about_payout(payout: SharePayout) -> list[Letter]:
    """The partner is told that its share was paid back."""
    return [Letter(addresses_of(payout.funder, *PARTNER_ROLES), "emails/funders/share_paid.txt", _context(payout.share.pot.close))]


def about_reversal(payout: SharePayout) -> list[Letter]:
    """The partner is told that the payment was recorded by mistake."""
    return [Letter(addresses_of(payout.funder, *PARTNER_ROLES), "emails/funders/share_reversed.txt", _context(payout.share.pot.close))]


def _context(close: YearClose) -> dict[str, Any]:
    return {"fund": str(close.fund), "fund_code": close.fund.code, "year": str(FinancialYear(close.year))}

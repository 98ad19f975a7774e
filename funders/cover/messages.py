"""Who is told what. A letter leads to the page with the figures; it names neither pounds nor reason."""

from typing import Any

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from funders.contributions.messages import Letter
from funders.contributions.queries import addresses_of
from funders.cover.models import Override
from funders.cover.queries import seconds_of
from funders.statements.queries import Alert


def about_proposal(override: Override) -> list[Letter]:
    """Whoever may be the second signatory is asked."""
    return [Letter(seconds_of(override), "emails/funders/override_proposed.txt", _context(override))]


def about_confirmation(override: Override) -> list[Letter]:
    return [_to_first(override, "emails/funders/override_confirmed.txt")]


def about_withdrawal(override: Override) -> list[Letter]:
    """Both organisations learn that the override no longer stands."""
    second = [override.confirmed_by.email] if override.confirmed_by else []
    letter = _to_first(override, "emails/funders/override_withdrawn.txt")
    return [Letter(sorted({*letter.to, *second}), letter.template, letter.context)]


def about_alert(alert: Alert) -> list[Letter]:
    """The host's lead officers and finance officers learn of a contract that runs into a year without money."""
    to = addresses_of(alert.fund.host, Role.LEAD_OFFICER, Role.FINANCE)
    told = {"fund": str(alert.fund), "fund_code": alert.fund.code, "contract": alert.name, "year": str(FinancialYear(alert.year))}
    return [Letter(to, "emails/funders/cover_alert.txt", told)]


def _to_first(override: Override, template: str) -> Letter:
    officers = addresses_of(override.commissioner, Role.LEAD_OFFICER)
    return Letter(sorted({override.proposed_by.email, *officers}), template, _context(override))


def _context(override: Override) -> dict[str, Any]:
    partner = str(override.partner) if override.partner else ""
    return {"override": override.reference, "tender": override.tender.reference, "fund": str(override.fund), "partner": partner}

"""What partners give to a host as 360Giving data: one grant for each agreed contribution, as the standard's version 1.4 has it."""

import json
from collections.abc import Iterable
from typing import Any

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import in_london
from commissioning.organisations.models import Organisation
from funders.contributions.models import Contribution
from funders.pool.models import PooledFund

VERSION = "1.4"
COMMON_POT = "FRG040"  # the standard's code for money that its recipient grants or spends on behalf of several funders


def package(fund: PooledFund, contributions: Iterable[Contribution], *, prefix: str, site: str) -> dict[str, Any]:
    """The file's content. :param prefix: begins the identifiers. :param site: address of the portal, as the source of the data."""
    return {
        "version": VERSION,
        "title": f"Contributions of partners to {fund.name}",
        "description": (
            "Money that partners agreed to give to the host of a pooled fund. Pledges are not in it, nor is what the host puts into the "
            f"fund itself: {fund.host} makes no grant to itself. The fund’s statement shows it beside the others."
        ),
        "grants": [_grant(one, prefix=prefix, site=site) for one in contributions],
    }


def as_text(content: dict[str, Any]) -> str:
    """JSON. Amounts have at most fourteen figures, which the nearest binary number writes out unchanged."""
    return json.dumps(content, indent=2, ensure_ascii=False, default=float)


def _grant(one: Contribution, *, prefix: str, site: str) -> dict[str, Any]:
    year = FinancialYear(one.year)
    return {
        "id": f"{prefix}-{one.reference}",
        "title": f"{one.fund.name}, {year}",
        "description": f"Contribution of {one.funder} to the pooled fund for domestic abuse services, {year}. {one.get_pot_display()}.",
        "currency": "GBP",
        "amountAwarded": one.amount,
        "amountDisbursed": one.received,  # type: ignore[attr-defined]
        "awardDate": in_london(one.agreed_at).date().isoformat() if one.agreed_at else "",
        "plannedDates": [{"startDate": year.first_day.isoformat(), "endDate": year.last_day.isoformat()}],
        "fundingOrganization": [_organisation(one.funder, prefix)],
        "recipientOrganization": [_organisation(one.fund.host, prefix)],
        "grantProgramme": [{"code": one.fund.code, "title": one.fund.name}],
        "regrantType": COMMON_POT,
        "dataSource": site,
    }


def _organisation(one: Organisation, prefix: str) -> dict[str, str]:
    return {"id": f"{prefix}-{one.code}", "name": one.name}

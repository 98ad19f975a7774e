"""Two funds: the one that the report of June 2012 proposes, and a running one on the same cost model."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation, Sector
from funders.pool.models import Base, CostLine, LegalBasis, PooledAlready, PooledFund, SectorShare

REPORT = "Kent and Medway IDVA provision: commissioning report, June 2012"
COST_LINES = [
    ("Community advisers: high-risk cases", "1300", "case", "500"),
    ("Court advisers", "4", "post", "40000"),
]
UPDATE = "Domestic Abuse Executive Group update, Kent County Council, March 2010"
# Posts without money in 2010/11 as the update names them, and the grant that was likely and not confirmed.
COST_LINES_2010 = [
    ("Court adviser at Maidstone", "1", "post", "13000"),
    ("Three posts of Kent Advocacy: Shepway, Dover and Ashford", "1", "service", "151000"),
]
SOURCES_2010 = [
    ("Government Office for the South East", "40000", True, "", "Likely; decision not before the middle of March 2010"),
]
# The sources of 2012/13 in the report's own order, in pounds: they add up to £611,000, of which £259,000 can be pooled.
SOURCES_2012 = [
    ("Charitable funding sources", "189000", False, "Won by the providers themselves."),
    ("Medway Council, districts and Kent County Council", "190000", True, ""),
    ("Community safety partnerships", "39000", True, "The slides of July 2012 print 229 for councils and partnerships together."),
    ("Central government departments", "118000", False, "The text names Home Office 44 and Ministry of Justice 73, which is 117."),
    ("Housing associations", "45000", False, ""),
    ("Children's services", "0", False, "Zero is an answer: they fund services, but no adviser directly."),
    ("Police", "30000", True, ""),
    ("Health", "0", False, "Zero is an answer: health gives indirectly, as a member of the partnerships."),
]
KEPT = [
    ("Councils", "190000", True, "", "", LegalBasis.SECTION_75),
    ("Community safety partnerships", "39000", True, ""),
    ("Police", "30000", True, "", "", LegalBasis.CRIME_GRANT),
]
# Parts of the split, and the cost of domestic abuse to each sector in £ million, both as the report prints them.
SHARES = [(Sector.HEALTH, 7, 69), (Sector.CRIMINAL_JUSTICE, 4, 44), (Sector.SOCIAL_SERVICES, 1, 8)]


def load() -> str:
    year = FinancialYear.of(timezone.localdate())
    last = FinancialYear(year.start + 3)
    _fund(
        "kent-2010",
        SOURCES_2010,
        lines=COST_LINES_2010,
        shares=[],
        name="Posts without money in 2010/11",
        first_year=2010,
        last_year=2010,
        source=UPDATE,
        order=3,
    )
    _fund(
        "kent-2013",
        SOURCES_2012,
        name="Kent and Medway pooled fund (2013/14)",
        first_year=2013,
        last_year=2013,
        source=REPORT,
        order=2,
    )
    _fund(
        "kent-live",
        KEPT,
        name=f"Kent and Medway pooled fund ({year} to {last})",
        first_year=year.start,
        last_year=last.start,
        source=f"Cost lines and shares as in {REPORT}; what partners give is illustrative",
        order=1,
        illustrative=True,
    )
    return "The gap of 2010, the fund of the 2012 report (£810,000 required, £259,000 pooled, £551,000 missing) and a running fund."


def _fund(code: str, sources: list[Any], lines: list[Any] = COST_LINES, shares: list[Any] = SHARES, **fields: Any) -> None:
    host = Organisation.objects.get(code="kcc")
    fund, made = PooledFund.objects.get_or_create(code=code, defaults={"host": host, "base": Base.GAP, **fields})
    if not made:
        return
    for order, (label, quantity, unit, cost) in enumerate(lines):
        CostLine.objects.create(fund=fund, label=label, quantity=Decimal(quantity), unit=unit, unit_cost_amount=Decimal(cost), order=order)
    for order, (label, amount, poolable, note, *more) in enumerate(sources):
        condition, pot = [*more, "", ""][:2] if len(more) < 2 else more
        told = {"poolable": poolable, "note": note, "condition": condition, "pot": pot or LegalBasis.PARTNERSHIP}
        PooledAlready.objects.create(fund=fund, label=label, amount=Decimal(amount), order=order, **told)
    for order, (sector, parts, cost_parts) in enumerate(shares):
        SectorShare.objects.create(fund=fund, sector=sector, parts=parts, cost_parts=cost_parts, order=order)

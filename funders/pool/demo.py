"""Three funds on the papers: the posts of 2010, the fund that the report of June 2012 proposes, a running one on the same model; a pilot; a draft."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Membership, Organisation, Person, Sector
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.pool.actions.stamping import stamp
from funders.pool.models import Base, CostLine, LegalBasis, PooledAlready, PooledFund, SectorShare
from funders.pool.states import FundState

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
UNDERWRITERS = "What stays missing is underwritten by Kent Police, the Kent Criminal Justice Board and Kent County Council"
SOURCES_2010 = [
    (
        "Government Office for the South East",
        "40000",
        True,
        UNDERWRITERS,
        "Likely; decision not before the middle of March 2010",
        LegalBasis.GRANT,
    ),
]
# The sources of 2012/13 in the report's own order, in pounds: they add up to £611,000, of which £259,000 can be pooled.
SOURCES_2012 = [
    ("Charitable funding sources", "189000", False, "Won by the providers themselves."),
    ("Medway Council, districts and Kent County Council", "190000", True, "", "", LegalBasis.SECTION_75),
    ("Community safety partnerships", "39000", True, "The slides of July 2012 print 229 for councils and partnerships together."),
    ("Central government departments", "118000", False, "The text names Home Office 44 and Ministry of Justice 73, which is 117."),
    ("Housing associations", "45000", False, ""),
    ("Children's services", "0", False, "Zero is an answer: they fund services, but no adviser directly."),
    ("Police", "30000", True, "", "", LegalBasis.CRIME_GRANT),
    ("Health", "0", False, "Zero is an answer: health gives indirectly, as a member of the partnerships."),
]
# Whose share each would be taken off, if the fund credited it: the councils of the report run social services.
SECTOR_OF = {
    "Councils": Sector.SOCIAL_SERVICES,
    "Community safety partnerships": Sector.COMMUNITY_SAFETY,
    "Police": Sector.CRIMINAL_JUSTICE,
}
ELSEWHERE = {"elsewhere_cost": 200, "elsewhere": "housing, civil legal and others"}
REASONS = {
    "kent-2010": "The posts without money as the update of March 2010 names them.",
    "kent-2013": "The proportionate cost model as the report of June 2012 proposes it: 7 : 4 : 1 of the gap.",
    "kent-pilot": "The cost of one contract a year. Invented for the demonstration.",
    "kent-live": "The cost model of the report of June 2012, taken over for the running fund.",
}
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
        source=f"{REPORT}; what sources give is of 2012/13",
        order=2,
        **ELSEWHERE,
    )
    _running(year, last)
    _pilot(FinancialYear(year.start - 3), FinancialYear(year.start - 1))
    return (
        "The gap of 2010, the fund of the 2012 report (£810,000 required, £259,000 pooled, £551,000 missing), a running fund, "
        "a pilot of the years before it, and a draft."
    )


def _running(year: FinancialYear, last: FinancialYear) -> None:
    """The fund of these years, and a draft of the years after them."""
    _fund(
        "kent-live",
        KEPT,
        name=f"Kent and Medway pooled fund ({year} to {last})",
        first_year=year.start,
        last_year=last.start,
        source=f"Cost lines and shares as in {REPORT}; what partners give is illustrative",
        order=1,
        illustrative=True,
        **ELSEWHERE,
    )
    _fund(
        "kent-next",
        KEPT[:1],
        name=f"Next pooled fund ({FinancialYear(last.start + 1)} onwards)",
        first_year=last.start + 1,
        last_year=last.start + 2,
        source=f"An illustrative draft on the cost lines of {REPORT}",
        order=4,
        illustrative=True,
        state=FundState.DRAFT,
    )


def _pilot(first: FinancialYear, last: FinancialYear) -> None:
    """A fund whose years are over, for the end of a year: nothing of it is in the papers."""
    _fund(
        "kent-pilot",
        [],
        lines=[("Services of one contract area", "1", "year", "243000")],
        shares=[],
        name=f"Pilot fund for north Kent and Maidstone ({first} to {last})",
        first_year=first.start,
        last_year=last.start,
        source="Invented for the demonstration; the yearly value is that of the area’s contract",
        order=5,
        illustrative=True,
    )


def _fund(code: str, sources: list[Any], lines: list[Any] = COST_LINES, shares: list[Any] = SHARES, **fields: Any) -> None:
    host = Organisation.objects.get(code="kcc")
    with rls_scope([host.pk]):
        people = {role: _person(host, role) for role in (Role.LEAD_OFFICER, Role.FINANCE)}
        defaults = {"host": host, "base": Base.GAP, "pool_manager": people[Role.FINANCE], **fields}
        fund, made = PooledFund.objects.get_or_create(code=code, defaults=defaults)
        if not made:
            return
        _write(fund, lines, sources, shares)
        if not fund.is_draft:
            officer = Seat(person=people[Role.LEAD_OFFICER], organisation=host, roles=frozenset({Role.LEAD_OFFICER}))
            fund.in_force = stamp(fund, reason=REASONS[code], by=officer, at=timezone.now())
            fund.save(update_fields=["in_force"])


def _person(host: Organisation, role: Role) -> Person:
    return Membership.objects.current().select_related("person").filter(organisation=host, role=role).earliest("pk").person


def _write(fund: PooledFund, lines: list[Any], sources: list[Any], shares: list[Any]) -> None:
    for order, (label, quantity, unit, cost) in enumerate(lines):
        CostLine.objects.create(fund=fund, label=label, quantity=Decimal(quantity), unit=unit, unit_cost_amount=Decimal(cost), order=order)
    for order, (label, amount, poolable, note, *more) in enumerate(sources):
        condition, pot = [*more, "", ""][:2] if len(more) < 2 else more
        told = {
            "poolable": poolable,
            "note": note,
            "condition": condition,
            "pot": pot or LegalBasis.PARTNERSHIP,
            "sector": SECTOR_OF.get(label, ""),
        }
        PooledAlready.objects.create(fund=fund, label=label, amount=Decimal(amount), order=order, **told)
    for order, (sector, parts, cost_parts) in enumerate(shares):
        SectorShare.objects.create(fund=fund, sector=sector, parts=parts, cost_parts=cost_parts, order=order)

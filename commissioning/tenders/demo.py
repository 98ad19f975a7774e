"""Two tenders of the demo: the four areas of 2017 tendered anew for 2027, and a small one beside it, open for bids.

All amounts, dates and wording are invented and flagged; the areas follow the 2017 papers, the term of three years the report of 2012. The
large one begins when the contracts of 2017 have ended and ends with the running fund; both together need £810,000 a year. The small one
runs a year longer than the fund: its gate lets it through when two partners have signed for that year.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from commissioning.areas.models import ContractArea
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.working_days import add_working_days, next_working_day
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.actions import create_tender, name_people, publish
from commissioning.tenders.models import Tender
from commissioning.tenders.rules import london_moment

FUND = "kent-live"
LARGE = "Integrated domestic abuse services 2027 to 2030"
SMALL = "Outreach in Dover and Thanet, 2027 to 2031"
YEARS_OF_FUND = 4
ASSESSMENT = (
    "The opening officers and evaluators have each been asked about personal, professional and financial interests in any provider. "
    "None has one. They are asked again before they mark."
)
AREAS = {
    "north-and-maidstone": Decimal("268000.00"),
    "west": Decimal("154000.00"),
    "mid-and-east": Decimal("212000.00"),
    "dover-and-thanet": Decimal("152000.00"),
}
LARGE_WORDS = (
    "One integrated service in each of four contract areas: a single way in, independent domestic violence advisers for people at high "
    "risk, outreach for people at medium and standard risk, refuge and resettlement. Providers may bid for one lot or several. Bids are "
    "judged on quality; the yearly amount of each lot is given."
)
SMALL_WORDS = (
    "Extra outreach for people at medium and standard risk in Dover and Thanet, beside the integrated service. Four years, "
    "with an option of one more. Bids are judged on quality; the yearly amount is given."
)


def load() -> str:
    """Make what is missing. Each is published when its gate lets it, else it waits as a draft."""
    by = seat_of(Role.COMMISSIONER, "kcc")
    today = timezone.localdate()
    starts = date(2027 if today < date(2027, 1, 1) else today.year + 1, 4, 1)
    years = FinancialYear.of(today).start + YEARS_OF_FUND - starts.year
    closes = next_working_day(today + timedelta(days=21))
    large = _tender(by, LARGE, LARGE_WORDS, AREAS, closes=closes, starts=starts, term_months=12 * years, option_months=24)
    small = _tender(
        by,
        SMALL,
        SMALL_WORDS,
        {"dover-and-thanet": Decimal("24000.00")},
        closes=add_working_days(today, 1),
        starts=starts,
        term_months=12 * (years + 1),
        option_months=12,
    )
    return f"{LARGE}: {published(large)}. {SMALL}: {published(small)}."


def seat_of(role: Role, code: str) -> Seat:
    """The demo person with this role in this organisation, alone in their roles."""
    one = membership(role, code)
    return Seat(person=one.person, organisation=one.organisation, roles=frozenset({role}))


def membership(role: Role, code: str) -> Membership:
    current = Membership.objects.current().select_related("person", "organisation")
    email = f"{role.value.replace('_', '-')}@{code}.example"
    return current.get(role=role, organisation__code=code, person__email=email)


def _tender(by: Seat, title: str, words: str, amounts: dict[str, Decimal], *, closes: date, starts: date, **term: int) -> Tender:
    if found := Tender.objects.filter(title=title, commissioner=by.organisation).first():
        return found
    now = timezone.now()
    lots = [(area, amounts[area.code]) for area in ContractArea.objects.filter(code__in=amounts).order_by("order")]
    tender = create_tender(
        by=by,
        now=now,
        lots=lots,
        illustrative=True,
        title=title,
        description=words,
        fund_code=FUND,
        **term,
        contract_starts_on=starts,
        deadline=london_moment(closes),
    )
    openers = [membership(Role.COMMISSIONER, code) for code in ("kcc", "pcc")]
    evaluators = [membership(Role.EVALUATOR, code) for code in ("kcc", "medway", "pcc")]
    return name_people(tender=tender, version=tender.version, openers=openers, evaluators=evaluators, assessment=ASSESSMENT, by=by, now=now)


def published(tender: Tender) -> str:
    """How it stands after an attempt to publish it."""
    if tender.published_at is None:
        try:
            publish(tender=tender, version=tender.version, by=seat_of(Role.COMMISSIONER, "kcc"), now=timezone.now())
        except Refusal:
            return "a draft that its gate does not yet let through"
    return "published"

"""Which years of a tender agreed money does not cover, what two partners have let pass, and which contracts run into such years."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone

from commissioning.contracts.models import Contract, ContractOption
from commissioning.evaluation.models import Award
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Membership
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.permissions import visible_to as tenders_visible_to
from funders.budget.queries import line_of_contract
from funders.claims.queries import claims_on, demand_on
from funders.claims.rules import begins_soon
from funders.cover.models import CoverAlert, Override, OverrideQuerySet
from funders.cover.permissions import SECONDS, visible_to
from funders.cover.rules import Shut, most_let_pass, read, still_shut, uncovered_extension
from funders.cover.states import OverrideState
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.rules import YearPosition
from funders.statements.queries import Alert, alerts_of, fund_of_tender, funds_of_tender, secured_by_year
from funders.statements.rules import Uncovered, uncovered_years


def uncovered_of(tender: Tender, fund: PooledFund) -> list[Uncovered]:
    """Every year of the term that pooled and agreed money which nobody else takes does not cover, and every year outside the fund."""
    demand = demand_on(fund, today=timezone.localdate(), of=tender)
    return uncovered_years(demand.needed, secured=secured_by_year(fund), taken=demand.taken)


@dataclass(frozen=True)
class TenderCover:
    """The uncovered years of a tender, all of its overrides, and what two partners have let pass, in pounds by year."""

    uncovered: list[Uncovered]
    overrides: list[Override]
    passed: dict[int, Decimal]

    @property
    def shut(self) -> list[Shut]:
        """The years that keep the gates of a tender shut: more is missing than two partners have let pass."""
        return still_shut(self.uncovered, self.passed)

    @property
    def waiting(self) -> Override | None:
        """The override that waits for its second signatory."""
        return next((one for one in self.overrides if one.state == OverrideState.PROPOSED), None)


def cover_of(tender: Tender, fund: PooledFund | None) -> TenderCover:
    uncovered = uncovered_of(tender, fund) if fund else []
    found = list(Override.objects.filter(tender=tender).select_related("tender", "fund", "commissioner", "partner"))
    standing = [one for one in found if fund and one.fund_id == fund.pk and one.state == OverrideState.CONFIRMED]
    return TenderCover(uncovered, found, most_let_pass(read(one.years) for one in standing))


def fund_with_overrides(tender: Tender) -> PooledFund | None:
    """The fund of a tender, read with what two partners have let pass: for gates, which lie on pages of others."""
    standing = Override.objects.standing().filter(tender=tender, fund=OuterRef("pk")).order_by("pk")
    return funds_of_tender(tender).annotate(let_pass=ArraySubquery(standing.values("years"))).first()


def shut_years(tender: Tender, fund: PooledFund) -> list[Shut]:
    """The years that keep the gates of a tender shut. :param fund: as `fund_with_overrides` has read it."""
    passed = most_let_pass(read(one) for one in fund.let_pass)  # type: ignore[attr-defined]
    return still_shut(uncovered_of(tender, fund), passed)


def fund_of_option(option: ContractOption) -> PooledFund | None:
    """The fund that would pay for an option: that of the contract, or the next of the same host where it begins after that one's end."""
    contract = option.contract
    line = line_of_contract(contract)
    fund = line.fund if line else fund_of_tender(contract.award.lot.tender) if contract.award else None
    first = FinancialYear.of(contract.ends_on + timedelta(days=1)).start
    if fund is None or first <= fund.last_year:
        return fund
    return PooledFund.objects.running_in(first).filter(host=fund.host_id).order_by("order", "code").first() or fund


def uncovered_by(option: ContractOption, fund: PooledFund) -> list[Uncovered]:
    """The years into which an option would carry its contract without money."""
    contract = option.contract
    told = {"annual": contract.annual_amount, "ends_on": contract.ends_on, "months": option.months}
    return uncovered_extension(secured=secured_by_year(fund), taken=demand_on(fund, today=timezone.localdate()).taken, **told)


def was_used(override: Override) -> bool:
    """Whether the tender was published, an award approved or a contract signed since two partners signed."""
    since = override.confirmed_at
    if since is None:
        return False
    published = override.tender.published_at is not None and override.tender.published_at >= since
    signed = Q(provider_signed_at__gte=since) | Q(commissioner_signed_at__gte=since)
    return (
        published
        or Award.objects.filter(lot__tender=override.tender_id, approved_at__gte=since, provider__isnull=False).exists()
        or Contract.objects.filter(signed, award__lot__tender=override.tender_id).exists()
    )


def overrides_for(seat: Seat, *, search: str = "", state: str = "") -> OverrideQuerySet:
    found = visible_to(seat).select_related("tender", "fund", "commissioner", "partner")
    for word in search.split():
        found = found.filter(
            Q(tender__title__icontains=word) | Q(reference__iexact=word) | Q(tender__reference__iexact=word) | Q(fund__code__iexact=word)
        )
    return found.filter(state=state) if state else found


def override_for(seat: Seat, reference: str) -> Override | None:
    people = ("proposed_by", "confirmed_by", "withdrawn_by", "changed_by")
    found = visible_to(seat).select_related("tender", "fund__host", "commissioner", "partner", *people)
    return found.filter(reference=reference).first()


def tender_for(seat: Seat, reference: str) -> Tender | None:
    return tenders_visible_to(seat).select_related("commissioner").filter(reference=reference).first()


def seconds_of(override: Override) -> list[str]:
    """E-mail addresses of those who may be the second signatory."""
    held = Membership.objects.current().filter(role__in=SECONDS, organisation__is_funder=True)
    held = held.exclude(organisation=override.commissioner_id).exclude(person=override.proposed_by_id)
    return sorted(set(held.values_list("person__email", flat=True)))


def alerts_due(today: date) -> Iterator[Alert]:
    """What the hosts have not been told yet, fund by fund."""
    open_funds = PooledFund.objects.open().filter(last_year__gte=today.year - 1)
    for fund in open_funds.select_related("host").prefetch_related("pooled_already"):
        found = alerts_of(fund, secured_by_year(fund), claims_on(fund), today)
        told = set(CoverAlert.objects.filter(contract__in=[one.found.contract for one in found]).values_list("contract", "year"))
        yield from (one for one in found if (one.found.contract, one.year) not in told)


def with_alerts(funds: PooledFundQuerySet, seat: Seat, today: date) -> PooledFundQuerySet:
    """Each with what the seat's organisation, as host, was told of its contracts and years without money, in the same statement."""
    rows = CoverAlert.objects.filter(host=seat.organisation, year__gte=today.year - 1).order_by("year", "pk")
    amount = Cast("needed_amount", TextField())
    told = JSONObject(code="fund__code", year="year", contract="contract", starts_on="contract__starts_on", needed=amount)
    return funds.annotate(cover_alerts=ArraySubquery(rows.values(json=told)))


@dataclass(frozen=True)
class Ahead:
    """What the front page says of contracts that run into a year without money: their fund, the year, how many."""

    fund_code: str
    year: int
    contracts: int


def ahead_of(fund: PooledFund, positions: Iterable[YearPosition], today: date) -> Ahead | None:
    """The nearest year of which a host was told and that has no money yet. :param fund: as `with_alerts` has read it, with its positions.

    A year of another fund of the host stands until it begins: the page of that fund says how it stands.
    """
    secured = {(fund.code, one.year): one.secured for one in positions}
    found: dict[tuple[int, str], int] = {}
    for row in getattr(fund, "cover_alerts", ()):
        known = secured.get((row["code"], row["year"]))
        is_covered = known is not None and row["needed"] is not None and known >= Decimal(row["needed"])
        if not is_covered and begins_soon(date.fromisoformat(row["starts_on"]), row["year"], today):
            found[row["year"], row["code"]] = found.get((row["year"], row["code"]), 0) + 1
    if not found:
        return None
    (year, code), contracts = min(found.items())
    return Ahead(code, year, contracts)

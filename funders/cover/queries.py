"""Which years of a tender agreed money does not cover, what two partners have let pass, and which contracts run into such years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from commissioning.contracts.models import Contract, ContractOption
from commissioning.contracts.states import ContractState
from commissioning.evaluation.models import Award
from commissioning.organisations.models import Membership
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from commissioning.tenders.permissions import visible_to as tenders_visible_to
from funders.budget.queries import committed_by_year, line_of_contract, needed_years
from funders.cover.models import CoverAlert, Override, OverrideQuerySet
from funders.cover.permissions import SECONDS, visible_to
from funders.cover.rules import Running, Shut, most_let_pass, read, still_shut, uncovered_extension, unsecured_soon
from funders.cover.states import OverrideState
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.statements.queries import fund_of_tender, positions_of
from funders.statements.rules import Uncovered, uncovered_years


def uncovered_of(tender: Tender, fund: PooledFund) -> list[Uncovered]:
    """Every year of the term that lies inside the fund and is not covered by its pooled and agreed money."""
    annual = sum((lot.annual_amount for lot in tender.lots.all()), NOTHING)
    secured = {one.year: one.secured for one in positions_of(fund)}
    return uncovered_years(annual=annual, starts_on=tender.contract_starts_on, months=tender.term_months, secured=secured)


@dataclass(frozen=True)
class TenderCover:
    """The uncovered years of a tender, and what two partners have let pass of them, in pounds by year."""

    uncovered: list[Uncovered]
    passed: dict[int, Decimal]

    @property
    def shut(self) -> list[Shut]:
        return still_shut(self.uncovered, self.passed)


def cover_of(tender: Tender, fund: PooledFund | None) -> TenderCover:
    uncovered = uncovered_of(tender, fund) if fund else []
    return TenderCover(uncovered, let_pass(tender, fund) if fund and uncovered else {})


def shut_years(tender: Tender, fund: PooledFund) -> list[Shut]:
    """The years that keep the gates of a tender shut: more is missing than two partners have let pass."""
    return cover_of(tender, fund).shut


def let_pass(tender: Tender, fund: PooledFund) -> dict[int, Decimal]:
    rows = Override.objects.standing().filter(tender=tender, fund=fund).values_list("years", flat=True)
    return most_let_pass(read(one) for one in rows)


def uncovered_by(option: ContractOption) -> list[Uncovered]:
    """The years into which an option would carry its contract without money."""
    contract = option.contract
    line = line_of_contract(contract)
    fund = line.fund if line else fund_of_tender(contract.award.lot.tender) if contract.award else None
    if fund is None:
        return []
    secured = {one.year: one.secured for one in positions_of(fund)}
    told = {"annual": contract.annual_amount, "ends_on": contract.ends_on, "months": option.months}
    return uncovered_extension(secured=secured, committed=committed_by_year(fund), **told)


def waits(tender: Tender) -> Override | None:
    """The override of a tender that waits for its second signatory."""
    return Override.objects.filter(tender=tender, state=OverrideState.PROPOSED).first()


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


def overrides_of(tender: Tender) -> OverrideQuerySet:
    return Override.objects.filter(tender=tender).select_related("tender", "fund", "commissioner", "partner")


def seconds_of(override: Override) -> list[str]:
    """E-mail addresses of those who may be the second signatory."""
    held = Membership.objects.current().filter(role__in=SECONDS, organisation__is_funder=True)
    held = held.exclude(organisation=override.commissioner_id).exclude(person=override.proposed_by_id)
    return sorted(set(held.values_list("person__email", flat=True)))


@dataclass(frozen=True)
class Alert:
    """A contract that starts or goes on into a year in which `missing` pounds are not secured for the contracts of its fund."""

    fund: PooledFund
    contract: Contract
    year: int
    missing: Decimal


def alerts_due(today: date) -> Iterator[Alert]:
    """What the hosts have not been told yet, fund by fund."""
    for fund in (
        PooledFund.objects.open()
        .filter(last_year__gte=today.year - 1)
        .select_related("host")
        .prefetch_related("cost_lines", "pooled_already")
    ):
        contracts = {one.pk: one for one in _contracts_of(fund)}
        running = [Running(one.pk, one.starts_on, needed_years(one, fund)) for one in contracts.values()]
        secured = {one.year: one.secured for one in positions_of(fund)}
        told = set(CoverAlert.objects.filter(contract__in=contracts).values_list("contract", "year"))
        for key, year, missing in unsecured_soon(running, secured=secured, today=today):
            if (key, year) not in told:
                yield Alert(fund, contracts[key], year, missing)


def _contracts_of(fund: PooledFund) -> list[Contract]:
    """Signed contracts of the host that this fund pays: by commitment, by their tender, or as the only fund of the host."""
    signed = Contract.objects.signed().exclude(state=ContractState.ENDED).filter(commissioner=fund.host_id)
    paid = Q(commitments__fund=fund) | Q(commitments=None, award__lot__tender__fund_code=fund.code)
    if (
        not PooledFund.objects.open()
        .filter(host=fund.host_id, last_year__gte=fund.first_year, first_year__lte=fund.last_year)
        .exclude(pk=fund.pk)
    ):
        paid |= Q(commitments=None, award=None)
    return list(signed.filter(paid).select_related("area", "provider").prefetch_related("options", "extensions").distinct())

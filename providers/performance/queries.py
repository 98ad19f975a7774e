"""What the returns of a period show, contract by contract, against target and against the quarter before."""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal

from commissioning.contracts.models import Contract, ContractTarget
from commissioning.kernel.small_numbers import MISSING, Shown, ShownRow, View, shown_row
from commissioning.measures.kinds import Unit
from commissioning.measures.models import Measure, Service
from commissioning.organisations.seat import Seat
from commissioning.periods.models import PeriodKind, ReportingPeriod
from commissioning.periods.states import PeriodState
from providers.performance.permissions import contracts_for
from providers.performance.rules import Interval, Rating, rating_of, wilson
from providers.returns.models import ReturnVersion
from providers.returns.queries.working import newest_versions
from providers.returns.rules.figures import Ratio, Sheet, ratio_of, sheet_of
from providers.returns.rules.versions import figures_from_data
from providers.returns.states import ReturnState

SUPPORTED = "B05"
SETTLED = (ReturnState.ACCEPTED, ReturnState.FROZEN)
LONGEST_RUN = 12


@dataclass(frozen=True)
class Kpi:
    """One measure of one contract in one period. Exact figures: protect them before a wider audience reads them."""

    measure: Measure
    ratio: Ratio | None
    before: Ratio | None
    target: ContractTarget | None

    @property
    def percent(self) -> Decimal | None:
        return self.ratio.percent if self.ratio else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.ratio.numerator, self.ratio.denominator) if self.ratio else None

    @property
    def rating(self) -> Rating:
        if not self.target or not self.ratio:
            return Rating.OTHER
        return rating_of(
            self.percent,
            target=self.target.target,
            floor=self.target.floor,
            direction=self.measure.direction,
            denominator=self.ratio.denominator,
        )


@dataclass(frozen=True)
class Performance:
    """One contract in one period. `version` is None while nothing was sent."""

    contract: Contract
    version: ReturnVersion | None
    sheet: Sheet
    kpis: tuple[Kpi, ...]

    @property
    def is_settled(self) -> bool:
        return bool(self.version and self.version.outcome_return.state in SETTLED)

    @property
    def illustrative(self) -> bool:
        return bool(self.version and self.version.outcome_return.illustrative)

    def supported(self, service: str = "") -> int | None:
        """Victims supported in the period; None when it was not told."""
        return _supported(self.sheet, service)

    @property
    def protected(self) -> ShownRow:
        """Victims supported by service and in all, as a partner may see them."""
        return _protected(self.sheet)


def _supported(sheet: Sheet, service: str) -> int | None:
    value = sheet.get((SUPPORTED, service))
    return None if value is None else int(value)


def _protected(sheet: Sheet) -> ShownRow:
    row = shown_row([_supported(sheet, service) for service in Service], View.PARTNER)
    return replace(row, total=MISSING) if _supported(sheet, "") is None else row


def performance_in(period: ReportingPeriod, contracts: list[Contract]) -> list[Performance]:
    """The contracts' newest returns for a period, with last quarter's rates beside. Four queries, whatever the number."""
    measures = list(Measure.objects.all())
    before = period_before(period)
    versions = newest_versions([period, before] if before else [period])
    targets = {(one.contract_id, one.measure_id): one for one in ContractTarget.objects.filter(contract__in=contracts, service="")}
    found = []
    for contract in contracts:
        version = versions.get((contract.pk, period.pk))
        last = versions.get((contract.pk, before.pk)) if before else None
        sheet, old = _sheet(version, contract, measures), _sheet(last, contract, measures)
        kpis = tuple(
            Kpi(one, ratio_of(one, sheet), ratio_of(one, old), targets.get((contract.pk, one.pk)))
            for one in measures
            if one.unit == Unit.PERCENT
        )
        found.append(Performance(contract, version, sheet, kpis))
    return found


def _sheet(version: ReturnVersion | None, contract: Contract, measures: list[Measure]) -> Sheet:
    return sheet_of(figures_from_data(version.content), measures, tuple(contract.services)) if version else {}


def period_before(period: ReportingPeriod) -> ReportingPeriod | None:
    """The quarter before a quarter; a special period is compared with nothing."""
    if period.kind != PeriodKind.QUARTER:
        return None
    eve = period.first_day - datetime.timedelta(days=1)
    return ReportingPeriod.objects.filter(kind=PeriodKind.QUARTER, last_day=eve).first()


def contracts_in(period: ReportingPeriod) -> list[Contract]:
    """Contracts that ran in the period; for a special period those that reported for it."""
    running = Contract.objects.select_related("area", "provider").filter(starts_on__lte=period.last_day, ends_on__gte=period.first_day)
    if period.kind == PeriodKind.SPECIAL:
        running = running.filter(returns__period=period)
    return list(running.order_by("area__order", "starts_on"))


def run_of_quarters(period: ReportingPeriod) -> list[ReportingPeriod]:
    """The quarters up to this one, oldest first, at most twelve."""
    quarters = ReportingPeriod.objects.filter(kind=PeriodKind.QUARTER, last_day__lte=period.last_day).exclude(state=PeriodState.AHEAD)
    return list(quarters.order_by("-first_day")[:LONGEST_RUN])[::-1]


def supported_over(quarters: list[ReportingPeriod], contracts: list[Contract]) -> dict[str, tuple[Shown, ...]]:
    """Victims supported by contract area and quarter, as a partner may see them."""
    measures = list(Measure.objects.all())
    versions = newest_versions(quarters)
    found: dict[str, tuple[Shown, ...]] = {}
    for contract in contracts:
        sheets = [_sheet(versions.get((contract.pk, quarter.pk)), contract, measures) for quarter in quarters]
        found[contract.area.name] = tuple(_protected(sheet).total for sheet in sheets)
    return found


def periods_shown() -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.exclude(state=PeriodState.AHEAD).order_by("-last_day"))


def performance_for(seat: Seat, period: ReportingPeriod) -> list[Performance]:
    """What this seat may read: a provider its own contracts, a commissioner the contracts that it let."""
    mine = contracts_for(seat).values_list("pk", flat=True)
    return performance_in(period, [one for one in contracts_in(period) if one.pk in set(mine)])

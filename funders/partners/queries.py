"""What one partner has agreed with a fund, as a whole: years, instalments, limits, and what it gives in kind."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import district_choices, free_years, pledge_for
from funders.contributions.states import ContributionState
from funders.in_kind.models import Gift
from funders.in_kind.queries import gifts_of_fund
from funders.in_kind.states import InKindState
from funders.pool.models import CostLine, CostModel, PooledFund
from funders.pool.queries import Ask, ask_of, running_fund
from funders.pool.rules import NOTHING
from funders.receipts.models import Instalment, InstalmentQuerySet, Schedule
from funders.receipts.queries import with_received


@dataclass(frozen=True)
class Basis:
    """The version of the cost model under which years of a pledge were agreed (None before there was one), and what it pays for."""

    version: CostModel | None
    years: tuple[FinancialYear, ...]
    lines: Sequence[CostLine]


@dataclass(frozen=True)
class Agreement:
    """What stands in the agreement of a pledge: only years that are agreed.

    `pots` is what every partner together has agreed and waits for nothing, in pounds by year and pot.
    """

    pledge: Pledge
    years: Sequence[Contribution]
    instalments: Sequence[Instalment]
    schedules: Mapping[int, Schedule]
    gifts: Sequence[Gift]
    bases: Sequence[Basis]
    pots: Mapping[tuple[int, str], Decimal]
    districts: dict[str, str]

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.years), NOTHING)


@dataclass(frozen=True)
class Asked:
    """What the running fund asks of a partner each year; `ask` is None when the model has no share for it.

    `silent` are the years for which it is asked and has not answered, not even £0.
    """

    fund: PooledFund
    ask: Ask | None
    silent: Sequence[FinancialYear] = ()


def agreement_of(seat: Seat, reference: str, today: datetime.date) -> Agreement | None:
    """The agreement of a pledge that the seat may read; None while nothing of it is agreed."""
    pledge = pledge_for(seat, reference)
    years = [one for one in pledge.contributions.all() if one.state == ContributionState.AGREED] if pledge else []
    if pledge is None or not years:
        return None
    planned = Instalment.objects.filter(contribution__in=years).select_related("contribution").order_by("due_on", "number")
    signed = Schedule.objects.filter(contribution__in=years).select_related("countersigned_by")
    return Agreement(
        pledge=pledge,
        years=years,
        instalments=list(planned),
        schedules={one.contribution_id: one for one in signed},
        gifts=list(gifts_of_fund(pledge.fund).filter(funder=pledge.funder_id, state=InKindState.AGREED)),
        bases=bases_of(pledge.fund, years),
        pots=agreed_by_pot(pledge.fund, [one.year for one in years]),
        districts=district_choices(today),
    )


def bases_of(fund: PooledFund, years: Sequence[Contribution]) -> list[Basis]:
    """The versions that were in force when these years were agreed, the oldest first; partners stand by what they agreed to then."""
    versions = list(CostModel.objects.filter(fund=fund).order_by("number"))
    lines = list(CostLine.objects.filter(fund=fund).order_by("order"))
    found: dict[int | None, list[Contribution]] = {}
    for one in years:
        version = version_at(versions, one.agreed_at, one.year) if one.agreed_at else None
        found.setdefault(version.pk if version else fund.in_force_id, []).append(one)
    kept = {one.pk: one for one in versions}
    return [
        Basis(kept.get(key or 0), tuple(one.financial_year for one in agreed), [line for line in lines if line.cost_model_id == key])
        for key, agreed in sorted(found.items(), key=lambda item: item[0] or 0)
    ]


def version_at(versions: Sequence[CostModel], moment: datetime.datetime, year: int) -> CostModel | None:
    """The version that was in force for a year at a moment: the newest made until then, or the first if all were made later.

    :param versions: of one fund, by number. What was there before versions were kept has a day and no moment.
    """
    day, counting = in_london(moment).date(), [one for one in versions if one.from_year <= year]
    past = [one for one in counting if (one.made_at <= moment if one.made_at else one.valid_from <= day)]
    return past[-1] if past else next(iter(counting), None)


def agreed_by_pot(fund: PooledFund, years: Collection[int]) -> dict[tuple[int, str], Decimal]:
    """What is agreed in cash and waits for nothing, by year and pot: by it a surplus or deficit is shared at the end of the year."""
    rows = Contribution.objects.secured().filter(fund=fund, year__in=years).order_by().values_list("year", "pot")
    return {(year, pot): amount for year, pot, amount in rows.annotate(sum=Sum("amount"))}


def agreed_pledges(contributions: Iterable[Contribution]) -> list[Pledge]:
    """Pledges of which something is agreed, the newest first. :param contributions: read with pledge and fund."""
    found: dict[int, Pledge] = {}
    for one in contributions:
        if one.state == ContributionState.AGREED:
            one.pledge.fund = one.fund
            found[one.pledge_id] = one.pledge
    return sorted(found.values(), key=lambda one: (one.pledged_at, one.pk), reverse=True)


def asked_of(seat: Seat, today: datetime.date) -> Asked | None:
    fund = running_fund(FinancialYear.of(today).start)
    if fund is None or seat.organisation is None:
        return None
    ask = ask_of(fund, seat.organisation)
    return Asked(fund, ask, free_years(fund, seat.organisation, today) if ask else ())


def own_instalments(seat: Seat) -> InstalmentQuerySet:
    """What the partner pays and when, by the day on which it is due."""
    return with_received(Instalment.objects.standing().filter(funder=seat.organisation_id))

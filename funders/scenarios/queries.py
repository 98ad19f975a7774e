"""What a scenario starts from, and the saved ones. Reads only: a scenario never touches the ledger."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from django.db.models import Q

from commissioning.areas.queries import DistrictOnDay, districts_on
from commissioning.contracts.models import ContractTarget
from commissioning.contracts.queries import running_in
from commissioning.kernel.quarters import FinancialYear
from commissioning.measures.models import Unit
from commissioning.organisations.seat import Seat
from funders.budget.queries import carried_by_year
from funders.contributions.models import CONDITIONAL, Contribution
from funders.contributions.queries import fund_contributions
from funders.contributions.states import ContributionState
from funders.pool.models import PooledFund
from funders.pool.queries import amount_of, requirement_of, years_of
from funders.scenarios.models import Scenario, ScenarioQuerySet
from funders.scenarios.permissions import visible_to
from funders.scenarios.rules import (
    Giver,
    Ground,
    Line,
    Money,
    Outcome,
    Place,
    ScenarioRefused,
    Target,
    question_from,
    work_out,
)

RESIDENTS = Path(__file__).parent / "data" / "residents.csv"
BY_RESIDENTS = "the number of residents at the census of March 2021 (Office for National Statistics, to the nearest hundred)"
EQUALLY = "equal parts, because the number of residents is not known for every district"
NO_AREA = "No contract area"
KIND_OF = {ContributionState.AGREED: "secured", CONDITIONAL: "conditional", ContributionState.PLEDGED: "pledged"}
MOST_OFFERED = 200


def lines_of(fund: PooledFund) -> list[Line]:
    """What comes back each year, in the order of the requirement; one-off costs are not cut by a part of a year's money."""
    lines = [one for one in requirement_of(fund).lines if one.one_off_year is None]
    return [Line(one.label, one.quantity, one.unit, one.unit_cost_amount, amount_of(one)) for one in lines]


def ground_of(fund: PooledFund, today: date) -> Ground:
    """The fund as it stands, the districts as they are today, and the targets of contracts that run in its years."""
    districts = sorted(districts_on(today), key=_by_area)
    residents = residents_by_district()
    known = all(one.gss_code in residents for one in districts)
    return Ground(
        fund=fund.name,
        source=fund.source,
        illustrative=fund.illustrative,
        years=tuple(year.start for year in years_of(fund)),
        lines=tuple(lines_of(fund)),
        givers=tuple(givers_of(fund)),
        places=tuple(_place(one, residents[one.gss_code] if known else 1) for one in districts),
        targets=tuple(_targets(fund)),
        key=BY_RESIDENTS if known else EQUALLY,
    )


def givers_of(fund: PooledFund) -> list[Giver]:
    """Sources that keep money in the pool every year, then partners with what they agreed and pledged, by name."""
    years = [year.start for year in years_of(fund)]
    sources = []
    for one in requirement_of(fund).sources:
        if one.poolable and one.amount:
            money = Money(conditional=one.amount) if one.condition else Money(secured=one.amount)
            sources.append(Giver(f"source-{one.pk}", one.label, dict.fromkeys(years, money)))
    brought = {year: Money(secured=amount) for year, amount in carried_by_year(fund).items() if amount > 0}
    carried = [Giver("carried", "Carried over by the end of a year", brought)] if brought else []
    return [*sources, *carried, *_partners(fund_contributions(fund).order_by("funder__name", "year"))]


def _partners(contributions: Iterable[Contribution]) -> list[Giver]:
    found: dict[str, tuple[str, dict[int, Money]]] = {}
    for one in contributions:
        if one.standing not in KIND_OF:  # an indicative figure counts nowhere
            continue
        money = Money(**{KIND_OF[one.standing]: one.amount})
        found.setdefault(f"partner-{one.funder.code}", (one.funder.name, {}))[1][one.year] = money
    return [Giver(key, name, years) for key, (name, years) in found.items()]


@cache
def residents_by_district() -> dict[str, int]:
    """Residents of each district, by its GSS code."""
    with RESIDENTS.open(newline="", encoding="utf-8") as file:
        return {row["gss_code"]: int(row["residents"]) for row in csv.DictReader(file)}


def _by_area(district: DistrictOnDay) -> tuple[bool, bool, int, str]:
    area = district.area
    return (area is None, bool(area and area.apart), area.order if area else 0, district.name)


def _place(district: DistrictOnDay, weight: int) -> Place:
    return Place(district.area.name if district.area else NO_AREA, district.name, weight)


def _targets(fund: PooledFund) -> Iterable[Target]:
    """Targets that count people or cases, of signed contracts that run in the years of the fund."""
    first, last = FinancialYear(fund.first_year).first_day, FinancialYear(fund.last_year).last_day
    counted = ContractTarget.objects.filter(contract__in=running_in(first, last).order_by(), measure__unit__in=[Unit.PEOPLE, Unit.CASES])
    for one in counted.select_related("contract__area", "measure").order_by(
        "contract__area__order", "contract__starts_on", "measure__order"
    ):
        yield Target(one.contract.area.name, one.measure.name, one.target, one.contract.starts_on, one.contract.ends_on)


def scenarios_for(seat: Seat, fund: PooledFund, *, search: str = "", state: str = "") -> ScenarioQuerySet:
    """Saved scenarios of a fund that this seat may read, the newest first; archived ones only when asked for."""
    found = visible_to(seat).filter(fund=fund).select_related("organisation", "saved_by").order_by("-saved_at", "-pk")
    found = found.filter(state=state) if state else found.standing()
    for word in search.split():
        found = found.filter(
            Q(name__icontains=word) | Q(asked__icontains=word) | Q(reference__iexact=word) | Q(organisation__name__icontains=word)
        )
    return found


def scenario_for(seat: Seat, reference: str) -> Scenario | None:
    """A saved scenario with its fund, if the seat may read it; archived ones too."""
    found = visible_to(seat).select_related("fund__host", "organisation", "saved_by", "shared_by", "archived_by", "changed_by")
    lines = ("fund__cost_lines", "fund__pooled_already")
    return found.prefetch_related(*lines).filter(reference=reference).first()


def answer_today(scenario: Scenario, today: date) -> Outcome | None:
    """What the fund would answer to a saved question today; None when it can no longer be asked."""
    try:
        return work_out(ground_of(scenario.fund, today), question_from(scenario.question), today=today)
    except ScenarioRefused:
        return None


def offered_for(seat: Seat, fund: PooledFund) -> list[tuple[str, str]]:
    """Saved scenarios to compare, by reference: the newest of them."""
    return list(scenarios_for(seat, fund).values_list("reference", "name")[:MOST_OFFERED])

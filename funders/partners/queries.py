"""What one partner has agreed with a fund, as a whole: years, instalments, limits, and what it gives in kind."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, Pledge
from funders.contributions.permissions import pledges_visible_to
from funders.contributions.queries import district_choices, free_years, pledge_for
from funders.contributions.states import ContributionState
from funders.in_kind.models import Gift
from funders.in_kind.queries import gifts_of_fund
from funders.in_kind.states import InKindState
from funders.pool.models import CostLine, PooledFund
from funders.pool.queries import Ask, ask_of, requirement_of, running_fund
from funders.pool.rules import NOTHING
from funders.receipts.models import Instalment, InstalmentQuerySet
from funders.receipts.queries import with_received


@dataclass(frozen=True)
class Agreement:
    """What stands in the agreement of a pledge: only years that are agreed."""

    pledge: Pledge
    years: Sequence[Contribution]
    instalments: Sequence[Instalment]
    gifts: Sequence[Gift]
    lines: Sequence[CostLine]
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
    gifts = gifts_of_fund(pledge.fund).filter(funder=pledge.funder_id, state=InKindState.AGREED)
    return Agreement(pledge, years, list(planned), list(gifts), list(requirement_of(pledge.fund).lines), district_choices(today))


def agreed_pledges(seat: Seat) -> list[Pledge]:
    """Pledges of the seat's own organisation of which something is agreed, the newest first."""
    own = pledges_visible_to(seat).filter(funder=seat.organisation_id, contributions__state=ContributionState.AGREED)
    return list(own.select_related("fund").distinct().order_by("-pledged_at", "-pk"))


def asked_of(seat: Seat, today: datetime.date) -> Asked | None:
    fund = running_fund(FinancialYear.of(today).start)
    if fund is None or seat.organisation is None:
        return None
    ask = ask_of(fund, seat.organisation)
    return Asked(fund, ask, free_years(fund, seat.organisation, today) if ask else ())


def own_instalments(seat: Seat) -> InstalmentQuerySet:
    """What the partner pays and when, by the day on which it is due."""
    return with_received(Instalment.objects.standing().filter(funder=seat.organisation_id))

"""The running fund's contributions, made through the actions: most partners agreed for four years, health for one."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Membership, Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions import actions
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import version_of
from funders.contributions.rules import UNCONDITIONAL, WAITS, Certainty
from funders.pool.models import PooledFund
from funders.pool.queries import ask_of, years_of


@dataclass(frozen=True)
class Promise:
    """A pledge of the demo. `years` counts from the fund's first; no `amount` means the share that the fund asks for."""

    funder: str
    years: tuple[int, ...]
    amount: str = ""
    conditions: str = ""
    decision: str = ""
    withdrawn_because: str = ""
    is_indicative: bool = False
    waits_for: str = ""
    unconditional: str = ""
    reason: str = ""


PROMISES = (
    Promise("kcc", (0, 1, 2, 3), decision="Cabinet Member decision 25/00014"),
    Promise("pcc", (0, 1, 2, 3), decision="Decision notice 2026-03"),
    Promise("probation", (0, 1, 2, 3), decision="Regional board, minute 8"),
    Promise(
        "nhs",
        (0,),
        decision="Finance committee, minute 21",
        conditions="One year only: later years follow the allocation of each year.",
        unconditional="A remark about later years. Nothing is promised for them here, and this year waits for nothing.",
    ),
    Promise("medway", (2,), amount="20000.00", is_indicative=True, conditions="As in the year before, if the council’s budget allows it."),
    Promise(
        "csp",
        (2,),
        amount="15000.00",
        decision="Executive group, minute 5",
        waits_for="The grant letter of the Home Office for the year",
    ),
    Promise("medway", (3,), amount="0.00", reason="The council’s medium-term plan ends with the year before."),
    Promise("medway", (1,), amount="20000.00", conditions="Subject to the council’s budget for the year."),
    Promise(
        "csp", (1,), amount="10000.00", withdrawn_because="It is already counted among the money that the partnerships keep in the pool."
    ),
)


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    if not Pledge.objects.filter(fund=fund).exists():
        for promise in PROMISES:
            _keep(fund, promise)
    agreed = Contribution.objects.filter(fund=fund, state="agreed").count()
    return f"{Pledge.objects.filter(fund=fund).count()} pledges, {agreed} agreed contributions; the health share of the later years is missing."


def _keep(fund: PooledFund, promise: Promise) -> None:
    """One partner's pledge, and what became of it, in the weeks before the fund begins."""
    funder = Organisation.objects.get(code=promise.funder)
    officer, approver = seat_of(funder, Role.FUNDER_OFFICER), seat_of(funder, Role.FUNDER_APPROVER)
    ask = ask_of(fund, funder)
    amount = Decimal(promise.amount) if promise.amount else (ask.amount if ask else Decimal("0"))
    years = years_of(fund)
    amounts = {years[place].start: amount for place in promise.years}
    with rls_scope([funder.pk]):
        told = {"fund": fund, "funder": funder, "amounts": amounts, "conditions": promise.conditions, "by": officer}
        told |= {"at": _moment(years[0], 10), **({"reason": promise.reason} if promise.reason else {})}
        made = (actions.note_indicative if promise.is_indicative else actions.pledge)(**told)
        contributions = list(made.contributions.all())
        if promise.decision:
            decided = {"decision_reference": promise.decision, "version": version_of(contributions), "at": _moment(years[0], 20)}
            actions.agree(pledge=made, years=list(amounts), certainty=_certainty(promise, min(amounts)), by=approver, **decided)
        if promise.withdrawn_because:
            for one in contributions:
                told = {"reason": promise.withdrawn_because, "version": one.version, "at": _moment(years[0], 24)}
                actions.withdraw(contribution=one, by=officer, **told)


def _certainty(promise: Promise, year: int) -> Certainty:
    """What its approver says: why the conditions do not hold it back, or the event that it waits for."""
    if not promise.waits_for:
        return Certainty(UNCONDITIONAL, promise.unconditional)
    due_on = FinancialYear(year).first_day.replace(month=6, day=30)
    return Certainty(WAITS, "The grant is decided year by year.", promise.waits_for, due_on)


def seat_of(organisation: Organisation, role: Role) -> Seat:
    membership = Membership.objects.current().select_related("person").filter(organisation=organisation, role=role).earliest("pk")
    return Seat(person=membership.person, organisation=organisation, roles=frozenset({role}))


def _moment(year: FinancialYear, day: int) -> datetime:
    """A morning of the February before the year begins."""
    return timezone.make_aware(datetime.combine(year.first_day.replace(month=2, day=day), time(10, 30)))

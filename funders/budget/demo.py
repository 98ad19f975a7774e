"""The running fund's budget: a line for each contract area that the host pays for, in the proportion of its pots.

The yearly values of the four contracts add up to the £810,000 of the 2012 cost model. One area is left for the visitor
to set money aside for.
"""

from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from commissioning.contracts.demo import STARTS_ON
from commissioning.contracts.models import Contract
from commissioning.kernel.money import split
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from funders.budget import actions
from funders.budget.models import BudgetLine, Commitment
from funders.budget.queries import needed_years, secured_by_pot
from funders.contributions.demo import seat_of
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING

LEFT_OPEN = "west"
OTHER_LINES = (("Court advisers", "court", None), ("Training", "training", None), ("Management of the fund", "management", Decimal("5")))
DECISION = "Partnership board, March 2026, minute 6"


def load() -> str:
    fund = PooledFund.objects.select_related("host").prefetch_related("pooled_already").get(code="kent-live")
    if not BudgetLine.objects.filter(fund=fund).exists():
        with rls_scope([fund.host_id]):
            _keep(fund)
    lines = BudgetLine.objects.filter(fund=fund).count()
    return f"{lines} lines; {Commitment.objects.filter(fund=fund).count()} yearly commitments; the west is left to set money aside for."


def _keep(fund: PooledFund) -> None:
    finance, officer = seat_of(fund.host, Role.FINANCE), seat_of(fund.host, Role.COMMISSIONER)
    at = timezone.make_aware(datetime.combine(timezone.localdate().replace(month=4, day=1), time(10, 0)))
    at = min(at, timezone.now())
    told = {"fund": fund, "by": finance, "at": at}
    contracts = _contracts(fund)
    for contract in contracts:
        label = f"Services, {contract.area}"
        line = actions.add_line(label=label, purpose="area", area=contract.area, cap_percent=None, **told)
        for pot, amount in _from_pots(fund, contract, contracts).items() if contract.area.code != LEFT_OPEN else ():
            why = {"reason": f"The contract of the area, {contract.provider}", "decision_reference": DECISION}
            actions.allocate(line=line, year=fund.first_year, pot=pot, amount=amount, by=finance, at=at, **why)
        if contract.area.code != LEFT_OPEN:
            actions.commit(contract=contract, line=line, by=officer, at=at)
    for label, purpose, cap in OTHER_LINES:
        actions.add_line(label=label, purpose=purpose, area=None, cap_percent=cap, **told)


def _contracts(fund: PooledFund) -> list[Contract]:
    """The host's contracts with a cost in the fund's first year."""
    rows = Contract.objects.signed().filter(commissioner=fund.host, starts_on=STARTS_ON).select_related("area", "provider")
    return [one for one in rows.order_by("area__order") if needed_years(one, fund).get(fund.first_year)]


def _from_pots(fund: PooledFund, contract: Contract, contracts: list[Contract]) -> dict[str, Decimal]:
    """The cost of a contract in the fund's first year, from each pot by its size; the last pot bears the odd pennies."""
    secured = {pot: amount for (year, pot), amount in secured_by_pot(fund).items() if year == fund.first_year}
    costs = [needed_years(one, fund)[fund.first_year] for one in contracts]
    place, *others = contracts.index(contract), *list(secured)[:-1]
    shares = {pot: split(min(secured[pot], sum(costs, NOTHING)), costs)[place] for pot in others}
    last = list(secured)[-1]
    return {**shares, last: costs[place] - sum(shares.values(), NOTHING)}

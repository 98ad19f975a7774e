"""Money that was given for some things only, and the lines that it may pay for."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from commissioning.areas.models import AreaDistrict
from commissioning.kernel.quarters import FinancialYear
from funders.budget.models import Allocation, BudgetLine
from funders.budget.queries.sums import lines_of_budget
from funders.budget.rules import Limited, over_limits
from funders.contributions.models import Contribution
from funders.contributions.queries import restriction_of
from funders.contributions.rules import may_pay_for
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING


def limited_money(fund: PooledFund, year: int, pot: str) -> list[Limited]:
    """The limited contributions of a pot in a year, each with the lines of the budget that it may pay for."""
    found = Contribution.objects.secured().limited().filter(fund=fund, year=year, pot=pot)
    lines = lines_of_budget(fund)
    first = FinancialYear(year).first_day
    places = _districts_of_areas(first) if found else {}
    return [Limited(one.amount, frozenset(line.pk for line in lines if _pays(one, line, places, first))) for one in found]


def _pays(contribution: Contribution, line: BudgetLine, places: Mapping[int, set[str]], on: date) -> bool:
    """A line is paid if it bears the purpose's name, and each of its districts is one that the money is for."""
    limits = restriction_of(contribution)
    named = {line.label, line.get_purpose_display()}
    purpose = limits.purpose if limits.purpose in named else line.label
    districts = places.get(line.area_id or 0) or {""}
    return all(may_pay_for(limits, purpose, one, on) for one in districts)


def _districts_of_areas(day: date) -> dict[int, set[str]]:
    """The GSS codes of the districts of each contract area (by its key) on a day."""
    found: dict[int, set[str]] = {}
    for area, code in AreaDistrict.objects.filter(valid__contains=day).values_list("area", "district__gss_code"):
        found.setdefault(area, set()).add(code)
    return found


def beyond_limits(fund: PooledFund, year: int, pot: str, *, secured: Decimal, more: Mapping[int, Decimal] | None = None) -> Decimal:
    """What of a pot is set aside for what its limited money may not pay for. :param more: pounds by line that are about to be."""
    limited = limited_money(fund, year, pot)
    if not limited:
        return NOTHING
    rows = Allocation.objects.filter(fund=fund, year=year, pot=pot).order_by().values_list("line").annotate(sum=Sum("amount"))
    allocated = dict(rows)
    for line, amount in (more or {}).items():
        allocated[line] = allocated.get(line, NOTHING) + amount
    return over_limits(allocated, secured=secured, limited=limited)

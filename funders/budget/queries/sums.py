"""What is secured, set aside and committed of a fund, by year, by line and by pot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.areas.models import ContractArea
from commissioning.contracts.models import Contract
from commissioning.contracts.states import ContractState
from commissioning.organisations.seat import Seat
from funders.budget.models import Allocation, BudgetLine, Carried, ClosedYear, Commitment, Moved, Purpose
from funders.budget.permissions import can_commit
from funders.budget.rules import contract_years
from funders.contributions.models import Contribution
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING

YearPot = tuple[int, str]


YearLine = tuple[int, int]


SetAside = dict[tuple[int, int, str], Decimal]


FundYearPot = tuple[int, int, str]


def lines_of_budget(fund: PooledFund) -> list[BudgetLine]:
    return list(BudgetLine.objects.filter(fund=fund).select_related("area").order_by("pk"))


def areas_to_choose() -> list[ContractArea]:
    return list(ContractArea.objects.order_by("order"))


def secured_by_pot(fund: PooledFund) -> dict[YearPot, Decimal]:
    """Pounds by year and pot: agreed contributions, what is pooled already in every year, what a year end carries between years, and
    what was moved between pots.
    """
    return {(year, pot): amount for (_, year, pot), amount in secured_of([fund]).items()}


def secured_of(funds: Collection[PooledFund]) -> dict[FundYearPot, Decimal]:
    """The same of several funds, by fund (its primary key), year and pot. Read them with `pooled_already` prefetched."""
    found: dict[FundYearPot, Decimal] = {}
    for fund in funds:
        for source in fund.pooled_already.all():
            if source.poolable and not source.condition and source.amount:
                for year in years_of(fund):
                    if source.cost_model_id == fund.version_in(year.start):
                        _add(found, (fund.pk, year.start, source.pot), source.amount)
    agreed = Contribution.objects.secured().filter(fund__in=[one.pk for one in funds])
    for fund_key, year_start, pot, amount in agreed.order_by().values_list("fund", "year", "pot").annotate(sum=Sum("amount")):
        _add(found, (fund_key, year_start, pot), amount)
    for fund_key, year_start, pot, amount in _carried_and_moved([one.pk for one in funds]):
        _add(found, (fund_key, year_start, pot), amount)
    return found


def _carried_and_moved(funds: Collection[int]) -> "QuerySet[Any, Any]":
    """What year ends carried and what moved between pots, by fund (its key), year and pot; out of a pot below zero. One statement."""
    carried, moved = Carried.objects.filter(fund__in=funds).order_by(), Moved.objects.filter(fund__in=funds).order_by()
    out = moved.values_list("fund", "year", "from_pot").annotate(sum=-Sum("amount"))
    into = moved.values_list("fund", "year", "to_pot").annotate(sum=Sum("amount"))
    return carried.values_list("fund", "year", "pot").annotate(sum=Sum("amount")).union(out, into, all=True)


def moved_between(fund: PooledFund) -> dict[tuple[int, str, str], Decimal]:
    """What went from one pot to another, by year and both pots, less what went back; in the order in which it first did."""
    found: dict[tuple[int, str, str], Decimal] = {}
    for year, one, other, amount in Moved.objects.filter(fund=fund).order_by("pk").values_list("year", "from_pot", "to_pot", "amount"):
        back = (year, other, one)
        key, sign = (back, -1) if back in found else ((year, one, other), 1)
        found[key] = found.get(key, NOTHING) + sign * amount
    turned = {(key if amount >= 0 else (key[0], key[2], key[1])): abs(amount) for key, amount in found.items()}
    return {key: amount for key, amount in turned.items() if amount}


def _add(sums: dict[FundYearPot, Decimal], key: FundYearPot, amount: Decimal) -> None:
    sums[key] = sums.get(key, NOTHING) + amount


def allocated_of(fund: PooledFund) -> SetAside:
    """What is set aside of a fund, in pounds by year, line and pot."""
    rows = Allocation.objects.filter(fund=fund).order_by().values_list("year", "line", "pot").annotate(sum=Sum("amount"))
    return {(year, line, pot): amount for year, line, pot, amount in rows.order_by("year", "line", "pot")}


def allocated_by_pot(fund: PooledFund, allocated: SetAside | None = None) -> dict[YearPot, Decimal]:
    """:param allocated: what `allocated_of` has read, if it has."""
    found: dict[YearPot, Decimal] = {}
    for (year, _, pot), amount in (allocated_of(fund) if allocated is None else allocated).items():
        found[year, pot] = found.get((year, pot), NOTHING) + amount
    return found


def allocated_by_line(fund: PooledFund, allocated: SetAside | None = None) -> dict[YearLine, Decimal]:
    found: dict[YearLine, Decimal] = {}
    for (year, line, _), amount in (allocated_of(fund) if allocated is None else allocated).items():
        found[year, line] = found.get((year, line), NOTHING) + amount
    return found


def with_closed_years(funds: PooledFundQuerySet) -> PooledFundQuerySet:
    """Each with `closed`: the years of it that are closed, read in the same statement."""
    return funds.annotate(closed=ArraySubquery(ClosedYear.objects.filter(fund=OuterRef("pk")).values("year")))


def closed_years(fund: PooledFund) -> frozenset[int]:
    """The years that are over for good, as the fund was read with them or as they are now."""
    if hasattr(fund, "closed"):
        return frozenset(fund.closed)
    return frozenset(ClosedYear.objects.filter(fund=fund).values_list("year", flat=True))


def carried_by_year(fund: PooledFund) -> dict[int, Decimal]:
    """What year ends brought into each year of a fund (above zero) or took out of it, in pounds."""
    return dict(Carried.objects.filter(fund=fund).order_by().values_list("year").annotate(sum=Sum("amount")))


def closed_by_fund() -> dict[int, frozenset[int]]:
    """The closed years of each fund (its primary key) that has one."""
    found: dict[int, frozenset[int]] = {}
    for fund, year in ClosedYear.objects.values_list("fund", "year"):
        found[fund] = found.get(fund, frozenset()) | {year}
    return found


def unallocated_for(line: BudgetLine, year: int, pot: str, secured: Mapping[YearPot, Decimal]) -> Decimal:
    """What is secured in a pot and set aside for nothing yet; what is there for contingency alone counts for lines of contingency only."""
    left = secured.get((year, pot), NOTHING) - allocated_by_pot(line.fund).get((year, pot), NOTHING)
    return left if line.purpose == Purpose.CONTINGENCY else left - kept_for_contingency(line.fund, year, pot)


def kept_for_contingency(fund: PooledFund, year: int, pot: str) -> Decimal:
    """What a year end brought into the pot for contingency alone and no line of contingency has been given yet."""
    brought = Carried.objects.filter(fund=fund, year=year, pot=pot, contingency=True).aggregate(sum=Sum("amount"))["sum"] or NOTHING
    of_lines = Allocation.objects.filter(fund=fund, year=year, pot=pot, line__purpose=Purpose.CONTINGENCY)
    return max(NOTHING, brought - (of_lines.aggregate(sum=Sum("amount"))["sum"] or NOTHING))


def set_aside_and_committed(fund: PooledFund) -> tuple[SetAside, dict[YearLine, Decimal]]:
    """What `allocated_of` and `committed_by_line` say, in one statement."""
    aside = Allocation.objects.filter(fund=fund).order_by().values_list("year", "line", "pot").annotate(sum=Sum("amount"))
    committed = Commitment.objects.filter(fund=fund).order_by().values_list("year", "line", Value(""))
    found: SetAside = {}
    lines: dict[YearLine, Decimal] = {}
    for year, line, pot, amount in sorted(aside.union(committed.annotate(sum=Sum("amount")), all=True)):
        if pot:
            found[year, line, pot] = amount
        else:
            lines[year, line] = amount
    return found, lines


def committed_by_line(fund: PooledFund) -> dict[YearLine, Decimal]:
    rows = Commitment.objects.filter(fund=fund).order_by().values_list("year", "line").annotate(sum=Sum("amount"))
    return {(year, line): amount for year, line, amount in rows}


def pots_of_line(line: BudgetLine, year: int) -> dict[str, Decimal]:
    """What a line has from each pot in a year, in pounds."""
    rows = Allocation.objects.filter(line=line, year=year).order_by().values_list("pot").annotate(sum=Sum("amount"))
    return {pot: amount for pot, amount in rows if amount}


def undecided_of(line: BudgetLine, year: int) -> Decimal:
    """What a line was given in a year, less what was taken back, since the board's last decision on it."""
    rows = Allocation.objects.filter(line=line, year=year)
    decided = rows.exclude(decision_reference="").order_by("-pk").values("pk")[:1]
    since = rows.filter(pk__gt=Coalesce(Subquery(decided), 0))
    return since.aggregate(sum=Sum("amount"))["sum"] or NOTHING


def free_of(line: BudgetLine, fund: PooledFund) -> dict[int, Decimal]:
    """What is set aside for a line and not committed, in pounds by year."""
    allocated, committed = allocated_by_line(fund), committed_by_line(fund)
    return {year: amount - committed.get((year, key), NOTHING) for (year, key), amount in allocated.items() if key == line.pk}


def free_lines(contract: Contract, fund: PooledFund) -> dict[BudgetLine, dict[int, Decimal]]:
    """The lines that may pay for a contract, those of its own area or of none, with what each has free by year."""
    return {one: free_of(one, fund) for one in lines_of_budget(fund) if one.area_id in (None, contract.area_id)}


@dataclass(frozen=True)
class TakenBack:
    """What somebody is about to take back from a line: asked of the gate `allocation.take_back`."""

    line: BudgetLine
    year: int
    pot: str
    amount: Decimal


def allocations_of(fund: PooledFund, *, year: str = "", line: str = "") -> QuerySet[Allocation]:
    """What was set aside and taken back, the newest first. :param year: as in "2026-27"."""
    found = Allocation.objects.filter(fund=fund).select_related("line", "allocated_by")
    if year:
        found = found.filter(year=int(year[:4]))
    return found.filter(line=int(line)) if line else found


def committed_to(contract: Contract, fund: PooledFund | None = None) -> dict[int, Decimal]:
    """Pounds by year that are committed to a contract, without years that were released whole."""
    rows = Commitment.objects.filter(contract=contract)
    rows = rows.filter(fund=fund) if fund else rows
    sums = rows.order_by().values_list("year").annotate(sum=Sum("amount"))
    return {year: amount for year, amount in sums.order_by("year") if amount}


def committed_by_contract() -> dict[tuple[int, int], Decimal]:
    """Pounds by contract (its primary key) and year."""
    rows = Commitment.objects.order_by().values_list("contract", "year").annotate(sum=Sum("amount"))
    return {(contract, year): amount for contract, year, amount in rows}


def line_of_contract(contract: Contract, year: int | None = None) -> BudgetLine | None:
    """The line from which a contract is paid, and its fund; `year` asks for that of one year, where funds follow each other."""
    rows = Commitment.objects.filter(contract=contract) if year is None else Commitment.objects.filter(contract=contract, year=year)
    newest = rows.select_related("line__fund__host").order_by("-pk").first()
    return newest.line if newest else None


def needed_years(contract: Contract, fund: PooledFund, closed: frozenset[int] = frozenset()) -> dict[int, Decimal]:
    """What a contract costs in each year of the fund that is not closed. Years outside the fund are another fund's."""
    months = _months(contract)
    years = contract_years(contract.annual_amount, contract.starts_on, months)
    return {year: amount for year, amount in years.items() if fund.first_year <= year <= fund.last_year and year not in closed}


def _months(contract: Contract) -> int:
    """Whole months to which a contract runs today: its first term, options that were exercised and changes beyond them."""
    taken = sum(one.months for one in contract.options.all() if one.exercised_on)
    return contract.term_months + taken + sum(one.months for one in contract.extensions.all())


def contracts_to_commit(seat: Seat, fund: PooledFund, committed: Collection[int]) -> list[Contract]:
    """Signed contracts of the host with a year in the fund, to which nothing of it is committed.

    :param committed: keys of contracts to which something is.
    """
    if not can_commit(seat, fund):
        return []
    signed = Contract.objects.signed().exclude(state=ContractState.ENDED).filter(commissioner=fund.host_id)
    rows = signed.select_related("area", "provider").prefetch_related("options", "extensions").order_by("area__order", "pk")
    closed = closed_years(fund)
    return [one for one in rows if one.pk not in committed and needed_years(one, fund, closed)]


def contract_for(fund: PooledFund, reference: str) -> Contract | None:
    found = Contract.objects.signed().filter(reference=reference, commissioner=fund.host_id)
    return found.select_related("area", "provider").prefetch_related("options", "extensions").first()


@dataclass(frozen=True)
class ContractCommitment:
    """What a fund has committed to a contract, in all."""

    contract: Contract
    line: BudgetLine
    years: Mapping[int, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.years.values(), NOTHING)


def commitments_of(fund: PooledFund) -> list[ContractCommitment]:
    """Every contract to which money of the fund is committed, with its years."""
    rows = Commitment.objects.filter(fund=fund).select_related("contract__area", "contract__provider", "line")
    found: dict[int, tuple[Commitment, dict[int, Decimal]]] = {}
    for one in rows.order_by("contract__area__order", "contract", "year", "pk"):
        _, years = found.setdefault(one.contract_id, (one, {}))
        years[one.year] = years.get(one.year, NOTHING) + one.amount
    kept = [(one, {year: amount for year, amount in years.items() if amount}) for one, years in found.values()]
    return [ContractCommitment(one.contract, one.line, years) for one, years in kept if years]

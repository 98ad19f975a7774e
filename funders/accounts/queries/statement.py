"""The statement of a fund and of each giver: from what is asked to what is paid. The givers' statements add up to the fund's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Sum

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation
from funders.accounts.rules import Sums, after_moving, by_pot, shared_out, total
from funders.budget.models import Carried
from funders.budget.queries import SetAside, allocated_by_pot, closed_years, moved_between, set_aside_and_committed
from funders.contributions.models import COUNTS_AS, Contribution, ContributionQuerySet
from funders.contributions.queries import fund_contributions
from funders.in_kind.queries import gifts_of_fund
from funders.in_kind.states import InKindState
from funders.ledger.models import Account, LedgerLine
from funders.ledger.queries import with_received
from funders.pool.models import PooledAlready, PooledFund
from funders.pool.queries import Requirement, asks_of, partners_of, requirement_of, split_of, years_of
from funders.pool.rules import NOTHING


@dataclass(frozen=True)
class Giver:
    """A partner, or a source that is pooled already and has no contribution here (`funder` is None)."""

    name: str
    funder: Organisation | None = None

    @property
    def code(self) -> str:
        return self.funder.code if self.funder else ""


ANSWERED_NOTHING, NOT_ANSWERED = "Answered: nothing", "Not answered"
CARRIED = Giver("Carried from year to year")


@dataclass(frozen=True)
class GiverStatement:
    """`nothing` says of each year for which the partner answered whether it answered £0."""

    giver: Giver
    years: Mapping[int, Sums]
    nothing: Mapping[int, bool] = field(default_factory=dict)

    def answer_for(self, year: int) -> str:
        """What it said for a year, in words; "" where it was not asked."""
        if year not in self.nothing:
            return NOT_ANSWERED if self.years[year].asked else ""
        return ANSWERED_NOTHING if self.nothing[year] else "Answered"

    @cached_property
    def total(self) -> Sums:
        return total(self.years.values())


@dataclass(frozen=True)
class Statement:
    """What a fund was promised, got, set aside, committed and paid, by giver and year."""

    fund: PooledFund
    givers: tuple[GiverStatement, ...]
    accounts: Mapping[str, Decimal]
    moved: Decimal = NOTHING

    @cached_property
    def years(self) -> dict[int, Sums]:
        return {year.start: total(one.years[year.start] for one in self.givers) for year in years_of(self.fund)}

    @cached_property
    def total(self) -> Sums:
        return total(self.years.values())

    def of(self, funder: Organisation) -> GiverStatement | None:
        """The statement of one partner."""
        return next((one for one in self.givers if one.giver.funder == funder), None)


@dataclass(frozen=True)
class Posted:
    """What the ledger says, read by one aggregate over its lines."""

    accounts: dict[str, Decimal]
    received: dict[int, Decimal]
    paid: dict[tuple[str, int], Decimal]
    returned: dict[int, Decimal]
    pooled: dict[tuple[int, int], Decimal]
    moved: Decimal


def posted_of(fund: PooledFund) -> Posted:
    """Balances by account, received and returned by contribution (its key), paid by pot and financial year, received of money that
    is pooled already by source (its first key) and year, and what moved between pots in all. Pounds.
    """
    grouped = LedgerLine.objects.filter(fund=fund).order_by().values_list("account", "contribution", "source", "pot", "budget_year")
    accounts, received, paid = dict.fromkeys(Account.values, NOTHING), dict[int, Decimal](), dict[tuple[str, int], Decimal]()
    returned: dict[int, Decimal] = {}
    pooled: dict[tuple[int, int], Decimal] = {}
    moved = NOTHING
    for account, contribution, source, pot, year, amount in grouped.annotate(sum=Sum("amount")):
        accounts[account] += amount
        if source is not None and year is not None:
            pooled[source, year] = pooled.get((source, year), NOTHING) - amount
        if account == Account.MOVED:
            moved += max(NOTHING, amount)
        if contribution is not None and account == Account.CONTRIBUTIONS:
            received[contribution] = -amount
        if contribution is not None and account == Account.RETURNED:
            returned[contribution] = amount
        if account == Account.SPENT and year is not None:
            paid[pot, year] = amount
    return Posted(accounts, received, paid, returned, pooled, moved)


def statement_of(fund: PooledFund) -> Statement:
    """:param fund: read with its cost lines, sources and shares."""
    posted = posted_of(fund)
    givers, sums, secured, answers = _givers(fund, posted)
    secured = after_moving(secured, moved_between(fund) if posted.moved else {})
    allocated, committed = set_aside_and_committed(fund)
    spending = {
        "allocated": {(pot, year): amount for (year, pot), amount in allocated_by_pot(fund, allocated).items()},
        "committed": by_pot(committed, _pots_of_lines(allocated)),
        "paid": posted.paid,
    }
    for name, amounts in spending.items():
        for (place, year), amount in shared_out(amounts, secured).items():
            _add(sums, place, year, name, amount)
    years = [year.start for year in years_of(fund)]
    rows = [
        GiverStatement(giver, {year: Sums(**sums.get((place, year), {})) for year in years}, answers.get(place, {}))
        for place, giver in enumerate(givers)
    ]
    return Statement(fund, tuple(rows), posted.accounts, posted.moved)


SumsByPlace = dict[tuple[int, int], dict[str, Decimal]]
Secured = dict[tuple[str, int], dict[int, Decimal]]
Answers = dict[int, dict[int, bool]]


def bearing_of(fund: PooledFund) -> set[tuple[str, int]]:
    """The pots and years that have a giver. :param fund: read with its cost lines, sources and shares."""
    secured = after_moving(_givers(fund, posted_of(fund))[2], moved_between(fund))
    return {key for key, parts in secured.items() if any(part > 0 for part in parts.values())}


def _givers(fund: PooledFund, posted: Posted) -> tuple[list[Giver], SumsByPlace, Secured, Answers]:
    """Partners that are asked or give, then sources that are pooled already; by place their sums, what each pot has, what was answered."""
    requirement = requirement_of(fund)
    givers: list[Giver] = []
    places: dict[int, int] = {}
    sums: SumsByPlace = {}
    secured: Secured = {}
    answers: Answers = {}

    def place_of(funder: Organisation) -> int:
        if funder.pk not in places:
            places[funder.pk] = len(givers)
            givers.append(Giver(funder.name, funder))
        return places[funder.pk]

    split = split_of(fund)
    partners = partners_of(split)
    for year in years_of(fund):
        for ask in asks_of(requirement, split, partners, year.start):
            _add(sums, place_of(ask.funder), year.start, "asked", ask.amount)
    for one in fund_contributions(fund).annotate(counts_as=COUNTS_AS).order_by("funder__name", "year"):
        answers.setdefault(place_of(one.funder), {})[one.year] = one.is_nothing
        _count(one, place_of(one.funder), sums, secured, posted)
    for gift in gifts_of_fund(fund).filter(state=InKindState.AGREED):
        _add(sums, place_of(gift.funder), FinancialYear.of(gift.starts_on).start, "in_kind", gift.value_amount)
    _count_sources(requirement, years_of(fund), posted, givers, sums, secured)
    carried = Carried.objects.filter(fund=fund).order_by().values_list("year", "pot").annotate(sum=Sum("amount"))
    for year, pot, amount in carried.order_by("year", "pot") if closed_years(fund) else ():
        if givers[-1:] != [CARRIED]:
            givers.append(CARRIED)
        _add(sums, len(givers) - 1, year, "carried", amount)
        if amount > 0:
            of_pot = secured.setdefault((pot, year), {})
            of_pot[len(givers) - 1] = of_pot.get(len(givers) - 1, NOTHING) + amount
    return givers, sums, secured, answers


def _count_sources(
    requirement: Requirement, years: Iterable[FinancialYear], posted: Posted, givers: list[Giver], sums: SumsByPlace, secured: Secured
) -> None:
    """What is pooled already, by the version of each year, and what has arrived of it; what waits for its event is in no pot."""
    places: dict[tuple[int, bool], int] = {}
    arrived = dict(posted.pooled)

    def place_of(root: int, label: str, waits: bool) -> int:
        if (root, waits) not in places:
            places[root, waits] = len(givers)
            givers.append(Giver(f"{label}, {'conditional' if waits else 'pooled already'}"))
        return places[root, waits]

    for year in years:
        for source in requirement.in_year(year.start).sources:
            if not source.poolable or not source.amount:
                continue
            place = place_of(source.root, source.label, bool(source.condition))
            _add(sums, place, year.start, "conditional" if source.condition else "pooled", source.amount)
            _add(sums, place, year.start, "received", arrived.pop((source.root, year.start), NOTHING))
            if not source.condition:
                of_pot = secured.setdefault((source.pot, year.start), {})
                of_pot[place] = of_pot.get(place, NOTHING) + source.amount
    gone = PooledAlready.objects.in_bulk({root for root, _ in arrived}) if arrived else {}
    for (root, start), amount in sorted(arrived.items()):
        _add(sums, place_of(root, gone[root].label, False), start, "received", amount)


def _count(one: Contribution, place: int, sums: SumsByPlace, secured: Secured, posted: Posted) -> None:
    standing = one.counts_as  # type: ignore[attr-defined]
    _add(sums, place, one.year, "pledged" if one.is_nothing else standing, one.amount)
    _add(sums, place, one.year, "received", posted.received.get(one.pk, NOTHING))
    _add(sums, place, one.year, "returned", posted.returned.get(one.pk, NOTHING))
    if standing == "agreed":
        pot = secured.setdefault((one.pot, one.year), {})
        pot[place] = pot.get(place, NOTHING) + one.amount


def _add(sums: SumsByPlace, place: int, year: int, name: str, amount: Decimal) -> None:
    row = sums.setdefault((place, year), {})
    row[name] = row.get(name, NOTHING) + amount


def _pots_of_lines(allocated: SetAside) -> dict[tuple[int, int], dict[str, Decimal]]:
    """For each year and line, what it has from each pot."""
    found: dict[tuple[int, int], dict[str, Decimal]] = {}
    for (year, line, pot), amount in allocated.items():
        found.setdefault((year, line), {})[pot] = amount
    return found


def agreed_contributions(fund: PooledFund) -> ContributionQuerySet:
    """What partners agreed and the fund may rely on, with what of it has been received; for open data.

    What the host gives to its own fund is not among them: nobody makes a grant to itself.
    """
    found = with_received(Contribution.objects.secured().filter(fund=fund).exclude(funder=fund.host_id))
    return found.select_related("funder", "fund__host").order_by("year", "funder__name")

"""A fund's budget with what was paid: by year and line, by pot, and the money that is left in each pot."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from commissioning.kernel.quarters import FinancialYear
from funders.budget.models import BudgetLine
from funders.budget.queries import (
    ContractCommitment,
    YearLine,
    allocated_by_line,
    allocated_by_pot,
    allocated_of,
    lines_of_budget,
    secured_by_pot,
)
from funders.ledger.models import Account, LedgerLine
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING

OF_POTS = (Account.CONTRIBUTIONS, Account.POOLED, Account.SPENT, Account.RETURNED, Account.MOVED)


@dataclass(frozen=True)
class LineYear:
    """One line in one year: set aside >= committed, and spent at most what is committed."""

    line: BudgetLine
    year: FinancialYear
    allocated: Decimal
    committed: Decimal
    paid: Decimal

    @property
    def free(self) -> Decimal:
        """Set aside and not committed."""
        return self.allocated - self.committed


@dataclass(frozen=True)
class PotYear:
    """One pot in one year. Secured is agreed or pooled already; what is set aside never passes it."""

    pot: LegalBasis
    year: FinancialYear
    secured: Decimal
    allocated: Decimal

    @property
    def unallocated(self) -> Decimal:
        return self.secured - self.allocated


@dataclass(frozen=True)
class PotCash:
    """What the host holds of a pot: received + moved here from other pots - paid to providers - returned to partners = held."""

    pot: LegalBasis
    received: Decimal
    paid: Decimal
    returned: Decimal = NOTHING
    moved: Decimal = NOTHING

    @property
    def held(self) -> Decimal:
        return self.received + self.moved - self.paid - self.returned


@dataclass(frozen=True)
class Budget:
    """Everything of one fund that its budget page shows."""

    fund: PooledFund
    lines: tuple[LineYear, ...]
    pots: tuple[PotYear, ...]
    cash: tuple[PotCash, ...]

    def of_year(self, year: int) -> "Budget":
        lines = tuple(one for one in self.lines if one.year.start == year)
        return Budget(self.fund, lines, tuple(one for one in self.pots if one.year.start == year), self.cash)


def budget_of(fund: PooledFund, commitments: Iterable[ContractCommitment]) -> Budget:
    """:param commitments: those of the fund."""
    years, lines, allocated, posted = years_of(fund), lines_of_budget(fund), allocated_of(fund), posted_of(fund)
    secured, allocated_pots = secured_by_pot(fund), allocated_by_pot(fund, allocated)
    by_line, committed, paid = allocated_by_line(fund, allocated), by_year_and_line(commitments), posted.paid_by_line()
    line_years = [
        LineYear(line, year, *(sums.get((year.start, line.pk), NOTHING) for sums in (by_line, committed, paid)))
        for year in years
        for line in lines
    ]
    pot_years = [
        PotYear(pot, year, secured.get((year.start, pot), NOTHING), allocated_pots.get((year.start, pot), NOTHING))
        for year in years
        for pot in LegalBasis
        if (year.start, pot) in secured or (year.start, pot) in allocated_pots
    ]
    return Budget(fund, tuple(line_years), tuple(pot_years), tuple(cash_in(posted)))


@dataclass(frozen=True)
class Posted:
    """What the ledger says of what was received, paid, returned and moved between pots, read by one aggregate over its lines. Pounds."""

    received: dict[str, Decimal]
    paid: dict[tuple[str, int, int], Decimal]
    returned: dict[str, Decimal]
    moved: dict[str, Decimal]

    def paid_by_line(self) -> dict[YearLine, Decimal]:
        """By the year and line that bear it."""
        found: dict[YearLine, Decimal] = {}
        for (_, line, year), amount in self.paid.items():
            found[year, line] = found.get((year, line), NOTHING) + amount
        return found

    def paid_by_pot(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for (pot, _, _), amount in self.paid.items():
            found[pot] = found.get(pot, NOTHING) + amount
        return found


def posted_of(fund: PooledFund) -> Posted:
    lines = LedgerLine.objects.filter(fund=fund, account__in=OF_POTS).order_by()
    posted = Posted({}, {}, {}, {})
    grouped = lines.values_list("account", "contribution__pot", "pot", "budget_line", "budget_year").annotate(sum=Sum("amount"))
    for account, given_to, pot, line, year, amount in grouped:
        if account == Account.CONTRIBUTIONS:
            posted.received[given_to] = posted.received.get(given_to, NOTHING) - amount
        elif account == Account.POOLED:
            posted.received[pot] = posted.received.get(pot, NOTHING) - amount
        elif account == Account.MOVED:
            posted.moved[pot] = posted.moved.get(pot, NOTHING) - amount
        elif account == Account.RETURNED:
            posted.returned[given_to] = amount
        else:
            posted.paid[pot, line, year] = amount
    return posted


def by_year_and_line(commitments: Iterable[ContractCommitment]) -> dict[YearLine, Decimal]:
    """What contracts have committed, in pounds by year and line."""
    found: dict[YearLine, Decimal] = {}
    for one in commitments:
        for year, amount in one.years.items():
            found[year, one.line.pk] = found.get((year, one.line.pk), NOTHING) + amount
    return found


def paid_from_pots(line: BudgetLine, year: int) -> dict[str, Decimal]:
    """What has been paid of a line in a year, by pot."""
    spent = LedgerLine.objects.filter(account=Account.SPENT, budget_line=line.pk, budget_year=year)
    return dict(spent.order_by().values_list("pot").annotate(sum=Sum("amount")))


def cash_in(posted: Posted) -> list[PotCash]:
    """What the ledger holds of each pot that has ever had money."""
    sums = (posted.received, posted.paid_by_pot(), posted.returned, posted.moved)
    found = [PotCash(pot, *(one.get(pot, NOTHING) for one in sums)) for pot in LegalBasis]
    return [one for one in found if one.received or one.paid or one.moved]


def cash_by_pot(fund: PooledFund) -> dict[str, Decimal]:
    return {one.pot: one.held for one in cash_in(posted_of(fund))}

"""A fund's budget with what was paid: by year and line, by pot, and the money that is left in each pot."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from commissioning.kernel.quarters import FinancialYear
from funders.budget.models import BudgetLine
from funders.budget.queries import YearLine, allocated_by_line, allocated_by_pot, committed_by_line, lines_of_budget, secured_by_pot
from funders.ledger.models import Account, LedgerLine
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING


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
    """What the host holds of a pot: received - paid out = held."""

    pot: LegalBasis
    received: Decimal
    paid: Decimal

    @property
    def held(self) -> Decimal:
        return self.received - self.paid


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


def budget_of(fund: PooledFund) -> Budget:
    years, lines = years_of(fund), lines_of_budget(fund)
    secured, allocated_pots = secured_by_pot(fund), allocated_by_pot(fund)
    by_line, committed, paid = allocated_by_line(fund), committed_by_line(fund), paid_by_line(fund)
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
    return Budget(fund, tuple(line_years), tuple(pot_years), tuple(cash_of(fund)))


def paid_by_line(fund: PooledFund) -> dict[YearLine, Decimal]:
    """Pounds paid to providers, by the year and line that they were committed from."""
    spent = LedgerLine.objects.filter(fund=fund, account=Account.SPENT)
    rows = spent.order_by().values_list("budget_year", "budget_line").annotate(sum=Sum("amount"))
    return {(year, line): amount for year, line, amount in rows if year is not None and line is not None}


def paid_from_pots(line: BudgetLine, year: int) -> dict[str, Decimal]:
    """What has been paid of a line in a year, by pot."""
    spent = LedgerLine.objects.filter(account=Account.SPENT, budget_line=line.pk, budget_year=year)
    return dict(spent.order_by().values_list("pot").annotate(sum=Sum("amount")))


def cash_of(fund: PooledFund) -> list[PotCash]:
    """What the ledger holds of each pot that has ever had money."""
    lines = LedgerLine.objects.filter(fund=fund).order_by()
    came = lines.filter(account=Account.CONTRIBUTIONS).values_list("contribution__pot").annotate(sum=Sum("amount"))
    received = {pot: -amount for pot, amount in came}
    paid = dict(lines.filter(account=Account.SPENT).values_list("pot").annotate(sum=Sum("amount")))
    return [
        PotCash(pot, received.get(pot, NOTHING), paid.get(pot, NOTHING))
        for pot in LegalBasis
        if received.get(pot, NOTHING) or paid.get(pot, NOTHING)
    ]


def cash_by_pot(fund: PooledFund) -> dict[str, Decimal]:
    return {one.pot: one.held for one in cash_of(fund)}

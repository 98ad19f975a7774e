"""The outturn of a fund's years: as the ledger has it now, or as it was kept when the year was prepared and closed."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.budget.models import Allocation
from funders.budget.queries import closed_years, secured_by_pot
from funders.contributions.models import Contribution
from funders.ledger.models import Account, LedgerLine
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.permissions import visible_to
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING
from funders.receipts.models import Instalment
from funders.receipts.states import InstalmentState
from funders.spending.models import Payment, ProviderInvoice
from funders.spending.permissions import WAITING
from funders.spending.states import InvoiceState
from funders.year_end.models import PotClose, YearClose
from funders.year_end.rules import Outturn, choices_for, kept_of_line
from funders.year_end.states import CloseState

LinePot = tuple[int, str]
OPENING, RECEIVED, PAID, MOVED = range(4)
IN, OUT = (Account.CONTRIBUTIONS, Account.POOLED), (Account.SPENT, Account.RETURNED)


@dataclass(frozen=True)
class YearStanding:
    """One year of a fund and, if somebody has prepared it, its close."""

    year: FinancialYear
    close: YearClose | None


def standings_of(fund: PooledFund) -> list[YearStanding]:
    closes = YearClose.objects.filter(fund=fund).exclude(state=CloseState.REPLACED).select_related("prepared_by", "closed_by")
    found = {one.year: one for one in closes}
    return [YearStanding(year, found.get(year.start)) for year in years_of(fund)]


def next_year_to_close(fund: PooledFund) -> int | None:
    """The first year of a fund that is not closed: years are closed in their order."""
    closed = closed_years(fund)
    return next((year.start for year in years_of(fund) if year.start not in closed), None)


def waiting_invoices(fund: PooledFund, year: int) -> int:
    """Invoices for services of a year that nobody has approved or returned."""
    return ProviderInvoice.objects.filter(fund=fund, year=year, state__in=WAITING).count()


def not_asked_for(fund: PooledFund, year: int) -> tuple[int, int]:
    """How many secured contributions of a year nobody has counter-signed, and how many of their instalments nobody has invoiced."""
    secured = Contribution.objects.secured().filter(fund=fund, year=year)
    planned = Instalment.objects.filter(contribution__in=secured, state=InstalmentState.PLANNED)
    return secured.filter(schedule=None).count(), planned.count()


def close_for(seat: Seat, reference: str) -> YearClose | None:
    found = YearClose.objects.select_related("fund__host", "prepared_by", "closed_by", "changed_by")
    return found.filter(fund__in=visible_to(seat), reference=reference).first()


def pots_of(close: YearClose) -> list[PotClose]:
    return list(close.pots.select_related("close").prefetch_related("shares__funder").order_by("pk"))


def snapshot_of(close: YearClose) -> list[Outturn]:
    """The figures that were kept."""
    return [kept_outturn(one) for one in close.pots.order_by("pk")]


def kept_outturn(one: PotClose) -> Outturn:
    cash = (one.opening_amount, one.received_amount, one.paid_amount)
    return Outturn(one.pot, *cash, one.secured_amount, one.spent_amount, one.accrued_amount, one.moved_amount)


def outturn_of(fund: PooledFund, year: int) -> list[Outturn]:
    """Every pot that has money or a promise in a year, and last what stands in no pot: suspense and one-off calls."""
    cash, secured = cash_in(fund, year), secured_by_pot(fund)
    spent, kept = spent_by(fund, year), kept_by_pot(fund, year)
    found = []
    for pot in (*LegalBasis.values, ""):
        opening, received, paid, moved = cash.get(pot, (NOTHING, NOTHING, NOTHING, NOTHING))
        own = secured.get((year, pot), NOTHING)
        accrued = kept.get(pot, NOTHING) - spent.get(pot, NOTHING)
        one = Outturn(pot, opening, received, paid, own, spent.get(pot, NOTHING), accrued, moved)
        if one != Outturn(pot):
            found.append(one)
    return found


def cash_in(fund: PooledFund, year: int) -> dict[str, tuple[Decimal, Decimal, Decimal, Decimal]]:
    """Opening, received, paid, and moved here from other pots, by pot, as the ledger has them by the days on which money moved."""
    of = FinancialYear(year)
    lines = LedgerLine.objects.filter(fund=fund, transaction__happened_on__lte=of.last_day).exclude(account=Account.BANK).order_by()
    before, within = Q(transaction__happened_on__lt=of.first_day), Q(transaction__happened_on__gte=of.first_day)
    rows = lines.values_list("account", "contribution__pot", "pot").annotate(
        before=Sum("amount", filter=before, default=NOTHING),
        less=Sum("amount", filter=within & Q(amount__lt=0), default=NOTHING),
        more=Sum("amount", filter=within & Q(amount__gt=0), default=NOTHING),
    )
    sums: dict[str, list[Decimal]] = {}
    for account, given_to, paid_from, opening, less, more in rows:
        own = sums.setdefault(given_to or paid_from or "", [NOTHING, NOTHING, NOTHING, NOTHING])
        own[OPENING] -= opening
        if account == Account.MOVED:
            own[MOVED] -= less + more
            continue
        own[RECEIVED] -= {**dict.fromkeys(IN, less + more), **dict.fromkeys(OUT, NOTHING)}.get(account, less)
        own[PAID] += {**dict.fromkeys(IN, NOTHING), **dict.fromkeys(OUT, less + more)}.get(account, more)
    return {pot: (one[OPENING], one[RECEIVED], one[PAID], one[MOVED]) for pot, one in sums.items()}


def closing_in(fund: PooledFund, year: int) -> dict[str, Decimal]:
    """What each pot holds at the end of a year, and last what stands in no pot; without those that hold nothing."""
    found = {pot: opening + received - paid + moved for pot, (opening, received, paid, moved) in cash_in(fund, year).items()}
    return {pot: amount for pot, amount in found.items() if amount}


def spent_by(fund: PooledFund, year: int) -> dict[str, Decimal]:
    """By pot, what was paid for services of a year by its last day."""
    lines = LedgerLine.objects.filter(fund=fund, account=Account.SPENT, budget_year=year)
    rows = lines.filter(transaction__happened_on__lte=FinancialYear(year).last_day).order_by().values_list("pot")
    return dict(rows.annotate(sum=Sum("amount")))


def kept_by_line(fund: PooledFund, year: int) -> dict[LinePot, Decimal]:
    """By line and pot, what the year uses: paid until now, and approved and still to be paid."""
    rows = Allocation.objects.filter(fund=fund, year=year).order_by().values_list("line", "pot").annotate(sum=Sum("amount"))
    lines: dict[int, dict[str, Decimal]] = {}
    for line, pot, amount in rows:
        lines.setdefault(line, {})[pot] = amount
    paid: dict[int, dict[str, Decimal]] = {}
    spent = LedgerLine.objects.filter(fund=fund, account=Account.SPENT, budget_year=year).order_by()
    for line, pot, amount in spent.values_list("budget_line", "pot").annotate(sum=Sum("amount")):
        paid.setdefault(line or 0, {})[pot] = amount
    approved = ProviderInvoice.objects.filter(fund=fund, year=year, state=InvoiceState.APPROVED).order_by()
    unpaid = dict(approved.values_list("line").annotate(sum=Sum("amount")))
    return {
        (line, pot): amount
        for line, set_aside in lines.items()
        for pot, amount in kept_of_line(set_aside, paid.get(line, {}), unpaid.get(line, NOTHING)).items()
    }


def kept_by_pot(fund: PooledFund, year: int) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for (_, pot), amount in kept_by_line(fund, year).items():
        sums[pot] = sums.get(pot, NOTHING) + amount
    return sums


def asked_by_contract(fund: PooledFund, year: int) -> dict[int, Decimal]:
    """What providers asked for services of a year and nobody returned, by key of the contract."""
    rows = ProviderInvoice.objects.standing().filter(fund=fund, year=year).order_by().values_list("contract")
    return dict(rows.annotate(sum=Sum("amount")))


def accruals_of(fund: PooledFund, year: int) -> list[ProviderInvoice]:
    """Invoices for services of a year, approved by now, that were not paid by its last day."""
    paid_by_then = Payment.objects.standing().filter(fund=fund, paid_on__lte=FinancialYear(year).last_day)
    rows = ProviderInvoice.objects.filter(fund=fund, year=year, state__in=(InvoiceState.APPROVED, InvoiceState.PAID))
    return list(rows.exclude(pk__in=paid_by_then.values("invoice")).select_related("provider", "contract__area").order_by("pk"))


def kept_accruals(close: YearClose) -> list[ProviderInvoice]:
    """Those that were kept."""
    found = ProviderInvoice.objects.filter(pk__in=close.accruals.values("invoice"))
    return list(found.select_related("provider", "contract__area").order_by("pk"))


def agreed_cash(fund: PooledFund, year: int) -> dict[str, dict[Organisation, Decimal]]:
    """By pot, what each partner has agreed for a year and waits for nothing."""
    rows = Contribution.objects.secured().filter(fund=fund, year=year).order_by().values_list("pot", "funder")
    sums = list(rows.annotate(sum=Sum("amount")).order_by("funder__name", "funder"))
    funders = Organisation.objects.in_bulk({funder for _, funder, _ in sums})
    found: dict[str, dict[Organisation, Decimal]] = {}
    for pot, funder, amount in sums:
        found.setdefault(pot, {})[funders[funder]] = amount
    return found


def possible_of(one: PotClose, fund: PooledFund) -> tuple[str, ...]:
    """What the board can choose for a pot."""
    return choices_for(one.pot, one.surplus_amount, has_givers=bool(one.shares.all()), is_last=one.close.year == fund.last_year)


def partners_of(fund: PooledFund) -> list[Organisation]:
    """Every partner that has given or promised something to the fund."""
    return list(Organisation.objects.filter(contributions__fund=fund).distinct().order_by("name"))


def is_due(fund: PooledFund, today: datetime.date) -> bool:
    """Whether a year has ended that is not closed."""
    year = next_year_to_close(fund)
    return year is not None and FinancialYear(year).last_day < today

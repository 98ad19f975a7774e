"""What of year ends waits for somebody: to be prepared, to be confirmed with the board's decision, to be paid back."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, JSONObject

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.ledger.models import LedgerTransaction
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.permissions import visible_to
from funders.pool.rules import NOTHING
from funders.year_end.models import Choice, SharePayout, SurplusShare, YearClose
from funders.year_end.states import CloseState

_TOLD = JSONObject(code="fund__code", name="fund__name", year="year")


@dataclass(frozen=True)
class YearOfFund:
    """A year of a fund that waits for somebody."""

    fund_code: str
    fund: str
    year: FinancialYear


def to_prepare(seat: Seat, today: datetime.date) -> list[YearOfFund]:
    """Years that are over and that nobody has prepared, of funds of the seat's organisation in which money has moved."""
    if not seat.has(Role.FINANCE):
        return []
    moved = LedgerTransaction.objects.filter(fund=OuterRef("pk"))
    stands = YearClose.objects.filter(fund=OuterRef("pk"), state=CloseState.PREPARED)
    funds = PooledFund.objects.open().filter(Exists(moved), ~Exists(stands), host=seat.organisation_id)
    due = funds.annotate(due=Coalesce(Max("closed_years__year") + 1, "first_year", output_field=IntegerField()))
    over = due.filter(due__lte=F("last_year"), due__lt=FinancialYear.of(today).start).order_by("order", "code")
    return [YearOfFund(one.code, one.name, FinancialYear(one.due)) for one in over]


def to_confirm(seat: Seat, fund: PooledFund | None = None) -> list[YearOfFund]:
    """Years that are prepared: for lead officers of the host, but not who prepared them, to close; for board members of any partner to decide.

    :param fund: if it was read `with_year_ends`, it knows them already.
    """
    found = getattr(fund, "year_ends", None)
    rows = found if found is not None else _to_confirm(seat).annotate(told=_TOLD).values_list("told", flat=True)
    return [YearOfFund(one["code"], one["name"], FinancialYear(one["year"])) for one in rows]


def with_year_ends(funds: PooledFundQuerySet, seat: Seat) -> PooledFundQuerySet:
    """Each with `year_ends`: the years that wait for this seat, of whatever fund, read in the same statement."""
    return funds.annotate(year_ends=ArraySubquery(_to_confirm(seat).annotate(told=_TOLD).values("told")))


def _to_confirm(seat: Seat) -> "QuerySet[YearClose]":
    waiting = YearClose.objects.filter(state=CloseState.PREPARED)
    mine = Q(pk__in=[])
    if seat.has(Role.LEAD_OFFICER):
        mine |= Q(host=seat.organisation_id) & ~Q(prepared_by=seat.person)
    if seat.has(Role.BOARD_MEMBER):
        mine |= Q(fund__in=visible_to(seat))
    return waiting.filter(mine).order_by("fund__order", "fund__code", "year")


@dataclass(frozen=True)
class Unpaid:
    """Shares that the board returned and nobody has paid yet: how many, what they come to, and of which fund if it is one."""

    shares: int
    amount: Decimal
    fund_code: str


def unpaid_shares(seat: Seat) -> Unpaid:
    """Those of the funds of the seat's organisation, for its finance officers."""
    if not seat.has(Role.FINANCE):
        return Unpaid(0, NOTHING, "")
    paid = SharePayout.objects.standing().filter(share=OuterRef("pk"))
    closed = {"pot__choice": Choice.RETURN, "pot__close__state": CloseState.CLOSED, "amount__gt": 0}
    rows = SurplusShare.objects.filter(~Exists(paid), host=seat.organisation_id, **closed).order_by().values_list("fund__code")
    found = list(rows.annotate(shares=Count("pk"), sum=Sum("amount")))
    whole = sum((amount for _, _, amount in found), NOTHING)
    return Unpaid(sum(count for _, count, _ in found), whole, found[0][0] if len(found) == 1 else "")

"""What is free to go in each pot of a fund and year, and what has moved. A transfer that was reversed or dropped counts nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.seat import Seat
from funders.budget.models import Allocation, Carried, Moved, Purpose
from funders.budget.queries import allocated_by_pot, beyond_limits, closed_years, secured_by_pot
from funders.contributions.models import Contribution
from funders.contributions.rules import SECTION_75_SECTORS
from funders.ledger.models import Account, LedgerLine
from funders.ledger.queries import register_invariant
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING
from funders.transfers.models import PotTransfer, PotTransferQuerySet
from funders.transfers.permissions import transfers_visible_to
from funders.transfers.rules import Room
from funders.transfers.states import TransferState

YearPot = tuple[int, str]
_POSTED = Q(state__in=[TransferState.POSTED, TransferState.REVERSED])


@dataclass
class Cash:
    """What the ledger says of one pot for one year. `eligible` is what came from NHS bodies and local authorities without limits."""

    received: Decimal = NOTHING
    eligible: Decimal = NOTHING
    restricted: Decimal = NOTHING
    paid: Decimal = NOTHING
    gone: Decimal = NOTHING
    moved: Decimal = NOTHING


@dataclass(frozen=True)
class PotRoom:
    """A pot in a year, with what of it is free to go."""

    pot: LegalBasis
    year: FinancialYear
    room: Room


@dataclass(frozen=True)
class Rooms:
    """Every pot of a fund in each of its years, as it stands now."""

    by_key: Mapping[YearPot, Room]
    held: Mapping[str, Decimal]

    def of(self, year: int, pot: str) -> Room:
        return self.by_key.get((year, pot), Room(held=self.held.get(pot, NOTHING)))


def rooms_of(fund: PooledFund) -> Rooms:
    """:param fund: as the database has it; its sources are read here where they are not there yet."""
    cash, secured, allocated = _cash_of(fund), secured_by_pot(fund), allocated_by_pot(fund)
    carried, kept = _carried_of(fund)
    held: dict[str, Decimal] = {}
    for (_, pot), one in cash.items():
        held[pot] = held.get(pot, NOTHING) + one.received + one.moved - one.gone
    found = {}
    for key in {*cash, *carried}:
        one, (_, pot) = cash.get(key, Cash()), key
        there = one.received + carried.get(key, NOTHING) + one.moved - one.gone
        found[key] = Room(
            held=held.get(pot, NOTHING),
            cash=there,
            owed=max(NOTHING, allocated.get(key, NOTHING) - one.paid),
            restricted=one.restricted,
            unallocated=secured.get(key, NOTHING) - allocated.get(key, NOTHING) - kept.get(key, NOTHING),
            eligible=max(NOTHING, one.eligible - one.gone + min(NOTHING, one.moved)),
        )
    return Rooms(found, held)


def pot_rooms(fund: PooledFund) -> list[PotRoom]:
    """The pots that have money of an open year, year by year."""
    rooms, closed = rooms_of(fund), closed_years(fund)
    return [
        PotRoom(pot, year, rooms.of(year.start, pot))
        for year in years_of(fund)
        for pot in LegalBasis
        if year.start not in closed and rooms.of(year.start, pot).cash
    ]


def over_limits_without(fund: PooledFund, year: int, pot: str, amount: Decimal) -> Decimal:
    """What of a pot would be set aside for what its limited money may not pay for, if so much of it went."""
    return beyond_limits(fund, year, pot, secured=secured_by_pot(fund).get((year, pot), NOTHING) - amount)


def undecided_of(fund: PooledFund, year: int, from_pot: str, to_pot: str) -> Decimal:
    """What has moved from one pot to the other in a year without a decision of the board, and what waits to."""
    rows = PotTransfer.objects.standing().filter(fund=fund, year=year, from_pot=from_pot, to_pot=to_pot, above_limit=False)
    return rows.aggregate(sum=Sum("amount"))["sum"] or NOTHING


def transfers_of(fund: PooledFund, *, year: str = "", state: str = "") -> PotTransferQuerySet:
    """The newest first. :param year: as in "2026-27"."""
    found = PotTransfer.objects.filter(fund=fund).select_related("proposed_by", "confirmed_by", "dropped_by", "reversed_by", "posting")
    if year:
        found = found.filter(year=int(year[:4]))
    return found.filter(state=state) if state else found


def transfer_for(seat: Seat, reference: str) -> PotTransfer | None:
    found = transfers_visible_to(seat).select_related("fund__host", "proposed_by", "posting")
    return found.filter(reference=reference).first()


def _cash_of(fund: PooledFund) -> dict[YearPot, Cash]:
    """One aggregate over the ledger of a fund, and one over its limited contributions."""
    names = ("contribution__pot", "contribution__year", "contribution__funder__sector", "source__sector", "pot", "budget_year")
    lines = LedgerLine.objects.filter(fund=fund).exclude(account__in=[Account.BANK, Account.SUSPENSE, Account.CALLS]).order_by()
    found: dict[YearPot, Cash] = {}
    for account, given_to, given_in, sector, of_source, pot, year, amount in lines.values_list("account", *names).annotate(
        sum=Sum("amount")
    ):
        one = found.setdefault((given_in or year, given_to or pot), Cash())
        if account in (Account.CONTRIBUTIONS, Account.POOLED):
            one.received -= amount
            one.eligible -= amount if (sector or of_source) in SECTION_75_SECTORS else NOTHING
        elif account == Account.MOVED:
            one.moved -= amount
        else:
            one.gone += amount
            one.paid += amount if account == Account.SPENT else NOTHING
    for pot, year, sector, amount in _limited_of(fund):
        one = found.setdefault((year, pot), Cash())
        one.restricted -= amount
        one.eligible += amount if sector in SECTION_75_SECTORS else NOTHING
    return found


def _limited_of(fund: PooledFund) -> list[tuple[str, int, str, Decimal]]:
    limited = Contribution.objects.secured().limited().filter(fund=fund)
    lines = LedgerLine.objects.filter(fund=fund, account=Account.CONTRIBUTIONS, contribution__in=limited).order_by()
    return list(lines.values_list("contribution__pot", "contribution__year", "contribution__funder__sector").annotate(sum=Sum("amount")))


def _carried_of(fund: PooledFund) -> tuple[dict[YearPot, Decimal], dict[YearPot, Decimal]]:
    """What year ends carried between years; and what of it is for contingency alone and no line of contingency has been given yet."""
    carried: dict[YearPot, Decimal] = {}
    brought: dict[YearPot, Decimal] = {}
    rows = Carried.objects.filter(fund=fund).order_by().values_list("year", "pot", "contingency").annotate(sum=Sum("amount"))
    for year, pot, contingency, amount in rows:
        for sums in (carried, brought) if contingency else (carried,):
            sums[year, pot] = sums.get((year, pot), NOTHING) + amount
    if not brought:
        return carried, {}
    of_lines = Allocation.objects.filter(fund=fund, line__purpose=Purpose.CONTINGENCY).order_by().values_list("year", "pot")
    given = {(year, pot): amount for year, pot, amount in of_lines.annotate(sum=Sum("amount"))}
    return carried, {key: max(NOTHING, amount - given.get(key, NOTHING)) for key, amount in brought.items()}


def _not_nothing() -> list[str]:
    """Postings that move money between pots and do not add up to nothing among the pots, or move it between years or out of the pots."""
    lines = LedgerLine.objects.filter(account=Account.MOVED).order_by().values_list("transaction__reference")
    grouped = lines.annotate(
        sum=Sum("amount"), years=Count("budget_year", distinct=True), pots=Count("pot", distinct=True), all=Count("pk")
    )
    wrong = grouped.filter(~Q(sum=0) | ~Q(years=1) | ~Q(pots=2) | ~Q(all=2))
    mixed = LedgerLine.objects.exclude(account=Account.MOVED).filter(transaction__lines__account=Account.MOVED)
    return sorted({*(reference for reference, *_ in wrong), *mixed.values_list("transaction__reference", flat=True)})


def _not_as_posted() -> list[str]:
    """Funds, years and pots of which the transfers that stand are not what the ledger says, or not what counts as secured."""
    told: dict[tuple[str, int, str], Decimal] = {}
    for code, year, one, other, amount in _between(PotTransfer.objects.filter(state=TransferState.POSTED)):
        told[code, year, one] = told.get((code, year, one), NOTHING) + amount
        told[code, year, other] = told.get((code, year, other), NOTHING) - amount
    counts: dict[tuple[str, int, str], Decimal] = {}
    for code, year, one, other, amount in _between(Moved.objects.all()):
        counts[code, year, one] = counts.get((code, year, one), NOTHING) + amount
        counts[code, year, other] = counts.get((code, year, other), NOTHING) - amount
    lines = LedgerLine.objects.filter(account=Account.MOVED).order_by().values_list("fund__code", "budget_year", "pot")
    posted = {(code, year, pot): amount for code, year, pot, amount in lines.annotate(sum=Sum("amount"))}
    keys = {*told, *counts, *posted}
    wrong = [key for key in keys if len({sums.get(key, NOTHING) for sums in (told, counts, posted)}) > 1]
    return [" ".join(str(part) for part in key) for key in sorted(wrong)]


def _between(rows: QuerySet[Any]) -> list[tuple[str, int, str, str, Decimal]]:
    listed = rows.order_by().values_list("fund__code", "year", "from_pot", "to_pot")
    return list(listed.annotate(sum=Sum("amount")))


def _without_the_board() -> list[str]:
    """Transfers above the limit of the day without its decision or a second person, and pots between which bits passed it together."""
    above = PotTransfer.objects.filter(_POSTED, above_limit=True)
    alone = above.filter(Q(decision_reference="") | Q(confirmed_by=None) | Q(confirmed_by=F("proposed_by")))
    found = list(alone.order_by("pk").values_list("reference", flat=True))
    together: dict[tuple[int, int, str, str], Decimal] = {}
    for one in PotTransfer.objects.filter(state=TransferState.POSTED, above_limit=False).order_by("pk"):
        key = (one.fund_id, one.year, one.from_pot, one.to_pot)
        together[key] = together.get(key, NOTHING) + one.amount
        if together[key] > one.limit_amount:
            found.append(one.reference)
    return found


register_invariant("transfers-net-to-nothing", "A transfer takes from one pot what it gives to another, in the same year.", _not_nothing)
register_invariant(
    "transfers-as-posted", "What moved between pots is what the ledger says, and counts as secured where it went.", _not_as_posted
)
register_invariant(
    "transfers-by-the-board", "Above the limit, at once or bit by bit, the board decides and two persons act.", _without_the_board
)

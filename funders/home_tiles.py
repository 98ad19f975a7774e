"""Tiles and places that this house gives to the front page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from commissioning.home.registry import Place, Tile, register_place, register_tiles
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import plural, short
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking.permissions import READERS as BANK_READERS
from funders.banking.queries.suspense import suspense_by_fund
from funders.budget.queries import with_closed_years
from funders.calls.permissions import DRAFTERS
from funders.calls.queries import shares_to_answer, with_silence
from funders.contributions.permissions import WRITERS, can_pledge
from funders.contributions.queries import free_years, own_sums, pledges_to_agree
from funders.cover.queries import ahead_of, with_alerts
from funders.in_kind.queries import gifts_to_agree
from funders.pool.models import PooledFund
from funders.pool.permissions import READERS
from funders.pool.queries import ask_of
from funders.pool.rules import YearPosition
from funders.receipts.queries import overdue_for, waiting_contributions, with_late
from funders.spending.permissions import SENDERS
from funders.spending.queries.invoices import waiting_for, with_waiting
from funders.statements.queries import positions_of
from funders.statements.rules import finding
from funders.year_end.queries.waiting import YearOfFund, to_confirm, to_prepare, unpaid_shares, with_year_ends

WATCHERS = (Role.COMMISSIONER, Role.LEAD_OFFICER, Role.FINANCE, Role.BOARD_MEMBER, Role.AUDITOR)

APPROVERS_AND_PAYERS = (Role.COMMISSIONER, Role.LEAD_OFFICER, Role.FINANCE)


@register_tiles
def money_tiles(seat: Seat) -> Iterable[Tile]:
    if seat.has(Role.FUNDER_APPROVER):
        yield from _to_agree(seat)
        yield from _in_kind_to_agree(seat)
        yield from _to_answer(seat)
    if seat.has(*WRITERS) and seat.organisation:
        yield from _own(seat)
    if not seat.has(Role.FUNDER_OFFICER, *WATCHERS):
        return
    if seat.has(Role.FINANCE, Role.FUNDER_OFFICER):
        yield from _owed(seat)
    if seat.has(Role.FINANCE):
        yield from _in_suspense(seat)
    fund = _running_fund(seat, timezone.localdate())
    yield from _year_ends(seat, fund)
    if seat.has(*APPROVERS_AND_PAYERS):
        yield from _invoices(seat, fund)
    if fund is None:
        return
    if seat.has(Role.FUNDER_OFFICER) and can_pledge(seat, fund):
        yield from _to_pledge(seat, fund)
    if seat.has(*DRAFTERS):
        yield from _silent(fund)
    if seat.has(*WATCHERS):
        positions = positions_of(fund)
        yield from _ahead(fund, positions)
        yield _missing(fund, positions)


def _running_fund(seat: Seat, today: date) -> PooledFund | None:
    """The fund of this year, with what the front page asks beside it in the same statement: closed years,
    year ends, contracts ahead of their money, silent calls, invoices."""
    funds = with_late(with_closed_years(PooledFund.objects.running_in(FinancialYear.of(today).start)), today)
    if seat.has(Role.LEAD_OFFICER, Role.BOARD_MEMBER):
        funds = with_year_ends(funds, seat)
    if seat.has(Role.LEAD_OFFICER, Role.FINANCE):
        funds = with_alerts(funds, seat, today)
    return (with_waiting(with_silence(funds, seat, today), seat) if seat.has(*DRAFTERS) else funds).first()


def _to_agree(seat: Seat) -> Iterator[Tile]:
    """What another person of the organisation pledged and this approver can agree."""
    pledges = pledges_to_agree(seat)
    if not pledges:
        return
    one = pledges[0]
    url = reverse("contributions:agree", args=[one.reference]) if len(pledges) == 1 else f"{reverse('contributions:list')}?state=pledged"
    sentence = f"{as_pounds(sum(pledge.waiting_amount for pledge in pledges))} in all. It counts for the fund when you agree it."
    yield Tile("Pledges waiting for you", plural(len(pledges), "pledge"), sentence, url, urgent=True, order=10, group="Money")


def _in_kind_to_agree(seat: Seat) -> Iterator[Tile]:
    """What another person of the organisation offered in kind and this approver can agree."""
    gifts = gifts_to_agree(seat)
    if not gifts:
        return
    url = reverse("in_kind:agree", args=[gifts[0].reference]) if len(gifts) == 1 else f"{reverse('in_kind:list')}?state=pledged"
    sentence = f"Worth {as_pounds(sum(one.value_amount for one in gifts))} in all, never cash. It stands in the fund when you agree it."
    yield Tile("In kind, waiting for you", plural(len(gifts), "offer"), sentence, url, urgent=True, order=11, group="Money")


def _to_answer(seat: Seat) -> Iterator[Tile]:
    """Calls that wait for the organisation's answer, the nearest day first."""
    shares = list(shares_to_answer(seat))
    if not shares:
        return
    late = sum(1 for one in shares if one.call.answer_by < timezone.localdate())
    url = reverse("calls:answer", args=[shares[0].reference]) if len(shares) == 1 else f"{reverse('calls:list')}?state=asked"
    asked = f"You are asked for {as_pounds(sum(one.amount for one in shares))} in all, by {short(shares[0].call.answer_by)}."
    title = "Overdue: calls waiting for your answer" if late else "Calls waiting for your answer"
    yield Tile(title, plural(len(shares), "call"), f"{asked} Nothing is an answer too.", url, urgent=True, order=7, group="Money")


def _silent(fund: PooledFund) -> Iterator[Tile]:
    """Calls of the organisation whose day has passed while partners have not answered."""
    calls, answers = fund.silent_calls, fund.silent_answers  # type: ignore[attr-defined]
    if calls:
        url = f"{reverse('calls:list')}?state=overdue"
        sentence = f"{plural(answers, 'answer')} should be here by now. Speak with the partners, or close the call."
        yield Tile("Calls with overdue answers", plural(calls, "call"), sentence, url, urgent=True, order=7, group="Money")


def _to_pledge(seat: Seat, fund: PooledFund) -> Iterator[Tile]:
    """What the fund asks of the organisation in years for which it has said nothing yet."""
    ask = ask_of(fund, seat.organisation) if seat.organisation else None
    years = free_years(fund, seat.organisation, timezone.localdate()) if ask and seat.organisation else []
    if ask is None or not years:
        return
    named = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0])
    sentence = f"Your share of the fund in each of {plural(len(years), 'year')}. You have pledged nothing for them yet."
    url = reverse("contributions:make_pledge", args=[fund.code])
    yield Tile(f"Pledge for {named}", as_pounds(ask.amount), sentence, url, urgent=True, order=11, group="Money")


def _owed(seat: Seat) -> Iterator[Tile]:
    """What waits for the host's counter-signature, and what should have arrived."""
    waiting = waiting_contributions(seat).count() if seat.has(Role.FINANCE) else 0
    if waiting:
        url, sentence = reverse("receipts:list"), "The partner agreed. Counter-sign for the host and plan the instalments."
        yield Tile(
            "Waiting for your counter-signature", plural(waiting, "contribution"), sentence, url, urgent=True, order=9, group="Money"
        )
    owed = overdue_for(seat, timezone.localdate())
    if owed.instalments:
        url, sentence = (
            f"{reverse('receipts:list')}?standing=overdue",
            f"{plural(owed.instalments, 'instalment')} should have arrived by now.",
        )
        yield Tile("Overdue", as_pounds(owed.amount), sentence, url, urgent=True, order=8, group="Money")


def _invoices(seat: Seat, fund: PooledFund | None) -> Iterator[Tile]:
    """Invoices of providers that this seat can approve or pay. :param fund: of this year; it may have counted them already."""
    waiting = getattr(fund, "invoices", None)
    if waiting is None:
        waiting = waiting_for(seat).count()
    if waiting:
        url, sentence = reverse("spending:list"), "Approve, return or pay them: providers wait for their money."
        yield Tile("Invoices waiting for you", plural(waiting, "invoice"), sentence, url, urgent=True, order=9, group="Money")


def _in_suspense(seat: Seat) -> Iterator[Tile]:
    """Money in the bank of the host that belongs to no instalment yet."""
    funds = suspense_by_fund(seat)
    if not funds:
        return
    amount, items = sum(one.amount for one in funds), sum(one.items for one in funds)
    url = reverse("banking:suspense", args=[funds[0].code]) if len(funds) == 1 else reverse("banking:list")
    sentence = (
        f"{plural(items, 'payment')} in suspense. Assign {'it' if items == 1 else 'them'} to an instalment, or record what went back."
    )
    yield Tile("Unmatched money", as_pounds(amount), sentence, url, urgent=True, order=10, group="Money")


def _own(seat: Seat) -> Iterator[Tile]:
    """What the organisation gives to all funds, agreed and pledged apart."""
    sums = own_sums(seat)
    more = [
        (sums.conditional, "is conditional: it waits for its event."),
        (sums.pledged, "is pledged and not agreed yet."),
        (sums.indicative, "is indicative."),
    ]
    if sums.agreed or any(amount for amount, _ in more):
        said = "".join(f" {as_pounds(amount)} more {words}" for amount, words in more if amount)
        url = reverse("contributions:list")
        yield Tile("Your contributions", as_pounds(sums.agreed), f"Agreed, all years together.{said}", url, order=13, group="Money")


def _year_ends(seat: Seat, fund: PooledFund | None) -> Iterator[Tile]:
    """Years of funds that are over: to be prepared, to be decided on and closed; and shares that are to be paid back.

    :param fund: of this year; it may know already which years wait for the seat.
    """
    if seat.has(Role.FINANCE):
        waiting, sentence = (
            to_prepare(seat, timezone.localdate()),
            "The year is over. Prepare its end: what is approved and not paid is accrued.",
        )
        yield from _years_tile(waiting, "Year ends waiting for you", sentence)
        unpaid = unpaid_shares(seat)
        if unpaid.shares:
            url = reverse("year_end:years", args=[unpaid.fund_code]) if unpaid.fund_code else reverse("pool:list")
            said = f"{plural(unpaid.shares, 'share')} of what was left, which the board chose to return to partners."
            yield Tile("Shares to pay back", as_pounds(unpaid.amount), said, url, urgent=True, order=9, group="Money")
    if seat.has(Role.LEAD_OFFICER, Role.BOARD_MEMBER):
        leads = seat.has(Role.LEAD_OFFICER)
        sentence = (
            "Read the outturn and close the year with the board’s decision."
            if leads
            else "Read the outturn: the board chooses what becomes of what is left."
        )
        yield from _years_tile(
            to_confirm(seat, fund), "Year ends waiting for you" if leads else "Year ends waiting for the board", sentence
        )


def _years_tile(waiting: Sequence[YearOfFund], title: str, sentence: str) -> Iterator[Tile]:
    if waiting:
        one = waiting[0]
        address = f"{reverse('year_end:years', args=[one.fund_code])}?year={one.year.code}"
        named = f"{one.year}, {one.fund}. {sentence}" if len(waiting) == 1 else sentence
        url = address if len(waiting) == 1 else reverse("pool:list")
        yield Tile(title, plural(len(waiting), "year"), named, url, urgent=True, order=9, group="Money")


def _ahead(fund: PooledFund, positions: Sequence[YearPosition]) -> Iterator[Tile]:
    """Contracts that start or go on within 90 days into a year whose money is not secured, for the officers of the host."""
    found = ahead_of(fund, positions, timezone.localdate())
    if found:
        who = "It starts or goes on" if found.contracts == 1 else "They start or go on"
        sentence = f"{who} into {FinancialYear(found.year)} within 90 days, and the money of that year is not secured."
        url = reverse("pool:fund", args=[found.fund_code])
        yield Tile(
            "Running into a year without money", plural(found.contracts, "contract"), sentence, url, urgent=True, order=7, group="Money"
        )


def _missing(fund: PooledFund, positions: Sequence[YearPosition]) -> Tile:
    total = sum(one.missing for one in positions)
    return Tile(
        "Missing in the fund", as_pounds(total), finding(positions), reverse("pool:fund", args=[fund.code]), order=12, group="Money"
    )


register_place(Place("Pooled fund", "pool:list", frozenset(READERS), order=20))
register_place(Place("Instalments", "receipts:list", frozenset({Role.FINANCE, Role.AUDITOR, *WRITERS}), order=22))
register_place(Place("Invoices", "spending:list", frozenset({*APPROVERS_AND_PAYERS, Role.AUDITOR, *SENDERS}), order=23))
register_place(Place("Bank files", "banking:list", frozenset(BANK_READERS), order=23))
register_place(Place("What you give", "partners:own", frozenset(WRITERS), order=19))
register_place(Place("In kind", "in_kind:list", frozenset({Role.FINANCE, Role.AUDITOR, *WRITERS}), order=23))
register_place(Place("Contributions", "contributions:list", frozenset(WRITERS), order=21))
register_place(Place("One-off calls", "calls:list", frozenset({*DRAFTERS, Role.FINANCE, Role.AUDITOR, *WRITERS}), order=23))

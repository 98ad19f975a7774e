"""Invoices of providers with what became of them."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, F, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from commissioning.contracts.models import Contract
from commissioning.contracts.permissions import OFFICERS
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.budget.queries import TakenBack, committed_by_contract, committed_to, pots_of_line
from funders.pool.models import PooledFundQuerySet
from funders.pool.queries import choices_among
from funders.pool.rules import NOTHING
from funders.spending.models import Payment, ProviderInvoice, ProviderInvoiceQuerySet
from funders.spending.permissions import WAITING, payments_visible_to, visible_to
from funders.spending.queries.budget import cash_by_pot, paid_from_pots
from funders.spending.states import InvoiceState


def invoices_for(seat: Seat, *, search: str = "", state: str = "", fund: str = "") -> ProviderInvoiceQuerySet:
    """What this seat may read, the newest first."""
    found = visible_to(seat).select_related("provider", "contract__area", "fund")
    for word in search.split():
        named = Q(provider__name__icontains=word) | Q(number__icontains=word) | Q(contract__area__name__icontains=word)
        found = found.filter(named | Q(reference__iexact=word))
    if state:
        found = found.filter(state=state)
    return found.filter(fund__code=fund) if fund else found


def invoice_for(seat: Seat, reference: str) -> ProviderInvoice | None:
    people = ("sent_by", "first_approved_by", "second_approved_by", "returned_by")
    payments = Prefetch("payments", Payment.objects.select_related("recorded_by", "reversed_by", "posting"))
    found = visible_to(seat).select_related("provider", "contract__area", "fund__host", "line", *people)
    return found.prefetch_related(payments).filter(reference=reference).first()


def payment_for(seat: Seat, reference: str) -> Payment | None:
    return payments_visible_to(seat).select_related("invoice", "provider", "fund").filter(reference=reference).first()


def invoiced_in(contract: Contract, year: int) -> Decimal:
    """What stands in invoices of a contract and year that were not returned: accrued and paid."""
    rows = ProviderInvoice.objects.standing().filter(contract=contract, year=year)
    return rows.aggregate(sum=Sum("amount"))["sum"] or NOTHING


def left_to_invoice(contract: Contract) -> dict[int, Decimal]:
    """By year, what is committed to a contract and not invoiced."""
    return {year: amount - invoiced_in(contract, year) for year, amount in committed_to(contract).items()}


def room_in_pots(invoice: ProviderInvoice) -> dict[str, Decimal]:
    """What each pot of the invoice's line can bear now: set aside and not spent, and held by the host."""
    spent, held = paid_from_pots(invoice.line, invoice.year), cash_by_pot(invoice.fund)
    return {
        pot: min(amount - spent.get(pot, NOTHING), held.get(pot, NOTHING))
        for pot, amount in pots_of_line(invoice.line, invoice.year).items()
    }


def waiting_for(seat: Seat) -> ProviderInvoiceQuerySet:
    """What this seat can approve or pay now."""
    own = ProviderInvoice.objects.filter(host=seat.organisation_id)
    mine = Q(pk__in=[])
    if seat.has(*OFFICERS):
        mine |= Q(state__in=WAITING) & ~Q(first_approved_by=seat.person)
    if seat.has(Role.FINANCE):
        mine |= Q(state=InvoiceState.APPROVED)
    return own.filter(mine)


def with_waiting(funds: PooledFundQuerySet, seat: Seat) -> PooledFundQuerySet:
    """Each with `invoices`: how many this seat can approve or pay now, of whatever fund."""
    counted = waiting_for(seat).order_by().values("host").annotate(count=Count("pk")).values("count")
    return funds.annotate(invoices=Coalesce(Subquery(counted), 0))


def fund_choices(seat: Seat) -> list[tuple[str, str]]:
    return choices_among(visible_to(seat))


def spent_beyond(taken: TakenBack) -> Decimal:
    """How much of what is to be taken back from a line has been paid out of the pot already, in pounds."""
    spent = paid_from_pots(taken.line, taken.year).get(taken.pot, NOTHING)
    left = pots_of_line(taken.line, taken.year).get(taken.pot, NOTHING) - taken.amount
    return max(spent - left, NOTHING)


def standing_against(contract: Contract) -> Decimal:
    """What stands in invoices of a contract, in pounds."""
    return ProviderInvoice.objects.standing().filter(contract=contract).aggregate(sum=Sum("amount"))["sum"] or NOTHING


def not_as_posted() -> Iterable[str]:
    """Payments whose postings do not say the same."""
    rows = Payment.objects.annotate(posted=Sum("posting__lines__amount", filter=Q(posting__lines__account="spent")))
    return rows.exclude(posted=F("amount")).values_list("reference", flat=True)


def paid_and_not() -> Iterable[str]:
    """Invoices that are called paid without a payment that stands, or the other way round."""
    rows = ProviderInvoice.objects.annotate(standing=Count("payments", filter=Q(payments__reversed_at=None)))
    return rows.filter(Q(state="paid", standing=0) | (~Q(state="paid") & Q(standing__gt=0))).values_list("reference", flat=True)


def same_hand() -> Iterable[str]:
    """Payments by somebody who sent or approved the invoice."""
    rows = Payment.objects.filter(
        Q(recorded_by=F("invoice__sent_by"))
        | Q(recorded_by=F("invoice__first_approved_by"))
        | Q(recorded_by=F("invoice__second_approved_by"))
    )
    return rows.values_list("reference", flat=True)


def invoiced_beyond() -> Iterable[str]:
    """Contracts and years whose invoices that stand are more than what is committed."""
    rows = ProviderInvoice.objects.standing().order_by().values_list("contract", "year").annotate(sum=Sum("amount"))
    committed = committed_by_contract() if rows else {}
    wrong = [(contract, year) for contract, year, amount in rows if amount > committed.get((contract, year), NOTHING)]
    contracts = Contract.objects.in_bulk([contract for contract, _ in wrong]) if wrong else {}
    return [f"{contracts[contract].reference} {year}" for contract, year in wrong]

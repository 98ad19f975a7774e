"""Pay a partner its share of what the board chose to return, and take a wrong payment back: posted to the ledger, by other hands than the close."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.contributions.actions import send
from funders.contributions.models import Contribution
from funders.ledger.actions import post
from funders.ledger.actions import reverse as reverse_posting
from funders.ledger.models import Account, LedgerTransaction, TransactionKind
from funders.ledger.queries import posted_before
from funders.ledger.rules import LONGEST_TEXT, Entry
from funders.pool.actions import lock
from funders.pool.rules import NOTHING
from funders.spending.queries.budget import cash_by_pot
from funders.year_end.messages import about_payout, about_reversal
from funders.year_end.models import SharePayout, SurplusShare
from funders.year_end.permissions import can_pay_share, can_reverse
from funders.year_end.queries.shares import contribution_of, owed_of
from funders.year_end.rules import PayoutRefused, check_payer, check_payout, check_reversal, check_room


@transaction.atomic
def pay_share(*, share: SurplusShare, paid_on: date, bank_reference: str, by: Seat, at: datetime) -> SharePayout:
    """Record that the host paid a partner its whole share of a returned surplus, and post it out of the pot.

    :raises PayoutRefused: not the host's finance officer, not returned, paid already, a hand that confirmed the close or agreed the money,
        a partner that still owes something for the year, a pot that does not hold it, a day or reference that cannot be.
    """
    lock(share.fund)
    found = SurplusShare.objects.select_related("pot__close__fund__host", "funder").get(pk=share.pk)
    if not can_pay_share(by, found):
        raise PayoutRefused("A finance officer of the host partner pays a share, and only of what the board chose to return.")
    if SharePayout.objects.standing().filter(share=found).exists():
        raise PayoutRefused("This share is paid already. Reverse that payment first, if it was wrong.")
    close, contribution = found.pot.close, contribution_of(found)
    check_payer(payer=by.actor.pk, hands=[close.closed_by_id, contribution.agreed_by_id])
    held = cash_by_pot(close.fund).get(found.pot.pot, NOTHING)
    check_room(amount=found.amount, owed=owed_of(contribution), held=held, partner=str(found.funder), year=close.year)
    decided_on = in_london(close.closed_at or at).date()
    check_payout(paid_on=paid_on, decided_on=decided_on, today=in_london(at).date(), bank_reference=bank_reference)
    bank_reference = bank_reference.strip()
    if posted_before(close.fund, [bank_reference], TransactionKind.PAYMENT):
        raise PayoutRefused("A payment with this bank reference is recorded already. Look at the ledger.", field="bank_reference")
    told: dict[str, Any] = {"amount": found.amount, "paid_on": paid_on, "bank_reference": bank_reference}
    posting = _post(found, contribution, on=paid_on, bank_reference=bank_reference, by=by, at=at)
    whose = {"fund": close.fund, "host_id": close.host_id, "funder": found.funder, "contribution": contribution}
    made = SharePayout.objects.create(share=found, posting=posting, recorded_at=at, recorded_by=by.actor, **whose, **told)
    record(by=by, verb="paid back", on=made, after={"close": close.reference, "partner": found.funder.code, **told})
    send(about_payout(made), by=by)
    return made


@transaction.atomic
def reverse_payout(*, payout: SharePayout, reason: str, by: Seat, at: datetime) -> SharePayout:
    """Take a wrong payment back: it and its reversal both stay in the ledger, and the share can be paid anew.

    :raises PayoutRefused: not the host's finance officer, reversed already, or no reason.
    """
    lock(payout.fund)
    payout = SharePayout.objects.select_related("posting__fund", "funder", "share__pot__close__fund").get(pk=payout.pk)
    if not can_reverse(by, payout):
        raise PayoutRefused("Only a finance officer of the host partner reverses a payment, and only once.")
    check_reversal(reason)
    reverse_posting(posting=payout.posting, on=in_london(at).date(), reason=reason, by=by, at=at)
    payout.reversed_at, payout.reversed_by, payout.reversed_because = at, by.person, reason.strip()
    payout.save(update_fields=["reversed_at", "reversed_by", "reversed_because"])
    record(by=by, verb="reversed", on=payout, before={"amount": payout.amount}, reason=reason.strip())
    send(about_reversal(payout), by=by)
    return payout


def _post(share: SurplusShare, contribution: Contribution, *, on: date, bank_reference: str, by: Seat, at: datetime) -> LedgerTransaction:
    close = share.pot.close
    entries = [Entry(Account.BANK, -share.amount), Entry(Account.RETURNED, share.amount, contribution.pk)]
    text = f"Share of what was left of {FinancialYear(close.year)}, {close.reference}, {share.funder}"[:LONGEST_TEXT]
    told: dict[str, Any] = {"kind": TransactionKind.PAYMENT, "text": text, "bank_reference": bank_reference}
    return post(fund=close.fund, entries=entries, on=on, by=by, at=at, **told)

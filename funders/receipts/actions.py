"""Counter-sign, invoice, receive, reverse: each by a finance officer of the host, each in the record."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel import uploads
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.money import as_pounds
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.budget.queries import closed_years
from funders.contributions.actions import send, stale
from funders.contributions.models import Contribution
from funders.ledger.actions import post
from funders.ledger.actions import reverse as reverse_posting
from funders.ledger.models import Account, LedgerTransaction, TransactionKind
from funders.ledger.queries import posted_before
from funders.ledger.rules import Entry
from funders.pool.actions import lock
from funders.receipts.messages import about_invoice, about_receipt, about_reminder, about_reversal, about_schedule
from funders.receipts.models import Instalment, InstalmentReminder, MoneyEvidence, Receipt, Schedule
from funders.receipts.permissions import can_add_evidence, can_countersign, can_invoice, can_receive, can_reverse, is_host_finance
from funders.receipts.queries import outstanding_of, to_remind, why_not
from funders.receipts.rules import (
    OWN_PLAN,
    CountersignRefused,
    EvidenceRefused,
    InvoiceRefused,
    Part,
    ReceiptRefused,
    ReversalRefused,
    check_condition_met,
    check_countersign,
    check_invoice,
    check_own_plan,
    check_receipt,
    check_reversal,
    check_year_asks,
    check_year_open,
    instalment_plan,
    matched,
    reminder_kind,
)
from funders.receipts.states import NEXT, InstalmentState


@transaction.atomic
def countersign(*, contribution: Contribution, plan: int, by: Seat, at: datetime, own: Sequence[Part] = ()) -> Schedule:
    """The host accepts an agreed contribution and plans when it is paid.

    :param plan: number of equal instalments, one of `PLANS`; `OWN_PLAN` for the days and amounts (pounds) of `own`.
    :raises CountersignRefused: not the host's finance officer, who agreed, counter-signed already, a closed year, or no plan that adds up.
    """
    lock(contribution.fund)
    contribution = Contribution.objects.select_related("fund__host", "funder", "agreed_by").get(pk=contribution.pk)
    if not can_countersign(by, contribution):
        raise CountersignRefused("Only a finance officer of the host partner counter-signs an agreed contribution.")
    if Schedule.objects.filter(contribution=contribution).exists():
        raise CountersignRefused("This contribution is counter-signed already. Its instalments are on its page.")
    check_countersign(agreed_by=contribution.agreed_by_id, signer=by.actor.pk)
    check_year_open(contribution.year, closed_years(contribution.fund))
    if plan == OWN_PLAN:
        check_own_plan(own, amount=contribution.amount, year=contribution.year)
    parts = list(own) if plan == OWN_PLAN else instalment_plan(contribution.amount, contribution.year, plan)
    sides = {"funder": contribution.funder, "host": contribution.fund.host}
    made = Schedule.objects.create(contribution=contribution, countersigned_at=at, countersigned_by=by.actor, **sides)
    Instalment.objects.bulk_create(
        Instalment(schedule=made, contribution=contribution, fund=contribution.fund, number=number, due_on=due_on, amount=amount, **sides)
        for number, (due_on, amount) in enumerate(parts, start=1)
    )
    after = {"contribution": contribution.reference, "instalments": [[str(due_on), str(amount)] for due_on, amount in parts]}
    record(by=by, verb="counter-signed", on=made, after=after)
    send(about_schedule(made), by=by)
    return made


@transaction.atomic
def invoice(*, instalment: Instalment, invoice_reference: str, by: Seat, version: int | None, at: datetime) -> Instalment:
    """Note that the partner has been asked for an instalment.

    :raises InvoiceRefused: not the host's finance officer, a withdrawn contribution, a closed year, no reference.
    :raises StaleEdit:
    """
    lock(instalment.fund)
    instalment = _locked(instalment, version)
    check_move(InstalmentState, NEXT, instalment.state, InstalmentState.INVOICED)
    check_year_asks(instalment.contribution.year, closed_years(instalment.fund))
    waiting = instalment.contribution
    check_condition_met(condition=waiting.condition, due_on=waiting.condition_due_on, waits=waiting.waits)
    if not is_host_finance(by, instalment.host_id):
        raise InvoiceRefused("Only a finance officer of the host partner invoices.")
    if not can_invoice(by, instalment):
        raise InvoiceRefused(why_not(instalment))
    check_invoice(invoice_reference)
    instalment.state, instalment.invoice_reference = InstalmentState.INVOICED, invoice_reference.strip()
    instalment.invoiced_at, instalment.invoiced_by = at, by.person
    _save(instalment, by=by, at=at)
    record(by=by, verb="invoiced", on=instalment, after={"amount": instalment.amount, "invoice": instalment.invoice_reference})
    send(about_invoice(instalment), by=by)
    return instalment


@transaction.atomic
def receive(
    *, instalment: Instalment, amount: Decimal, received_on: date, bank_reference: str, by: Seat, version: int | None, at: datetime
) -> Receipt:
    """Record money that arrived for an invoiced instalment, and post it. What is more than was asked goes into suspense.

    :raises ReceiptRefused: not the host's finance officer, who agreed, not invoiced, withdrawn, an amount or a day that cannot be.
    :raises StaleEdit:
    """
    lock(instalment.fund)
    instalment = _locked(instalment, version)
    if not is_host_finance(by, instalment.host_id):
        raise ReceiptRefused("Only a finance officer of the host partner records money.")
    if not can_receive(by, instalment):
        raise ReceiptRefused(why_not(instalment))
    check_receipt(
        amount=amount,
        received_on=received_on,
        bank_reference=bank_reference,
        year=instalment.contribution.year,
        today=in_london(at).date(),
        agreed_by=instalment.contribution.agreed_by_id,
        recorder=by.actor.pk,
    )
    bank_reference = bank_reference.strip()
    if posted_before(instalment.fund, [bank_reference]):
        raise ReceiptRefused("Money with this bank reference is recorded already. Look at the ledger of the fund.", field="bank_reference")
    outstanding = outstanding_of(instalment)
    own, over = matched(amount, outstanding)
    posting = _post(instalment, own, over, on=received_on, bank_reference=bank_reference, by=by, at=at)
    told = {"amount": amount, "received_on": received_on, "bank_reference": bank_reference}
    return _keep_receipt(instalment, posting, told, own=own, outstanding=outstanding, by=by, at=at)


@transaction.atomic
def receive_from_suspense(
    *, instalment: Instalment, source: LedgerTransaction, amount: Decimal, by: Seat, version: int | None, at: datetime
) -> Receipt:
    """Count money that waits in suspense as received for an instalment: a transfer, no new money.

    :param source: the posting that brought the money into suspense; `amount` at most what is left of it there.
    :raises ReceiptRefused: not the host's finance officer, who agreed, not invoiced, withdrawn, or more than is still to come.
    :raises StaleEdit:
    """
    lock(instalment.fund)
    instalment = _locked(instalment, version)
    if not can_receive(by, instalment) or source.fund_id != instalment.fund_id:
        raise ReceiptRefused(
            "Only a finance officer of the host partner assigns money, and only to an instalment of the fund that is invoiced and stands."
        )
    told: dict[str, Any] = {"amount": amount, "received_on": source.happened_on, "bank_reference": source.bank_reference}
    check_receipt(
        **told,
        year=instalment.contribution.year,
        today=in_london(at).date(),
        agreed_by=instalment.contribution.agreed_by_id,
        recorder=by.actor.pk,
    )
    outstanding = outstanding_of(instalment)
    if amount > outstanding:
        raise ReceiptRefused(f"Only {as_pounds(outstanding)} is still to come for this instalment. Choose another, or assign less.")
    sides = [Entry(Account.SUSPENSE, amount), Entry(Account.CONTRIBUTIONS, -amount, instalment.contribution_id)]
    text = f"Out of suspense: instalment {instalment.number} of {instalment.contribution.reference}, {instalment.funder}"[:200]
    kind, on = TransactionKind.TRANSFER, in_london(at).date()
    posting = post(fund=instalment.fund, entries=sides, kind=kind, on=on, text=text, bank_reference=source.bank_reference, by=by, at=at)
    return _keep_receipt(instalment, posting, told, own=amount, outstanding=outstanding, source=source, by=by, at=at)


def _keep_receipt(
    instalment: Instalment,
    posting: LedgerTransaction,
    told: dict[str, Any],
    *,
    own: Decimal,
    outstanding: Decimal,
    by: Seat,
    at: datetime,
    source: LedgerTransaction | None = None,
) -> Receipt:
    """Note what was posted beside its instalment, and tell the partner."""
    sides = {"fund": instalment.fund, "funder": instalment.funder, "host_id": instalment.host_id, "source": source}
    made = Receipt.objects.create(
        instalment=instalment, posting=posting, matched_amount=own, recorded_at=at, recorded_by=by.actor, **sides, **told
    )
    instalment.state = InstalmentState.RECEIVED if own == outstanding else InstalmentState.INVOICED
    _save(instalment, by=by, at=at)
    record(by=by, verb="assigned" if source else "received", on=made, after={"instalment": instalment.reference, **told})
    send(about_receipt(made), by=by)
    return made


@transaction.atomic
def reverse_receipt(*, receipt: Receipt, reason: str, by: Seat, at: datetime) -> Receipt:
    """Take a wrong receipt back: it and its reversal both stay in the ledger. The bank reference can be used again.

    :raises ReversalRefused: not the host's finance officer, no reason, or reversed already.
    """
    instalment = _locked(receipt.instalment, None, any_version=True)
    receipt = Receipt.objects.select_for_update(no_key=True, of=("self",)).select_related("posting", "funder", "fund").get(pk=receipt.pk)
    if not can_reverse(by, receipt):
        raise ReversalRefused("Only a finance officer of the host partner reverses a receipt, and only once.")
    check_reversal(reason)
    pass_gate("receipt.reverse", receipt)
    reverse_posting(posting=receipt.posting, on=in_london(at).date(), reason=reason, by=by, at=at)
    receipt.reversed_at, receipt.reversed_by, receipt.reversed_because = at, by.person, reason.strip()
    receipt.save(update_fields=["reversed_at", "reversed_by", "reversed_because"])
    instalment.state = InstalmentState.INVOICED if outstanding_of(instalment) else InstalmentState.RECEIVED
    _save(instalment, by=by, at=at)
    record(by=by, verb="reversed", on=receipt, before={"amount": receipt.amount}, reason=reason.strip())
    send(about_reversal(receipt), by=by)
    return receipt


@transaction.atomic
def add_evidence(*, step: Instalment | Receipt, file: UploadedFile, by: Seat, at: datetime) -> MoneyEvidence:
    """Keep the one file of a recorded invoice or of a receipt. The same file once more changes nothing.

    :raises EvidenceRefused: not the host's finance officer, nothing recorded, or there is another file already.
    :raises UploadRefused: not a file that can be kept.
    """
    if not can_add_evidence(by, step):
        raise EvidenceRefused("Only a finance officer of the host partner hands in the files of its invoices and receipts.")
    side = "receipt" if isinstance(step, Receipt) else "instalment"
    _locked(step.instalment if isinstance(step, Receipt) else step, None, any_version=True)
    upload = uploads.checked(file)
    if found := MoneyEvidence.objects.filter(**{side: step}).first():
        if found.sha256 == upload.sha256:
            return found
        raise EvidenceRefused("This step has a file already, and it stays.", field="file")
    about = {"name": upload.name, "content_type": upload.content_type, "size": upload.size, "sha256": upload.sha256}
    sides = {side: step, "funder_id": step.funder_id, "host_id": step.host_id}
    made = MoneyEvidence.objects.create(file=uploads.keep(upload, "contributions"), added_at=at, added_by=by.actor, **sides, **about)
    record(by=by, verb="added evidence", on=made, after={side: step.reference, "sha256": upload.sha256})
    return made


def remind(now: datetime) -> int:
    """Remind partners of invoiced instalments a week before, on, and a week after their day; each once. Returns how many."""
    today = in_london(now).date()
    sent = 0
    for instalment in to_remind(today):
        kind = reminder_kind(instalment.due_on, today)
        with rls_scope([instalment.host_id]):
            fields = {"fund": instalment.fund, "host_id": instalment.host_id, "sent_on_clock": now}
            _, is_new = InstalmentReminder.objects.get_or_create(instalment=instalment, kind=kind, defaults=fields)
            if is_new:
                send(about_reminder(instalment, kind), by=Seat.system())
        sent += is_new
    return sent


def _post(
    instalment: Instalment, own: Decimal, over: Decimal, *, on: date, bank_reference: str, by: Seat, at: datetime
) -> LedgerTransaction:
    sides = [
        Entry(Account.BANK, own + over),
        Entry(Account.CONTRIBUTIONS, -own, instalment.contribution_id),
        Entry(Account.SUSPENSE, -over),
    ]
    text = f"Instalment {instalment.number} of {instalment.contribution.reference}, {instalment.funder}"
    entries = [one for one in sides if one.amount]
    return post(fund=instalment.fund, entries=entries, on=on, text=text[:200], bank_reference=bank_reference, by=by, at=at)


def _locked(instalment: Instalment, version: int | None, *, any_version: bool = False) -> Instalment:
    """The row as it is now, held until the end of the transaction.

    :raises StaleEdit: with who changed it last, and when.
    """
    rows = Instalment.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("contribution", "fund__host", "funder", "changed_by", "schedule").get(pk=instalment.pk)
    if not any_version and version != found.version:
        raise stale(found, found.version)
    return found


def _save(instalment: Instalment, *, by: Seat, at: datetime) -> None:
    """What the database lets change of an instalment; its amount and day never do."""
    mark_changed(instalment, by.person, at)
    instalment.save(update_fields=["version", "changed_at", "changed_by", "state", "invoice_reference", "invoiced_at", "invoiced_by"])

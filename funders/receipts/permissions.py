"""The host's finance officers counter-sign, invoice and record; partners see their own instalments."""

from django.db.models import Q, QuerySet

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, ContributionQuerySet
from funders.contributions.states import ContributionState
from funders.pool.permissions import READERS
from funders.receipts.models import Instalment, InstalmentQuerySet, MoneyEvidence, Receipt, ReceiptQuerySet
from funders.receipts.states import InstalmentState


def is_host_finance(seat: Seat, host_id: int) -> bool:
    return seat.has(Role.FINANCE) and seat.is_of(host_id)


def can_countersign(seat: Seat, contribution: Contribution) -> bool:
    return is_host_finance(seat, contribution.fund.host_id) and contribution.state == ContributionState.AGREED


def can_invoice(seat: Seat, instalment: Instalment) -> bool:
    return is_host_finance(seat, instalment.host_id) and instalment.state == InstalmentState.PLANNED and _stands(instalment)


def can_receive(seat: Seat, instalment: Instalment) -> bool:
    return is_host_finance(seat, instalment.host_id) and instalment.state == InstalmentState.INVOICED and _stands(instalment)


def can_reverse(seat: Seat, receipt: Receipt) -> bool:
    return is_host_finance(seat, receipt.host_id) and receipt.reversed_at is None


def visible_to(seat: Seat) -> InstalmentQuerySet:
    """A partner's own instalments; those of the funds that its organisation hosts; everything for an auditor."""
    return Instalment.objects.filter(_seen_by(seat))


def receipts_visible_to(seat: Seat) -> ReceiptQuerySet:
    return Receipt.objects.filter(_seen_by(seat))


def can_add_evidence(seat: Seat, step: Instalment | Receipt) -> bool:
    """The host's finance officers hand in the file of what they recorded: an invoice that was raised, money that came."""
    was_recorded = isinstance(step, Receipt) or step.invoiced_at is not None
    return was_recorded and is_host_finance(seat, step.host_id)


def evidence_visible_to(seat: Seat) -> "QuerySet[MoneyEvidence]":
    """Who reads the contribution reads what was handed in for its money."""
    return MoneyEvidence.objects.filter(_seen_by(seat))


def to_countersign(seat: Seat) -> ContributionQuerySet:
    """Agreed contributions to the funds of the seat's organisation that nobody has counter-signed."""
    if not seat.has(Role.FINANCE):
        return Contribution.objects.none()
    agreed = Contribution.objects.filter(state=ContributionState.AGREED, schedule=None)
    return agreed.filter(fund__host=seat.organisation_id)


def _stands(instalment: Instalment) -> bool:
    """Agreed, and not waiting for an event: only then money is asked for and received."""
    return instalment.contribution.state == ContributionState.AGREED and not instalment.contribution.waits


def _seen_by(seat: Seat) -> Q:
    if not seat.has(*READERS):
        return Q(pk__in=[])
    if seat.has(Role.AUDITOR):
        return Q()
    return Q(funder=seat.organisation_id) | Q(host=seat.organisation_id)

"""Who sees which contract and who signs it. The register is public; what is not signed yet is its two sides' alone."""

from django.db.models import Q

from commissioning.contracts.models import Contract, ContractQuerySet
from commissioning.contracts.states import ContractState
from commissioning.evaluation.models import Award
from commissioning.evaluation.states import AwardState
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat

OFFICERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)
PROVIDERS = (Role.BID_MANAGER, Role.DATA_OFFICER, Role.CERTIFIER)
PARTNERS = (*OFFICERS, Role.FINANCE, Role.FUNDER_OFFICER, Role.FUNDER_APPROVER, Role.BOARD_MEMBER, Role.AUDITOR)
READERS = (*PARTNERS, *PROVIDERS)


def visible_to(seat: Seat) -> ContractQuerySet:
    """Partners see all that is signed, and the officers and the auditor what is being signed; a provider sees its own."""
    if seat.has(Role.AUDITOR):
        return Contract.objects.all()
    sides = Q(pk__in=[])
    if seat.has(*PARTNERS):
        sides |= ~Q(state=ContractState.SIGNING)
    if seat.has(*OFFICERS):
        sides |= Q(commissioner=seat.organisation)
    if seat.has(*PROVIDERS):
        sides |= Q(provider=seat.organisation)
    return Contract.objects.filter(sides)


def can_make(seat: Seat, award: Award) -> bool:
    """An officer of the commissioner, once an award to somebody is approved."""
    approved = award.state == AwardState.APPROVED and award.provider_id is not None
    return approved and seat.has(*OFFICERS) and seat.is_of(award.lot.tender.commissioner_id)


def can_sign_for_provider(seat: Seat, contract: Contract) -> bool:
    """A bid manager of the provider, while that side has not signed."""
    waits = contract.state == ContractState.SIGNING and contract.provider_signed_at is None
    return waits and seat.has(Role.BID_MANAGER) and seat.is_of(contract.provider_id) and not _signed_already(seat, contract)


def can_sign_for_commissioner(seat: Seat, contract: Contract) -> bool:
    """A lead officer of the commissioner, while that side has not signed."""
    waits = contract.state == ContractState.SIGNING and contract.commissioner_signed_at is None
    return waits and seat.has(Role.LEAD_OFFICER) and seat.is_of(contract.commissioner_id) and not _signed_already(seat, contract)


def can_sign(seat: Seat, contract: Contract) -> bool:
    return can_sign_for_provider(seat, contract) or can_sign_for_commissioner(seat, contract)


def _signed_already(seat: Seat, contract: Contract) -> bool:
    """One person never signs for both sides."""
    return seat.person is not None and seat.person.pk in {contract.provider_signed_by_id, contract.commissioner_signed_by_id}

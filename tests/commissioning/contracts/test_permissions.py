"""Who sees a contract: a table of cases."""

import pytest

from commissioning.contracts.permissions import can_sign, visible_to
from commissioning.contracts.states import ContractState
from commissioning.organisations.roles import Role
from tests.factories import make_contract, make_organisation, make_seat

CASES = [
    (Role.COMMISSIONER, "commissioner", True, True),
    (Role.LEAD_OFFICER, "commissioner", True, True),
    (Role.COMMISSIONER, "stranger", False, True),
    (Role.FINANCE, "commissioner", False, True),
    (Role.FUNDER_OFFICER, "stranger", False, True),
    (Role.FUNDER_APPROVER, "stranger", False, True),
    (Role.BOARD_MEMBER, "stranger", False, True),
    (Role.AUDITOR, "stranger", True, True),
    (Role.BID_MANAGER, "provider", True, True),
    (Role.DATA_OFFICER, "provider", True, True),
    (Role.CERTIFIER, "provider", True, True),
    (Role.BID_MANAGER, "stranger", False, False),
    (Role.EVALUATOR, "commissioner", False, False),
    (Role.ADMINISTRATOR, "provider", False, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "side", "unsigned", "signed"), CASES)
def test_who_sees_a_contract_before_and_after_it_is_signed(role, side, unsigned, signed):
    contract = make_contract(state=ContractState.SIGNING)
    organisation = {"commissioner": contract.commissioner, "provider": contract.provider, "stranger": make_organisation()}[side]
    seat = make_seat(role, organisation=organisation)
    assert visible_to(seat).filter(pk=contract.pk).exists() == unsigned
    contract.state = ContractState.LIVE
    contract.save()
    assert visible_to(seat).filter(pk=contract.pk).exists() == signed
    assert not can_sign(seat, contract)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_only_a_bid_manager_and_a_lead_officer_sign_and_each_for_their_side(role):
    contract = make_contract(state=ContractState.SIGNING)
    assert can_sign(make_seat(role, organisation=contract.provider), contract) == (role == Role.BID_MANAGER)
    assert can_sign(make_seat(role, organisation=contract.commissioner), contract) == (role == Role.LEAD_OFFICER)
    assert not can_sign(make_seat(role), contract)

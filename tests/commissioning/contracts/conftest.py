"""A lot that is awarded, its two sides, and who may sign for them."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from commissioning.contracts.actions import make_contract, sign
from commissioning.contracts.models import Contract
from commissioning.contracts.queries import hash_of_terms, with_parts
from commissioning.evaluation.actions.awarding import approve_award, propose_award
from commissioning.evaluation.models import Award
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from tests.commissioning.evaluation.conftest import REASON, World, make_world, web
from tests.factories import make_seat

__all__ = ["web"]


@dataclass
class Awarded:
    """`provider` and `signatory` sign for the two sides."""

    world: World
    award: Award
    provider: Seat
    signatory: Seat

    def make(self) -> Contract:
        return make_contract(award=self.award, by=self.world.officer)

    def sign(self, contract: Contract, by: Seat, terms: str = "") -> Contract:
        found = with_parts(Contract.objects.all()).get(pk=contract.pk)
        return sign(contract=found, terms_sha256=terms or hash_of_terms(found), by=by, now=timezone.now())


def award_lot(world: World, number: int = 1, *, to_first: bool = True) -> Award:
    lot = world.tender.lots.get(number=number)
    award = propose_award(lot=lot, award_to_first=to_first, reason=REASON, by=world.officer, now=timezone.now())
    return approve_award(award=award, by=world.lead, now=timezone.now())


@pytest.fixture
def awarded(db: Any) -> Awarded:
    return make_awarded()


def make_awarded(**fields: Any) -> Awarded:
    world = make_world(**fields).moderate(A=(4, 4), B=(3, 3))
    award = award_lot(world)
    provider = next(one for one in world.bidders if one.organisation == award.provider)
    signatory = make_seat(Role.LEAD_OFFICER, organisation=world.officer.organisation)
    return Awarded(world, award, provider, signatory)

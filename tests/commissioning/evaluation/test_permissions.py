"""Who has which part in an evaluation: a table of cases by stage."""

import pytest

from commissioning.evaluation.models import Award
from commissioning.evaluation.permissions import (
    can_decide,
    can_declare,
    can_moderate,
    can_propose,
    can_see_moderation,
    can_see_names,
    can_see_ranking,
    outcomes_visible_to,
    visible_to,
)
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from tests.factories import make_seat

SEATS = {
    "evaluator": lambda world: world.first,
    "other evaluator": lambda world: make_seat(Role.EVALUATOR, organisation=world.first.organisation),
    "officer": lambda world: world.officer,
    "lead": lambda world: make_seat(Role.LEAD_OFFICER, organisation=world.officer.organisation),
    "partner's lead": lambda world: world.lead,
    "partner's officer": lambda world: make_seat(Role.COMMISSIONER, organisation=world.lead.organisation),
    "stranger's lead": lambda world: make_seat(Role.LEAD_OFFICER),
    "marking officer": lambda world: Seat(world.first.person, world.officer.organisation, frozenset({Role.COMMISSIONER})),
    "bidder": lambda world: world.bidders[0],
    "funder": lambda world: make_seat(Role.FUNDER_OFFICER, organisation=world.officer.organisation),
    "auditor": lambda world: make_seat(Role.AUDITOR),
}
PREDICATES = {
    "sees": lambda seat, tender: visible_to(seat).filter(pk=tender.pk).exists(),
    "declares": can_declare,
    "moderates": can_moderate,
    "reads moderation": can_see_moderation,
    "reads ranking": can_see_ranking,
    "reads names": can_see_names,
    "proposes": can_propose,
    "decides": lambda seat, tender: can_decide(seat, Award(state="proposed", proposed_by_id=0), tender),
}
OPENED = {
    "evaluator": {"sees", "declares", "reads moderation"},
    "other evaluator": set(),
    "officer": {"sees", "moderates", "reads moderation"},
    "lead": {"sees", "moderates", "reads moderation", "decides"},
    "partner's lead": {"sees", "reads moderation", "decides"},
    "partner's officer": set(),
    "stranger's lead": set(),
    "marking officer": {"sees", "reads moderation"},
    "bidder": set(),
    "funder": set(),
    "auditor": {"sees", "reads moderation"},
}
MODERATED = {
    "evaluator": {"sees", "reads moderation", "reads ranking"},
    "other evaluator": set(),
    "officer": {"sees", "reads moderation", "reads ranking", "reads names", "proposes"},
    "lead": {"sees", "reads moderation", "reads ranking", "reads names", "proposes", "decides"},
    "partner's lead": {"sees", "reads moderation", "reads ranking", "reads names", "decides"},
    "partner's officer": set(),
    "stranger's lead": set(),
    "marking officer": {"sees", "reads moderation", "reads ranking"},
    "bidder": set(),
    "funder": set(),
    "auditor": {"sees", "reads moderation", "reads ranking", "reads names"},
}


def table(world):
    return {name: {word for word, may in PREDICATES.items() if may(make(world), world.tender)} for name, make in SEATS.items()}


def test_who_may_what_after_the_opening(world):
    assert table(world) == OPENED


def test_who_may_what_after_moderation(world):
    world.tender.state = "moderated"
    world.tender.save()
    assert table(world) == MODERATED


@pytest.mark.parametrize("state", ["draft", "abandoned"])
def test_nobody_evaluates_a_draft_or_an_abandoned_tender(world, state):
    world.tender.state = state
    world.tender.save()
    assert not any("sees" in may for may in table(world).values())


def test_an_outcome_is_the_bidders_own(world):
    bidder = world.bidders[0]
    assert [one.organisation for one in outcomes_visible_to(bidder)] == [bidder.organisation]
    assert not outcomes_visible_to(make_seat(Role.DATA_OFFICER, organisation=bidder.organisation)).exists()
    assert not outcomes_visible_to(world.officer).exists()

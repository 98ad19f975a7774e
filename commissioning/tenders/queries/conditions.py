"""The publish gate as one list: every condition, met or not, with the page where it is mended."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from commissioning.kernel.gates import blockers
from commissioning.tenders.models import SeatKind, Tender
from commissioning.tenders.queries.lists import LotView, lots_of, weights_of
from commissioning.tenders.registry import funds
from commissioning.tenders.rules import (
    PUBLISH_GATE,
    assessors_fault,
    deadline_advice,
    deadline_fault,
    districts_fault,
    seats_fault,
    weights_fault,
)


@dataclass(frozen=True)
class Condition:
    """One thing that must be so before publication. `fault` says what is wrong; none means that it is met."""

    title: str
    fault: str
    url: str
    advice: str = ""

    @property
    def is_met(self) -> bool:
        return not self.fault


def publish_conditions(tender: Tender, now: datetime.datetime, lots: list[LotView] | None = None) -> list[Condition]:
    """This slice's own conditions, then what the other houses have against it (each of those is unmet)."""
    lots = lots_of(tender) if lots is None else lots
    edit, to_lots, criteria, people = (
        reverse(f"tenders:{page}", args=[tender.reference]) for page in ("edit", "lots", "criteria", "people")
    )
    own = [
        Condition(
            "Dates",
            deadline_fault(tender.deadline, now=now, contract_starts_on=tender.contract_starts_on),
            edit,
            deadline_advice(tender.deadline, now=now),
        ),
        Condition("Lots and districts", _lots_fault(lots), to_lots),
        Condition("Award criteria and weights", weights_fault(weights_of(tender)), criteria),
        Condition("Opening officers and evaluators", _people_fault(tender), people),
        Condition("Conflicts assessment", "" if tender.conflicts_assessment.strip() else "It is not written yet.", people),
    ]
    return [*own, *_money(tender, edit)]


def _money(tender: Tender, edit: str) -> list[Condition]:
    if not tender.fund_code and funds():
        return [Condition("Money", "No pooled fund is chosen, so nothing says that the money is there.", edit)]
    shut = [Condition("Money", blocker.sentence, blocker.url) for blocker in blockers(PUBLISH_GATE, tender)]
    return shut or [Condition("Money", "", "")]


def _lots_fault(lots: list[LotView]) -> str:
    return districts_fault({one.label: one.districts for one in lots}) if lots else "There is no lot yet."


def _people_fault(tender: Tender) -> str:
    seats = list(tender.seats.all())
    openers = [one for one in seats if one.kind == SeatKind.OPENER]
    evaluators = [one for one in seats if one.kind == SeatKind.EVALUATOR]
    fault = seats_fault(
        [one.organisation.code for one in openers],
        [one.person.reference for one in openers],
        [one.person.reference for one in evaluators],
    )
    return fault or assessors_fault([one.organisation.code for one in evaluators])

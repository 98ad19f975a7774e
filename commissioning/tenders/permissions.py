"""Who may do what with a tender. A draft is known to its commissioner's officers alone; a published tender to everybody."""

import datetime

from django.db.models import Q

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import IS_PUBLIC, SeatKind, Tender, TenderQuerySet, TenderSeat
from commissioning.tenders.states import TenderState

OFFICERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)
READERS = (*OFFICERS, Role.FINANCE, Role.FUNDER_OFFICER, Role.FUNDER_APPROVER, Role.EVALUATOR, Role.BOARD_MEMBER, Role.AUDITOR)
OVER = {TenderState.AWARDED, TenderState.CONTRACTED, TenderState.ABANDONED}


def is_officer(seat: Seat) -> bool:
    return seat.has(*OFFICERS) and bool(seat.organisation and seat.organisation.is_commissioner)


def visible_to(seat: Seat) -> TenderQuerySet:
    """Every published tender; drafts of the seat's own organisation, for its officers."""
    own = Q(commissioner=seat.organisation_id) if is_officer(seat) else Q(pk__in=[])
    return Tender.objects.filter(IS_PUBLIC | own)


def is_commissioner_of(seat: Seat, tender: Tender) -> bool:
    return is_officer(seat) and seat.is_of(tender.commissioner_id)


def can_create_tender(seat: Seat) -> bool:
    return is_officer(seat)


def can_edit(seat: Seat, tender: Tender) -> bool:
    return is_commissioner_of(seat, tender) and tender.state == TenderState.DRAFT


def can_publish(seat: Seat, tender: Tender) -> bool:
    return can_edit(seat, tender)


def can_name_people(seat: Seat, tender: Tender) -> bool:
    """Until the opening: an officer may fall ill."""
    return is_commissioner_of(seat, tender) and tender.state in {TenderState.DRAFT, TenderState.PUBLISHED, TenderState.CLOSED}


def can_move_deadline(seat: Seat, tender: Tender) -> bool:
    return is_commissioner_of(seat, tender) and tender.state == TenderState.PUBLISHED


def can_abandon(seat: Seat, tender: Tender) -> bool:
    return is_commissioner_of(seat, tender) and tender.state not in OVER


def is_opener(seat: Seat, tender: Tender) -> bool:
    return _holds(seat, tender, SeatKind.OPENER)


def is_evaluator(seat: Seat, tender: Tender) -> bool:
    return _holds(seat, tender, SeatKind.EVALUATOR)


def _holds(seat: Seat, tender: Tender, kind: SeatKind) -> bool:
    """Whether the person was named for this part, for the organisation that they act for now."""
    if seat.person is None:
        return False
    return any(one.kind == kind and one.person_id == seat.person.pk and seat.is_of(one.organisation_id) for one in tender.seats.all())


def can_read_minutes(seat: Seat, tender: Tender) -> bool:
    """After the opening: the commissioner's officers, the openers and auditors; never somebody who marks blind."""
    if tender.opened_at is None or (seat.person and any(one.person_id == seat.person.pk for one in _evaluators(tender))):
        return False
    return is_commissioner_of(seat, tender) or is_opener(seat, tender) or seat.has(Role.AUDITOR)


def _evaluators(tender: Tender) -> list[TenderSeat]:
    return [one for one in tender.seats.all() if one.kind == SeatKind.EVALUATOR]


def doors(seat: Seat, tender: Tender, now: datetime.datetime) -> dict[str, bool]:
    """What the tender's page offers this seat."""
    return {
        "edit": can_edit(seat, tender),
        "name": can_name_people(seat, tender),
        "move": can_move_deadline(seat, tender) and now < tender.deadline,
        "abandon": can_abandon(seat, tender),
        "open": is_opener(seat, tender) and tender.state in {TenderState.PUBLISHED, TenderState.CLOSED} and now >= tender.deadline,
        "read_minutes": can_read_minutes(seat, tender),
        "evaluate": tender.opened_at is not None and (is_commissioner_of(seat, tender) or is_evaluator(seat, tender)),
    }

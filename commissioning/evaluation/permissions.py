"""Who has a part in the evaluation of a tender, and which. What is a rule of the panel itself is in rules."""

from django.db.models import Q, QuerySet

from commissioning.bids.models import Bid
from commissioning.bids.states import BidState
from commissioning.evaluation.models import Award
from commissioning.evaluation.states import AwardState
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import SeatKind, Tender, TenderQuerySet
from commissioning.tenders.states import TenderState

OFFICERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)
PANEL = (Role.EVALUATOR, *OFFICERS, Role.AUDITOR)
MARKING = {TenderState.OPENED}
REVEALED = {TenderState.MODERATED, TenderState.AWARDED, TenderState.CONTRACTED}


def visible_to(seat: Seat) -> TenderQuerySet:
    """Tenders in whose evaluation this seat has a part: as named evaluator, officer of a partner with a seat, or auditor."""
    evaluated = Tender.objects.exclude(state__in=[TenderState.DRAFT, TenderState.ABANDONED])
    if seat.has(Role.AUDITOR):
        return evaluated
    part = Q(pk__in=[])
    if seat.has(Role.EVALUATOR) and seat.person:
        part |= Q(seats__person=seat.person, seats__organisation=seat.organisation, seats__kind=SeatKind.EVALUATOR)
    if seat.has(*OFFICERS):
        part |= Q(commissioner=seat.organisation)
    if seat.has(Role.LEAD_OFFICER):
        part |= Q(seats__organisation=seat.organisation)
    return evaluated.filter(part).distinct()


def outcomes_visible_to(seat: Seat) -> QuerySet[Bid]:
    """The seat's own opened bids, for its bid managers."""
    if not seat.has(Role.BID_MANAGER):
        return Bid.objects.none()
    return Bid.objects.filter(organisation=seat.organisation, state=BidState.OPENED)


def is_evaluator(seat: Seat, tender: Tender) -> bool:
    """Whether this person was named to mark this tender, for the organisation that they act for now."""
    named = (one for one in tender.seats.all() if one.kind == SeatKind.EVALUATOR)
    return seat.has(Role.EVALUATOR) and any(
        seat.person is not None and one.person_id == seat.person.pk and seat.is_of(one.organisation_id) for one in named
    )


def marks_somewhere(seat: Seat, tender: Tender) -> bool:
    """Whether this person marks the tender in any seat: who marks does not moderate, under whichever hat."""
    return any(seat.person is not None and one.kind == SeatKind.EVALUATOR and one.person_id == seat.person.pk for one in tender.seats.all())


def is_officer_of(seat: Seat, tender: Tender) -> bool:
    return seat.has(*OFFICERS) and seat.is_of(tender.commissioner_id)


def can_declare(seat: Seat, tender: Tender) -> bool:
    return is_evaluator(seat, tender) and tender.state in {TenderState.PUBLISHED, TenderState.CLOSED, TenderState.OPENED}


def can_moderate(seat: Seat, tender: Tender) -> bool:
    """An officer of the commissioner who does not mark this tender."""
    return is_officer_of(seat, tender) and tender.state in MARKING and not marks_somewhere(seat, tender)


def can_see_moderation(seat: Seat, tender: Tender) -> bool:
    """The panel and the commissioner's officers, and the auditor."""
    return is_evaluator(seat, tender) or is_officer_of(seat, tender) or _reads_along(seat, tender) or seat.has(Role.AUDITOR)


def can_see_names(seat: Seat, tender: Tender) -> bool:
    """Bidders' names beside their marks: officers and auditors, once moderation is closed. Evaluators never."""
    officer = is_officer_of(seat, tender) or _reads_along(seat, tender) or seat.has(Role.AUDITOR)
    return officer and tender.state in REVEALED and not marks_somewhere(seat, tender)


def can_see_ranking(seat: Seat, tender: Tender) -> bool:
    """Nobody before moderation is closed; then the officers, the panel and the auditor."""
    return tender.state in REVEALED and can_see_moderation(seat, tender)


def can_propose(seat: Seat, tender: Tender) -> bool:
    return is_officer_of(seat, tender) and tender.state == TenderState.MODERATED and not marks_somewhere(seat, tender)


def can_decide(seat: Seat, award: Award, tender: Tender) -> bool:
    """A lead officer of the commissioner or of a partner with a part in the tender, and never who proposed it or marked it."""
    lead = seat.has(Role.LEAD_OFFICER) and (seat.is_of(tender.commissioner_id) or _reads_along(seat, tender))
    another = seat.person is not None and seat.person.pk != award.proposed_by_id
    return lead and another and award.state == AwardState.PROPOSED and not marks_somewhere(seat, tender)


def _reads_along(seat: Seat, tender: Tender) -> bool:
    """A lead officer of another partner that has a part in this tender."""
    return seat.has(Role.LEAD_OFFICER) and any(seat.is_of(one.organisation_id) for one in tender.seats.all())

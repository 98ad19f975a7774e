"""What waits for a seat in the evaluation: each answered by one query, for the front page."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from commissioning.bids.models import Bid, LotOffer
from commissioning.evaluation.models import Award, InterestDeclaration, MarkSheet
from commissioning.evaluation.permissions import OFFICERS, outcomes_visible_to
from commissioning.evaluation.states import AwardState
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import SeatKind, Tender
from commissioning.tenders.states import TenderState


def tenders_to_mark(seat: Seat) -> QuerySet[Tender]:
    """Tenders that this seat is named to mark, with `declared`, `interested`, and how many of its `offers` are `given`."""
    if not seat.has(Role.EVALUATOR):
        return Tender.objects.none()
    named = Q(seats__person=seat.person, seats__organisation=seat.organisation, seats__kind=SeatKind.EVALUATOR)
    declared = InterestDeclaration.objects.filter(tender=OuterRef("pk"), declared_by=seat.person)
    offers = LotOffer.objects.filter(tender=OuterRef("pk"), opened_on_clock__isnull=False, chosen=True)
    open_offers = offers.filter(lot__moderation__isnull=True)
    given = MarkSheet.objects.filter(tender=OuterRef("pk"), evaluator=seat.person, given_at__isnull=False, lot__moderation__isnull=True)
    states = [TenderState.PUBLISHED, TenderState.CLOSED, TenderState.OPENED]
    return Tender.objects.filter(named, state__in=states).annotate(
        declared=Exists(declared), interested=Exists(declared.filter(has_interest=True)), offers=_count(open_offers), given=_count(given)
    )


def _count(rows: QuerySet) -> Coalesce:
    """How many rows an inner query finds for the tender outside it."""
    counted = rows.order_by().values("tender").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def tenders_in_evaluation(seat: Seat) -> QuerySet[Tender]:
    """Tenders of the officer's organisation between the opening and the award."""
    if not seat.has(*OFFICERS):
        return Tender.objects.none()
    return Tender.objects.filter(commissioner=seat.organisation, state__in=[TenderState.OPENED, TenderState.MODERATED])


def awards_to_decide(seat: Seat) -> QuerySet[Award]:
    """Proposed awards on which this seat may decide."""
    if not seat.has(Role.LEAD_OFFICER):
        return Award.objects.none()
    partner = Q(lot__tender__commissioner=seat.organisation) | Q(lot__tender__seats__organisation=seat.organisation)
    marked = Tender.objects.filter(seats__person=seat.person, seats__kind=SeatKind.EVALUATOR)
    found = Award.objects.filter(partner, state=AwardState.PROPOSED).exclude(proposed_by=seat.person).exclude(lot__tender__in=marked)
    return found.select_related("lot__area", "lot__tender").order_by("pk").distinct()


def bids_with_outcome(seat: Seat) -> QuerySet[Bid]:
    """The seat's own bids for which at least one lot is decided, while the tender is not yet contracted."""
    decided = Award.objects.filter(lot__tender=OuterRef("tender"), state=AwardState.APPROVED)
    found = outcomes_visible_to(seat).exclude(tender__state=TenderState.CONTRACTED)
    return found.filter(Exists(decided)).select_related("tender")

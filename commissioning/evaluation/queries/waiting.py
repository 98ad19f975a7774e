"""What waits for a seat in the evaluation: each answered by one query, for the front page."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from commissioning.bids.models import Bid, LotOffer
from commissioning.bids.queries import to_open
from commissioning.evaluation.models import Award, InterestDeclaration, LotModeration, MarkSheet, ModeratedMark, RecordConfirmation
from commissioning.evaluation.permissions import OFFICERS, outcomes_visible_to
from commissioning.evaluation.states import AwardState
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Criterion, Lot, SeatKind, Tender, TenderSeat
from commissioning.tenders.states import TenderState

IN_EVALUATION = (TenderState.OPENED, TenderState.MODERATED)


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


def _count(rows: QuerySet, outer: str = "tender") -> Coalesce:
    """How many rows an inner query finds for the row outside it, to which `outer` leads."""
    counted = rows.order_by().values(outer).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def records_to_confirm(seat: Seat) -> QuerySet[LotModeration]:
    """Lots that this evaluator marked, whose every mark is agreed, and whose record they have not confirmed since."""
    if not seat.has(Role.EVALUATOR):
        return LotModeration.objects.none()
    offers = LotOffer.objects.filter(lot=OuterRef("lot"), opened_on_clock__isnull=False, chosen=True)
    agreed = ModeratedMark.objects.filter(offer__lot=OuterRef("lot"))
    mine = MarkSheet.objects.filter(lot=OuterRef("lot"), evaluator=seat.person, given_at__isnull=False)
    confirmed = RecordConfirmation.objects.filter(lot=OuterRef("lot"), confirmed_by=seat.person, confirmed_at__gte=OuterRef("last"))
    found = LotModeration.objects.filter(Exists(mine), tender__state=TenderState.OPENED).annotate(
        last=Subquery(agreed.order_by("-agreed_at").values("agreed_at")[:1]),
        agreed=_count(agreed, "offer__lot"),
        wanted=_count(offers, "lot") * _count(Criterion.objects.filter(tender=OuterRef("tender")), "tender"),
    )
    return found.filter(agreed=F("wanted")).exclude(Exists(confirmed)).select_related("tender", "lot__area")


def tenders_in_hand(seat: Seat) -> QuerySet[Tender]:
    """All tenders for which an officer has something to do: drafts, bids to open, and those in evaluation; by one query.

    Whether a lot of one that is moderated waits for its proposal says `lots_to_propose`.
    """
    own = Q(commissioner=seat.organisation_id, state__in=[TenderState.DRAFT, *IN_EVALUATION]) if seat.has(*OFFICERS) else Q(pk__in=[])
    return Tender.objects.filter(own | to_open(seat)).only("reference", "title", "state").order_by("deadline", "pk")


def lots_to_propose(tenders: Iterable[Tender]) -> set[int]:
    """Of tenders whose marks are agreed: those with a lot that has no proposal yet, by primary key."""
    moderated = [one.pk for one in tenders if one.state == TenderState.MODERATED]
    if not moderated:
        return set()
    standing = Award.objects.filter(lot=OuterRef("pk")).exclude(state=AwardState.REFUSED)
    return set(Lot.objects.filter(~Exists(standing), tender__in=moderated).values_list("tender", flat=True))


def to_decide(seat: Seat) -> Q:
    """Which awards are proposed and wait for this seat's decision: of its own tenders, and of those on whose panel its partner sits."""
    if not seat.has(Role.LEAD_OFFICER):
        return Q(pk__in=[])
    seats = TenderSeat.objects.order_by().values("tender")
    partner = Q(lot__tender__commissioner=seat.organisation_id) | Q(lot__tender__in=seats.filter(organisation=seat.organisation_id))
    marked = Q(lot__tender__in=seats.filter(person=seat.person, kind=SeatKind.EVALUATOR))
    return partner & Q(state=AwardState.PROPOSED) & ~Q(proposed_by=seat.person) & ~marked


def bids_with_outcome(seat: Seat) -> QuerySet[Bid]:
    """The seat's own bids for which at least one lot is decided, while the tender is not yet contracted."""
    decided = Award.objects.filter(lot__tender=OuterRef("tender"), state=AwardState.APPROVED)
    found = outcomes_visible_to(seat).exclude(tender__state=TenderState.CONTRACTED)
    return found.filter(Exists(decided)).select_related("tender")

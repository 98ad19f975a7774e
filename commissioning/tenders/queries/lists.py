"""What pages ask about tenders."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, Prefetch, Q, Sum, Value, When, prefetch_related_objects

from commissioning.areas.models import AreaDistrict, ContractArea
from commissioning.kernel.words import join
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Lot, SeatKind, Tender, TenderQuerySet, TenderSeat
from commissioning.tenders.permissions import OFFICERS, visible_to
from commissioning.tenders.rules import weights_total
from commissioning.tenders.states import TenderState

SHOWN_STATES = [state for state in TenderState if state != TenderState.MODERATED]
# What a tender's own pages say of the people who are named.
SEAT = (
    "kind",
    "tender",
    "person__reference",
    "person__email",
    "person__job_title",
    "organisation__code",
    "organisation__name",
    "organisation__is_provider",
)


@dataclass(frozen=True)
class LotView:
    """A lot with its districts on the day that the contract starts."""

    lot: Lot
    districts: list[str]

    @property
    def label(self) -> str:
        return str(self.lot)

    @property
    def hint(self) -> str:
        return hint_of(self.lot.area, self.districts)

    @property
    def annual_amount(self) -> Decimal:
        return self.lot.annual_amount


def hint_of(area: ContractArea, districts: list[str]) -> str:
    """The districts, unless the area is named after them."""
    return "" if all(name in area.name for name in districts) else f"Districts: {join(districts)}"


def tenders_for(seat: Seat, *, search: str = "", state: str = "") -> TenderQuerySet:
    """The tenders that this seat sees, with `lot_count` and `year_amount`, narrowed by words of the title and by state."""
    found = (
        visible_to(seat)
        .select_related("commissioner")
        .annotate(lot_count=Count("lots"), year_amount=Sum("lots__annual_amount"))
        .order_by("-deadline", "pk")
    )
    for word in search.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__iexact=word) | Q(commissioner__name__icontains=word))
    return found.filter(state=state) if state in TenderState.values else found


def public_tenders(first: Q | None = None) -> TenderQuerySet:
    """Published tenders for anybody, with `lot_count` and `year_amount`, latest deadline first.

    :param first: which of them come first, the one that ends soonest at the top; the others follow, latest deadline first.
    """
    published = Tender.objects.public().select_related("commissioner")
    counted = published.annotate(lot_count=Count("lots"), year_amount=Sum("lots__annual_amount"))
    if first is None:
        return counted.order_by("-deadline", "pk")
    order = Case(When(first, then=Value(0)), default=Value(1))
    soonest = Case(When(first, then=F("deadline")))
    return counted.order_by(order, soonest, "-deadline", "pk")


def lots_of(tender: Tender) -> list[LotView]:
    """The lots in their order with their districts; `tender.lots.all()` needs no further query then."""
    prefetch_related_objects([tender], Prefetch("lots", Lot.objects.select_related("area").order_by("number")))
    lots = list(tender.lots.all())
    districts = district_names([lot.area_id for lot in lots], tender.contract_starts_on)
    return [LotView(lot, districts[lot.area_id]) for lot in lots]


def areas_to_choose(day: datetime.date) -> list[tuple[ContractArea, list[str]]]:
    """The contract areas that can become lots, with their districts on that day."""
    areas = list(ContractArea.objects.order_by("order"))
    districts = district_names([area.pk for area in areas], day)
    return [(area, districts[area.pk]) for area in areas]


def weights_of(tender: Tender) -> list[Decimal]:
    return [one.weight_percent for one in tender.criteria.all()]


def weight_total_of(tender: Tender) -> Decimal:
    return weights_total(weights_of(tender))


def candidates(kind: SeatKind) -> list[Membership]:
    """Memberships of people who can be named: openers are officers of commissioners, evaluators never come from a provider."""
    memberships = Membership.objects.current().select_related("person", "organisation")
    if kind == SeatKind.OPENER:
        found = memberships.filter(role__in=OFFICERS, organisation__is_commissioner=True)
    else:
        found = memberships.filter(role=Role.EVALUATOR, organisation__is_provider=False)
    unique: dict[tuple[int, int], Membership] = {}
    for one in found.order_by("organisation__name", "person__job_title", "person__email"):
        unique.setdefault((one.person_id, one.organisation_id), one)
    return list(unique.values())


def district_names(areas: Iterable[int], day: datetime.date) -> dict[int, list[str]]:
    """The names of each area's districts as they are on that day, in alphabetical order, by the area's primary key."""
    found: dict[int, list[str]] = {key: [] for key in areas}
    there = AreaDistrict.objects.filter(area__in=list(found), valid__contains=day, district__names__valid__contains=day)
    for area, name in there.values_list("area_id", "district__names__name"):
        found[area].append(name)
    return {key: sorted(names) for key, names in found.items()}


def with_parts(tenders: TenderQuerySet) -> TenderQuerySet:
    """What a tender's own pages show beside it, each fetched once."""
    seats = TenderSeat.objects.select_related("person", "organisation").order_by("kind", "organisation__name").only(*SEAT)
    return tenders.select_related("commissioner", "changed_by").prefetch_related("criteria", Prefetch("seats", seats))

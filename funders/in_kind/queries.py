"""What is given in kind. Its values are never added to money."""

from decimal import Decimal

from django.db.models import QuerySet

from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.in_kind.models import Gift, GiftEvent, GiftEvidence, GiftQuerySet, Kind
from funders.in_kind.permissions import evidence_visible_to, visible_to
from funders.in_kind.rules import post_value, whole_months
from funders.in_kind.states import InKindState
from funders.ledger.queries import register_invariant
from funders.pool.models import PooledFund
from funders.pool.queries import choices_among


def gifts_for(seat: Seat, *, search: str = "", state: str = "", fund: str = "") -> GiftQuerySet:
    """What this seat may read, the latest start first."""
    found = visible_to(seat).select_related("funder", "fund")
    for word in search.split():
        found = found.filter(title__icontains=word) | found.filter(funder__name__icontains=word) | found.filter(reference__iexact=word)
    if state:
        found = found.filter(state=state)
    if fund:
        found = found.filter(fund__code=fund)
    return found.order_by("-starts_on", "-pk")


def gift_for(seat: Seat, reference: str) -> Gift | None:
    related = ("fund__host", "funder", "pledged_by", "agreed_by", "changed_by", "evidence")
    return visible_to(seat).select_related(*related).filter(reference=reference).first()


def evidence_for(seat: Seat, reference: str) -> GiftEvidence | None:
    return evidence_visible_to(seat).filter(reference=reference).first()


def history_of(gift: Gift) -> QuerySet[GiftEvent]:
    return gift.events.select_related("happened_by").order_by("pk")


def gifts_of_fund(fund: PooledFund) -> GiftQuerySet:
    """Everything that stands in a fund: its partners see the whole of it."""
    return Gift.objects.standing().filter(fund=fund).select_related("funder", "fund").order_by("funder__name", "starts_on", "pk")


def gifts_of(funder: Organisation | None) -> GiftQuerySet:
    """What stands of one partner, in all funds."""
    return Gift.objects.standing().filter(funder=funder).select_related("funder", "fund").order_by("-starts_on", "pk")


def gifts_to_agree(seat: Seat) -> list[Gift]:
    """What another person of the organisation offered in kind and this approver can agree, the oldest offer first."""
    offered = Gift.objects.filter(funder=seat.organisation_id, state=InKindState.PLEDGED).exclude(pledged_by=seat.person)
    return list(offered.order_by("pledged_at", "pk"))


def fund_choices(seat: Seat) -> list[tuple[str, str]]:
    return choices_among(visible_to(seat))


def _not_to_the_penny() -> list[str]:
    posts = Gift.objects.filter(kind=Kind.POST)
    return [one.reference for one in posts if one.months != whole_months(one.starts_on, one.ends_on) or one.value_amount != _worth(one)]


def _worth(post: Gift) -> Decimal:
    return post_value(post.fte or Decimal(0), post.months or 0, post.annual_rate_amount or Decimal(0))


register_invariant("in-kind-apart", "A post in kind is worth FTE x months x rate / 12 to the penny, in no cash account.", _not_to_the_penny)

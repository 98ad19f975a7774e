"""What partners pledged and agreed. Pledged and agreed stand apart everywhere; withdrawn counts nowhere."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet, Sum

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Membership, Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.models import Contribution, ContributionEvent, ContributionQuerySet, Pledge
from funders.contributions.permissions import pledges_visible_to, visible_to
from funders.contributions.states import ContributionState
from funders.pool.models import PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING


@dataclass(frozen=True)
class YearSums:
    """Agreed and pledged money, in pounds, each for itself."""

    agreed: Decimal = NOTHING
    pledged: Decimal = NOTHING


def sums_by_year(fund: PooledFund) -> dict[int, YearSums]:
    """Agreed and pledged money of each year that has some, by the calendar year in which it begins."""
    rows = fund_contributions(fund).order_by().values_list("year", "state").annotate(sum=Sum("amount"))
    found: dict[int, dict[str, Decimal]] = {}
    for year, state, amount in rows:
        found.setdefault(year, {})[state] = amount
    return {year: YearSums(**{str(ContributionState(state)): amount for state, amount in sums.items()}) for year, sums in found.items()}


def fund_contributions(fund: PooledFund) -> ContributionQuerySet:
    """Everything that stands in a fund, whoever gives it."""
    return Contribution.objects.standing().filter(fund=fund).select_related("funder")


def standing_of(fund: PooledFund, funder: Organisation) -> ContributionQuerySet:
    """What stands of one partner in a fund, by year."""
    return fund_contributions(fund).filter(funder=funder).select_related("fund", "pledge").order_by("year")


def standing_years(fund: PooledFund, funder: Organisation) -> set[int]:
    return set(fund_contributions(fund).filter(funder=funder).values_list("year", flat=True))


def free_years(fund: PooledFund, funder: Organisation, today: date) -> list[FinancialYear]:
    """Years for which the partner can still pledge: not ended, and nothing of it stands in them."""
    return years_left(fund, standing_years(fund, funder), today)


def years_left(fund: PooledFund, taken: Collection[int], today: date) -> list[FinancialYear]:
    """The same, where the years in which something stands are known already."""
    return [year for year in years_of(fund) if year.last_day >= today and year.start not in taken]


def own_contributions(seat: Seat, *, state: str = "", fund: str = "", search: str = "") -> ContributionQuerySet:
    """The contributions of the seat's own organisation, the newest year first."""
    found = visible_to(seat).filter(funder=seat.organisation_id).select_related("fund", "pledge")
    if state:
        found = found.filter(state=state)
    if fund:
        found = found.filter(fund__code=fund)
    if search:
        found = found.filter(reference__icontains=search) | found.filter(pledge__reference__icontains=search)
    return found.order_by("-year", "fund__order", "-pk")


def own_sums(seat: Seat) -> YearSums:
    """Agreed and pledged money of the seat's own organisation over all years and funds."""
    rows = Contribution.objects.standing().filter(funder=seat.organisation_id).order_by().values_list("state").annotate(sum=Sum("amount"))
    return YearSums(**{str(ContributionState(state)): amount for state, amount in rows})


def contribution_for(seat: Seat, reference: str) -> Contribution | None:
    related = ("fund__host", "funder", "pledge", "agreed_by", "changed_by")
    return visible_to(seat).select_related(*related).filter(reference=reference).first()


def pledge_for(seat: Seat, reference: str) -> Pledge | None:
    """A pledge with its contributions by year, if the seat may read it."""
    related = pledges_visible_to(seat).select_related("fund__host", "funder", "pledged_by")
    contributions = Prefetch("contributions", Contribution.objects.select_related("agreed_by", "changed_by").order_by("year", "pk"))
    return related.prefetch_related(contributions).filter(reference=reference).first()


def history_of(contribution: Contribution) -> QuerySet[ContributionEvent]:
    return contribution.events.select_related("happened_by").order_by("happened_at", "pk")


def pledges_to_agree(seat: Seat) -> list[Pledge]:
    """Pledges that this approver can agree now, the oldest first; `waiting_amount` is the sum that waits."""
    waiting = Q(contributions__state=ContributionState.PLEDGED)
    own_hand = Q(pledged_by=seat.person) | waiting & Q(contributions__changed_by=seat.person)
    found = Pledge.objects.filter(funder=seat.organisation_id).exclude(pk__in=Pledge.objects.filter(own_hand).values("pk"))
    return list(
        found.annotate(waiting_amount=Sum("contributions__amount", filter=waiting)).filter(waiting_amount__gt=0).order_by("pledged_at")
    )


def hands_of(contributions: Collection[Contribution]) -> set[int | None]:
    """Keys of the people who wrote the amounts: they pledged or changed them."""
    return {person for one in contributions for person in (one.pledge.pledged_by_id, one.changed_by_id)}


def waiting_in(pledge: Pledge) -> list[Contribution]:
    """The years of a pledge that wait to be agreed."""
    return [one for one in pledge.contributions.all() if one.state == ContributionState.PLEDGED]


def approvers_of(pledge: Pledge) -> int:
    """How many people could agree it: approvers of the partner who did not make it."""
    held = Membership.objects.current().filter(organisation=pledge.funder, role=Role.FUNDER_APPROVER)
    return held.exclude(person=pledge.pledged_by_id).count()


def version_of(contributions: Iterable[Contribution]) -> int:
    """One number for a pledge's contributions that grows whenever one of them changes."""
    return sum(one.version for one in contributions)


def last_change(contributions: Collection[Contribution]) -> Contribution | None:
    """The one that somebody touched last since it was pledged."""
    touched = [(one.changed_at, one.pk, one) for one in contributions if one.changed_at]
    return max(touched)[2] if touched else None


def addresses_of(organisation: Organisation, *roles: Role) -> list[str]:
    """E-mail addresses of the people who hold one of these roles there now."""
    held = Membership.objects.current().filter(organisation=organisation, role__in=roles)
    return sorted(set(held.values_list("person__email", flat=True)))

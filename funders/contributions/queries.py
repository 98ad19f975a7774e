"""What partners said, pledged and agreed. Each certainty stands apart everywhere; what was withdrawn or lapsed counts nowhere."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet, Sum, Value

from commissioning.areas.models import District
from commissioning.areas.queries import districts_on
from commissioning.kernel.quarters import FinancialYear
from commissioning.measures.kinds import Service
from commissioning.organisations.models import Membership, Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.models import (
    COUNTS_AS,
    WAITS,
    Contribution,
    ContributionEvent,
    ContributionQuerySet,
    Evidence,
    Pledge,
    Progress,
)
from funders.contributions.permissions import OPEN, evidence_visible_to, pledges_visible_to, visible_to
from funders.contributions.rules import Restriction, why_lapsed
from funders.contributions.states import ContributionState
from funders.pool.models import PooledFund
from funders.pool.queries import years_of
from funders.pool.rules import NOTHING

Annotate = Callable[[ContributionQuerySet], ContributionQuerySet]
_progress: list[Annotate] = []


def register_progress(annotate: Annotate) -> None:
    """Let the slice that knows of invoices and receipts give each contribution its `progress`: a word of `Progress`, or ""."""
    _progress[:] = [annotate]


def with_progress(rows: ContributionQuerySet) -> ContributionQuerySet:
    """Each with `progress`. In no sum: money that has come stays agreed money."""
    return _progress[0](rows) if _progress else rows.annotate(progress=Value(""))


@dataclass(frozen=True)
class YearSums:
    """Money by how sure it is, in pounds, each for itself: what waits for an event is not among what is agreed."""

    agreed: Decimal = NOTHING
    conditional: Decimal = NOTHING
    pledged: Decimal = NOTHING
    indicative: Decimal = NOTHING


def sums_by_year(fund: PooledFund) -> dict[int, YearSums]:
    """Money of each year that has some, by the calendar year in which it begins."""
    return {year: sums for (_, year), sums in sums_by_fund(fund_contributions(fund)).items()}


def sums_by_fund(contributions: ContributionQuerySet) -> dict[tuple[int, int], YearSums]:
    """The same of several funds, by fund (its primary key) and year."""
    counted = contributions.with_money().annotate(counts_as=COUNTS_AS).order_by()
    found: dict[tuple[int, int], dict[str, Decimal]] = {}
    for fund, year, standing, amount in counted.values_list("fund", "year", "counts_as").annotate(sum=Sum("amount")):
        found.setdefault((fund, year), {})[str(standing)] = amount
    return {key: YearSums(**sums) for key, sums in found.items()}


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
    """The contributions of the seat's own organisation with their `progress`, the newest year first. :param state: as the list says it."""
    found = with_progress(visible_to(seat).filter(funder=seat.organisation_id).select_related("fund", "pledge"))
    if state in Progress:
        found = found.filter(Q(("progress", state)))
    elif state:
        found = found.annotate(counts_as=COUNTS_AS).filter(Q(("progress", "")), counts_as=state)
    if fund:
        found = found.filter(fund__code=fund)
    if search:
        found = found.filter(reference__icontains=search) | found.filter(pledge__reference__icontains=search)
    return found.order_by("-year", "fund__order", "-pk")


def own_sums(seat: Seat) -> YearSums:
    """Money of the seat's own organisation over all years and funds."""
    own = Contribution.objects.with_money().filter(funder=seat.organisation_id)
    rows = own.annotate(counts_as=COUNTS_AS).order_by().values_list("counts_as").annotate(sum=Sum("amount"))
    return YearSums(**{str(standing): amount for standing, amount in rows})


def contribution_for(seat: Seat, reference: str) -> Contribution | None:
    related = ("fund__host", "funder", "pledge", "agreed_by", "changed_by")
    return with_progress(visible_to(seat)).select_related(*related).filter(reference=reference).first()


def pledge_for(seat: Seat, reference: str) -> Pledge | None:
    """A pledge with its contributions by year, if the seat may read it."""
    related = pledges_visible_to(seat).select_related("fund__host", "funder", "pledged_by")
    years = Contribution.objects.select_related("agreed_by", "changed_by")
    contributions = Prefetch("contributions", with_progress(years).order_by("year", "pk"))
    return related.prefetch_related(contributions).filter(reference=reference).first()


def history_of(contribution: Contribution) -> QuerySet[ContributionEvent]:
    return contribution.events.select_related("happened_by", "evidence").order_by("happened_at", "pk")


def event_for(seat: Seat, reference: str, number: int) -> ContributionEvent | None:
    """A step of a contribution of the seat's own organisation. :param number: its primary key."""
    found = ContributionEvent.objects.filter(contribution__in=visible_to(seat), funder=seat.organisation_id)
    related = found.select_related("contribution__fund", "contribution__pledge", "funder", "evidence")
    return related.filter(contribution__reference=reference, pk=number).first()


def evidence_for(seat: Seat, reference: str) -> Evidence | None:
    return evidence_visible_to(seat).filter(reference=reference).first()


def run_out(today: date) -> list[Contribution]:
    """Promises whose year is over, and agreed money whose event did not come by its day."""
    late = Q(state__in=OPEN, year__lt=FinancialYear.of(today).start) | WAITS & Q(condition_due_on__lt=today)
    return list(Contribution.objects.filter(late).order_by("pk"))


def lapse_reason(contribution: Contribution, today: date) -> str:
    """Why it has run out, in a sentence; "" while it has not."""
    return why_lapsed(
        state=contribution.state,
        year=contribution.year,
        condition_due_on=contribution.condition_due_on,
        waits=contribution.waits,
        today=today,
    )


def restriction_of(contribution: Contribution) -> Restriction:
    return Restriction(contribution.purpose, frozenset(contribution.districts), contribution.use_until)


def purposes_of(fund: PooledFund) -> list[str]:
    """What a contribution may be limited to: a cost line of the fund, or a service."""
    return [*fund.cost_lines.filter(cost_model=fund.in_force_id).values_list("label", flat=True), *(str(label) for label in Service.labels)]


def district_choices(day: date) -> dict[str, str]:
    """Names of the districts on a day by GSS code, in the order of the names."""
    return {one.gss_code: one.name for one in districts_on(day)}


def district_codes() -> set[str]:
    return set(District.objects.values_list("gss_code", flat=True))


def years_to_firm_up(fund: PooledFund, funder: Organisation) -> list[Contribution]:
    """Years for which the partner has named a figure that is not a pledge yet, or answered that it gives nothing."""
    return list(standing_of(fund, funder).filter(state__in=[ContributionState.INDICATIVE, ContributionState.NOTHING]))


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


def has_state(pledge: Pledge, state: ContributionState) -> bool:
    """Whether any year of it is in this state."""
    return any(one.state == state for one in pledge.contributions.all())


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

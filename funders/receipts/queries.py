"""Instalments with what has been received for them. A reversed receipt counts nowhere."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject

from commissioning.organisations.seat import Seat
from funders.budget.models import ClosedYear
from funders.contributions.models import WAITS, Contribution, ContributionEvent, ContributionQuerySet, Progress, Step, waiting
from funders.contributions.queries import register_progress, sums_by_fund
from funders.contributions.states import ContributionState
from funders.ledger.queries import received_by_contribution, register_invariant
from funders.ledger.queries import with_received as with_ledger
from funders.pool.models import PooledFund, PooledFundQuerySet
from funders.pool.queries import choices_among
from funders.pool.rules import NOTHING
from funders.receipts.models import Instalment, InstalmentQuerySet, MoneyEvidence, Receipt, Schedule
from funders.receipts.permissions import evidence_visible_to, receipts_visible_to, to_countersign, visible_to
from funders.receipts.rules import A_WEEK, reminder_kind, why_no_step
from funders.receipts.states import InstalmentState

OVERDUE, DUE, WAITING = "overdue", "due", "waiting"
STANDINGS = {OVERDUE: "Overdue", DUE: "Due now", WAITING: "Waits for its condition", **dict(InstalmentState.choices)}


_RECEIVED = Coalesce(Sum("receipts__matched_amount", filter=Q(receipts__reversed_at=None)), NOTHING)


def with_received(rows: InstalmentQuerySet) -> InstalmentQuerySet:
    """Each with `received`: the money that belongs to it, of its receipts that were not reversed."""
    found = rows.select_related("funder", "fund", "contribution").annotate(received=_RECEIVED)
    return found.order_by("due_on", "funder__name", "number")


def standing_of(instalment: Instalment, today: datetime.date) -> str:
    """One word of `STANDINGS`: overdue and due say more than the state of what is not received; what waits is neither."""
    if instalment.state != InstalmentState.RECEIVED and instalment.contribution.waits:
        return WAITING
    if instalment.state == InstalmentState.RECEIVED or instalment.due_on > today:
        return instalment.state
    return OVERDUE if instalment.due_on < today else DUE


def instalments_for(seat: Seat, today: datetime.date, *, search: str = "", standing: str = "", fund: str = "") -> InstalmentQuerySet:
    """What this seat may read, by the day on which it is due."""
    found = with_received(visible_to(seat).standing())
    for word in search.split():
        named = Q(funder__name__icontains=word) | Q(invoice_reference__icontains=word) | Q(contribution__reference__iexact=word)
        found = found.filter(named | Q(reference__iexact=word))
    if fund:
        found = found.filter(fund__code=fund)
    return _standing(found, standing, today) if standing else found


def _standing(found: InstalmentQuerySet, standing: str, today: datetime.date) -> InstalmentQuerySet:
    waits = waiting("contribution__")
    owed = ~Q(state=InstalmentState.RECEIVED) & ~waits
    if standing == WAITING:
        return found.filter(waits).exclude(state=InstalmentState.RECEIVED)
    if standing in (OVERDUE, DUE):
        return found.filter(owed, due_on__lt=today) if standing == OVERDUE else found.filter(owed, due_on=today)
    return found.filter(state=standing)


def instalment_for(seat: Seat, reference: str) -> Instalment | None:
    """An instalment with its receipts, if the seat may read it; also one of a withdrawn contribution, for the record."""
    receipts = Prefetch("receipts", Receipt.objects.select_related("recorded_by", "reversed_by", "posting", "evidence"))
    found = with_received(visible_to(seat)).select_related("fund__host", "invoiced_by", "schedule__countersigned_by", "evidence")
    return found.prefetch_related(receipts).filter(reference=reference).first()


def receipt_for(seat: Seat, reference: str) -> Receipt | None:
    return (
        receipts_visible_to(seat)
        .select_related("instalment__contribution", "fund", "funder", "evidence")
        .filter(reference=reference)
        .first()
    )


def evidence_for(seat: Seat, reference: str) -> MoneyEvidence | None:
    return evidence_visible_to(seat).filter(reference=reference).first()


def schedule_of(contribution: Contribution) -> Schedule | None:
    """The counter-signature of a contribution with its instalments, their receipts, and the files of both."""
    receipts = Prefetch("receipts", Receipt.objects.select_related("recorded_by", "reversed_by", "evidence"))
    instalments = Prefetch("instalments", Instalment.objects.select_related("invoiced_by", "evidence").prefetch_related(receipts))
    found = Schedule.objects.filter(contribution=contribution).select_related("countersigned_by")
    return found.prefetch_related(instalments).first()


def _arrived_of(owner: str) -> Coalesce:
    """What has been received, and not reversed, for the row of the outer query. :param owner: the way from a receipt to that row."""
    own = Receipt.objects.standing().filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(own.annotate(sum=Sum("matched_amount")).values("sum")), NOTHING)


def _with_progress(rows: ContributionQuerySet) -> ContributionQuerySet:
    """How far agreed money has come, by its instalments: invoiced in part or whole, received in part, received."""
    arrived = _arrived_of("instalment__contribution")
    asked = Exists(Instalment.objects.filter(contribution=OuterRef("pk"), invoiced_at__isnull=False))
    counted = rows.annotate(arrived=arrived)
    steps = (
        When(~Q(state=ContributionState.AGREED) | WAITS, then=Value("")),
        When(arrived__gte=F("amount"), then=Value(Progress.RECEIVED)),
        When(arrived__gt=0, then=Value(Progress.PART)),
        When(asked, then=Value(Progress.INVOICED)),
    )
    return counted.annotate(progress=Case(*steps, default=Value("")))


register_progress(_with_progress)


def waiting_contributions(seat: Seat) -> "QuerySet[Contribution]":
    """Agreed contributions to open years that this seat counter-signs, the nearest year first."""
    closed = ClosedYear.objects.filter(fund=OuterRef("fund"), year=OuterRef("year"))
    return to_countersign(seat).exclude(Exists(closed)).select_related("funder", "fund").order_by("year", "funder__name")


def contribution_to_countersign(seat: Seat, reference: str) -> Contribution | None:
    found = to_countersign(seat).select_related("fund__host", "funder", "pledge", "agreed_by")
    return found.filter(reference=reference).first()


def why_not(instalment: Instalment) -> str:
    """Why an instalment takes no next step now, and what to do instead, in words."""
    return why_no_step(
        contribution=instalment.contribution.state,
        waits=instalment.contribution.waits,
        is_planned=instalment.state == InstalmentState.PLANNED,
    )


def outstanding_of(instalment: Instalment) -> Decimal:
    """What is still to come; never below nothing."""
    received = instalment.receipts.standing().aggregate(sum=Sum("matched_amount"))["sum"] or NOTHING
    return max(instalment.amount - received, NOTHING)


def to_remind(today: datetime.date) -> list[Instalment]:
    """Invoiced instalments of which the partner has not been reminded yet as their day asks."""
    near = (
        Instalment.objects.standing().exclude(waiting("contribution__")).filter(state=InstalmentState.INVOICED, due_on__lte=today + A_WEEK)
    )
    rows = near.select_related("funder", "fund__host").prefetch_related("reminders").order_by("due_on", "pk")
    return [one for one in rows if reminder_kind(one.due_on, today) not in {sent.kind for sent in one.reminders.all()}]


@dataclass(frozen=True)
class Owed:
    """Money that should have arrived by today and has not."""

    instalments: int
    amount: Decimal


def overdue_for(seat: Seat, today: datetime.date) -> Owed:
    """What is overdue among the instalments that this seat may read."""
    rows = list(instalments_for(seat, today, standing=OVERDUE))
    return Owed(len(rows), sum((still_to_come(one) for one in rows), NOTHING))


def with_late(funds: PooledFundQuerySet, today: datetime.date) -> PooledFundQuerySet:
    """Each with `late`: day, year and what is still to come of its overdue instalments, read in the same statement."""
    left = F("amount") - _arrived_of("instalment")
    rows = Instalment.objects.standing().filter(fund=OuterRef("pk"), due_on__lt=today).exclude(waiting("contribution__"))
    told = JSONObject(due_on="due_on", year="contribution__year", left=Cast(left, TextField()))
    return funds.annotate(late=ArraySubquery(rows.exclude(state=InstalmentState.RECEIVED).order_by().values(told=told)))


def doubtful_by_year(fund: PooledFund, today: datetime.date) -> dict[int, Decimal]:
    """What is agreed and has not come so many days after its day that the host no longer counts on it, in pounds by year.

    :param fund: if it was read `with_late`, it knows them already.
    """
    late = getattr(fund, "late", None)
    if late is None:
        late = with_late(PooledFund.objects.filter(pk=fund.pk), today).get().late  # type: ignore[attr-defined]
    since, found = today - datetime.timedelta(days=fund.doubtful_days), dict[int, Decimal]()
    for one in late:
        if datetime.date.fromisoformat(one["due_on"]) < since:
            found[one["year"]] = found.get(one["year"], NOTHING) + Decimal(one["left"])
    return found


def still_to_come(instalment: Instalment) -> Decimal:
    """:param instalment: read with `received`."""
    return max(instalment.amount - instalment.received, NOTHING)  # type: ignore[attr-defined]


def _instalments_that_do_not_add_up() -> list[str]:
    summed = Schedule.objects.annotate(sum=Sum("instalments__amount"))
    return list(summed.exclude(sum=F("contribution__amount")).values_list("reference", flat=True))


def _received_beyond() -> list[str]:
    """Invoiced is what may be received: nothing for an instalment that is not invoiced, and never more than its amount."""
    rows = Instalment.objects.annotate(received=_RECEIVED)
    return list(rows.filter(Q(received__gt=F("amount")) | Q(received__gt=0, invoiced_at=None)).values_list("reference", flat=True))


def _not_as_posted() -> list[str]:
    """Instalments whose receipts are not what the ledger says of their contribution."""
    receipts = Receipt.objects.standing().order_by().values_list("instalment__contribution")
    told, posted = dict(receipts.annotate(sum=Sum("matched_amount"))), received_by_contribution()
    wrong = [key for key in {*told, *posted} if told.get(key, NOTHING) != posted.get(key, NOTHING)]
    return list(Contribution.objects.exclude(schedule=None).filter(pk__in=wrong).values_list("reference", flat=True))


def _conditional_not_apart() -> list[str]:
    """Money that waits and has been received all the same, sums that count it as secured, and conditions met on no recorded day."""
    arrived = [one.reference for one in with_ledger(Contribution.objects.filter(WAITS)) if one.received]  # type: ignore[attr-defined]
    sure: dict[tuple[int, int], Decimal] = {}
    agreed = Contribution.objects.filter(state=ContributionState.AGREED).only(
        "fund", "year", "amount", "state", "condition", "condition_met_on"
    )
    for one in agreed:
        if not one.waits:
            sure[one.fund_id, one.year] = sure.get((one.fund_id, one.year), NOTHING) + one.amount
    counted = sums_by_fund(Contribution.objects.standing())
    wrong = {key for key, sums in counted.items() if sums.agreed != sure.get(key, NOTHING)}
    codes = dict(PooledFund.objects.filter(pk__in={fund for fund, _ in wrong}).values_list("pk", "code"))
    summed = [f"{codes[fund]} {year}" for fund, year in sorted(wrong)]
    told = ContributionEvent.objects.filter(contribution=OuterRef("pk"), step=Step.MET, effective_on=OuterRef("condition_met_on"))
    silent = Contribution.objects.exclude(condition_met_on=None).exclude(Exists(told))
    return [*arrived, *summed, *silent.values_list("reference", flat=True)]


def _conditions_without_a_word() -> list[str]:
    """Money that counts as secured although its pledge carries conditions of which no approver said anything."""
    silent = Contribution.objects.secured().filter(condition="", unconditional_because="").exclude(pledge__conditions="")
    return list(silent.values_list("reference", flat=True))


def _same_hand() -> list[str]:
    """Receipts that were recorded, and counter-signatures that were given, by the person who agreed the contribution."""
    receipts = Receipt.objects.filter(recorded_by=F("instalment__contribution__agreed_by"))
    schedules = Schedule.objects.filter(countersigned_by=F("contribution__agreed_by"))
    return [*receipts.values_list("reference", flat=True), *schedules.values_list("reference", flat=True)]


def _posted_twice() -> list[str]:
    standing = Receipt.objects.standing().filter(source=None).order_by().values("fund", "bank_reference").annotate(times=Count("pk"))
    return [one["bank_reference"] for one in standing.filter(times__gt=1)]


register_invariant("instalments-add-up", "The instalments of a contribution add up to its agreed amount.", _instalments_that_do_not_add_up)
register_invariant("received-within-invoiced", "Received is at most invoiced is at most agreed, for each instalment.", _received_beyond)
register_invariant("receipts-as-posted", "The receipts of a contribution are what the ledger says.", _not_as_posted)
register_invariant(
    "conditional-apart", "Money that waits for its event is not secured, and nothing is received for it.", _conditional_not_apart
)
register_invariant(
    "conditions-decided", "No money is secured whose pledge carries conditions, unless an approver said why.", _conditions_without_a_word
)
register_invariant("two-hands", "Who agrees a contribution neither counter-signs it nor records its receipts.", _same_hand)
register_invariant("bank-reference-once", "The same bank reference is posted once.", _posted_twice)


def fund_choices(seat: Seat) -> list[tuple[str, str]]:
    return choices_among(visible_to(seat))

"""What of the money that is pooled already has arrived, by source and year. A reversed receipt counts nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.seat import Seat
from funders.budget.queries import closed_years
from funders.ledger.models import Account, LedgerLine
from funders.ledger.permissions import sees_bank_references
from funders.ledger.queries import received_of_sources, register_invariant
from funders.pool.models import PooledAlready, PooledFund
from funders.pool.queries import requirement_in, sources_of, years_of
from funders.pool.rules import NOTHING
from funders.pooled.models import PooledReceipt, PooledReceiptQuerySet
from funders.pooled.permissions import receipts_visible_to
from funders.pooled.rules import arrived_beyond

ROOT = Coalesce("source__origin", "source")


@dataclass(frozen=True)
class SourceYear:
    """One source that is pooled already, in one year: what it gives and what of that has arrived."""

    source: PooledAlready
    year: FinancialYear
    received: Decimal

    @property
    def to_come(self) -> Decimal:
        return max(NOTHING, self.source.amount - self.received)

    @property
    def key(self) -> str:
        """Names it in a form."""
        return f"pooled-{self.source.pk}-{self.year.start}"


def source_years(fund: PooledFund) -> list[SourceYear]:
    """:param fund: read with its sources. Year by year, the sources that are in the pool in that year’s version."""
    received, requirement = received_of_sources(fund), sources_of(fund)
    return [
        SourceYear(one, year, received.get((one.root, year.start), NOTHING))
        for year in years_of(fund)
        for one in requirement.in_year(year.start).sources
        if one.counts
    ]


def open_sources(fund: PooledFund) -> list[SourceYear]:
    """Those of which something is still to come."""
    read = PooledFund.objects.prefetch_related("pooled_already").get(pk=fund.pk)
    return [] if read.is_draft else [one for one in source_years(read) if one.to_come]


def to_come_of(source: PooledAlready, year: int) -> Decimal:
    """What of a source is still to come in a year, as the ledger has it now."""
    return source.amount - received_of_sources(source.fund).get((source.root, year), NOTHING)


def receipts_of(fund: PooledFund, seat: Seat, *, year: str = "", source: str = "") -> PooledReceiptQuerySet:
    """The newest first, each with `shows_bank_reference`. :param year: as in "2026-27". :param source: the label."""
    found = PooledReceipt.objects.filter(fund=fund).select_related("source", "posting", "recorded_by", "reversed_by")
    whole = sees_bank_references(seat, fund.host_id)
    own = When(Q(source__giver=seat.organisation_id or 0), then=Value(True))
    found = found.annotate(shows_bank_reference=Case(own, default=Value(whole), output_field=BooleanField()))
    if year:
        found = found.filter(year=int(year[:4]))
    return found.filter(source__label=source) if source else found


def receipt_for(seat: Seat, reference: str) -> PooledReceipt | None:
    found = receipts_visible_to(seat).select_related("source", "fund__host", "posting", "recorded_by")
    return found.filter(reference=reference).first()


def labels_of(fund: PooledFund) -> list[tuple[str, str]]:
    """The names of sources of which something has arrived, for a filter."""
    rows = PooledReceipt.objects.filter(fund=fund).order_by("source__label").values_list("source__label", flat=True)
    return [(label, label) for label in rows.distinct()]


def kept_back(fund: PooledFund, from_year: int) -> list[str]:
    """Sources of which more has arrived in an open year than the version that is prepared from a year on says, in sentences."""
    closed = closed_years(fund)
    arrived: dict[int, dict[int, Decimal]] = {}
    for (root, year), amount in received_of_sources(fund).items():
        if amount and year is not None and year >= from_year and year not in closed:
            arrived.setdefault(root or 0, {})[year] = amount
    if not arrived:
        return []
    read = PooledFund.objects.prefetch_related("pooled_already").get(pk=fund.pk)
    coming = {one.root: one for one in requirement_in(read, None).sources if one.counts}
    was = {(one.source.root, one.year.start): one.source for one in source_years(read)}
    said = [
        arrived_beyond(str(was[root, min(years)]), years, gives=_gives(coming.get(root), was[root, min(years)]))
        for root, years in sorted(arrived.items())
    ]
    return [sentence for sentence in said if sentence]


def _gives(coming: PooledAlready | None, was: PooledAlready) -> Decimal:
    return coming.amount if coming and coming.pot == was.pot else NOTHING


def _received_beyond() -> list[str]:
    """Sources of which more has arrived for a year than the version of that year says, or less than nothing."""
    found = []
    for fund in PooledFund.objects.filter(pk__in=LedgerLine.objects.filter(account=Account.POOLED).values("fund")).prefetch_related(
        "pooled_already"
    ):
        gives = {(one.source.root, one.year.start): one.source.amount for one in source_years(fund)}
        received = received_of_sources(fund)
        wrong = [key for key, amount in received.items() if not 0 <= amount <= gives.get((key[0] or 0, key[1] or 0), NOTHING)]
        found += _named((fund.code, *key) for key in wrong)
    return found


def _not_as_posted() -> list[str]:
    """Sources and years of which the receipts that stand are not what the ledger says, pot by pot; and receipts of another fund."""
    rows = PooledReceipt.objects.standing().order_by().values_list("fund__code", ROOT, "year", "source__pot")
    told = {tuple(key): amount for *key, amount in rows.annotate(sum=Sum("matched_amount"))}
    lines = LedgerLine.objects.filter(account=Account.POOLED).order_by().values_list("fund__code", "source", "budget_year", "pot")
    posted = {tuple(key): -amount for *key, amount in lines.annotate(sum=Sum("amount"))}
    wrong = {key for key in {*told, *posted} if told.get(key, NOTHING) != posted.get(key, NOTHING)}
    strange = PooledReceipt.objects.exclude(source__fund=F("fund")).values_list("reference", flat=True)
    return [*_named(key[:3] for key in wrong), *strange]


def _named(keys: Iterable[tuple[str, int | None, int | None]]) -> list[str]:
    """Each by its fund, the label of its source and its year."""
    wrong = sorted(set(keys))  # type: ignore[type-var]
    labels = dict(PooledAlready.objects.filter(pk__in={root for _, root, _ in wrong}).values_list("pk", "label")) if wrong else {}
    return [f"{code} {labels[root or 0]} {year}" for code, root, year in wrong]


def _same_hand() -> list[str]:
    """Receipts that were recorded by whoever put into force what the source gives."""
    return list(PooledReceipt.objects.filter(recorded_by=F("source__cost_model__made_by")).values_list("reference", flat=True))


register_invariant(
    "pooled-received-within-source",
    "Of money that is pooled already no more is received for a year than the source gives.",
    _received_beyond,
)
register_invariant("pooled-receipts-as-posted", "The receipts of money that is pooled already are what the ledger says.", _not_as_posted)
register_invariant("pooled-two-hands", "Who puts into force what a source gives does not record its receipts.", _same_hand)

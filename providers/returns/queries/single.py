"""One return or one query, as this seat may read it."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from commissioning.measures.models import Measure
from commissioning.organisations.seat import Seat
from providers.returns.models import OutcomeReturn, ReturnQuery, ReturnQuerySet, ReturnVersion
from providers.returns.permissions import visible_to
from providers.returns.queries.working import version_before
from providers.returns.rules.figures import Sheet, sheet_of
from providers.returns.rules.versions import Difference, differences, figures_from_data, sha256_of

RELATED = ("contract__area", "period", "provider", "commissioner", "prepared_by", "accepted_by", "changed_by", "first_submitted_by")


def with_names(rows: ReturnQuerySet) -> ReturnQuerySet:
    """Rows with what a list names. Few joins: the database plans ten of them longer than it reads them."""
    return rows.select_related("contract__area", "period", "provider")


def with_all(rows: ReturnQuerySet) -> ReturnQuerySet:
    """Rows with everything that a page names."""
    return rows.select_related(*RELATED)


def return_for(seat: Seat, reference: str) -> OutcomeReturn | None:
    return with_all(visible_to(seat)).filter(reference=reference).first()


def query_for(seat: Seat, reference: str) -> ReturnQuery | None:
    """A query of a return that this seat may read."""
    mine = Q(provider=seat.organisation_id) | Q(commissioner=seat.organisation_id)
    found = ReturnQuery.objects.filter(mine, reference=reference).select_related("measure", "asked_by", "answered_by", "closed_by").first()
    if found:
        outcome_return = with_all(visible_to(seat)).filter(pk=found.outcome_return_id).first()
        if outcome_return is None:
            return None
        found.outcome_return = outcome_return
    return found


@dataclass(frozen=True)
class Review:
    """What was certified, beside the quarter before, with the questions about it. Nothing here comes from a draft."""

    outcome_return: OutcomeReturn
    measures: tuple[Measure, ...]
    services: tuple[str, ...]
    versions: tuple[ReturnVersion, ...]
    queries: tuple[ReturnQuery, ...]
    before: ReturnVersion | None

    @property
    def newest(self) -> ReturnVersion | None:
        return self.versions[0] if self.versions else None

    @cached_property
    def sheet(self) -> Sheet:
        return self._sheet(self.newest)

    @cached_property
    def last_sheet(self) -> Sheet:
        return self._sheet(self.before)

    @property
    def notes(self) -> dict[str, str]:
        return dict(self.newest.content["notes"]) if self.newest else {}

    @property
    def source(self) -> str:
        """The paper that the figures were entered from; empty for a return that its provider sent."""
        return str(self.newest.content.get("source", "")) if self.newest else ""

    @property
    def open_queries(self) -> list[ReturnQuery]:
        return [query for query in self.queries if query.closed_at is None]

    @property
    def is_intact(self) -> bool:
        """The newest version still has the hash that it got when it was certified."""
        return self.newest is None or sha256_of(self.newest.content) == self.newest.sha256

    def changes(self) -> list[Difference]:
        """What the newest version changed against the one before it."""
        return self.between(self.versions[1], self.versions[0]) if len(self.versions) > 1 else []

    def between(self, old: ReturnVersion, new: ReturnVersion) -> list[Difference]:
        return differences(figures_from_data(old.content), figures_from_data(new.content))

    def _sheet(self, version: ReturnVersion | None) -> Sheet:
        return sheet_of(figures_from_data(version.content), self.measures, self.services) if version else {}


def review_of(outcome_return: OutcomeReturn) -> Review:
    versions = outcome_return.versions.select_related("certified_by").order_by("-number")
    queries = outcome_return.queries.select_related("measure", "asked_by", "answered_by", "closed_by").order_by("asked_at")
    return Review(
        outcome_return=outcome_return,
        measures=tuple(Measure.objects.all()),
        services=tuple(outcome_return.contract.services),
        versions=tuple(versions),
        queries=tuple(queries),
        before=version_before(outcome_return),
    )


def measure_asked(code: str) -> Measure | None:
    return Measure.objects.filter(code=code).first()


def unanswered_of(outcome_return: OutcomeReturn) -> list[ReturnQuery]:
    """The queries that wait for the provider's answer, oldest first."""
    return list(outcome_return.queries.filter(answered_at=None, closed_at=None).select_related("measure"))

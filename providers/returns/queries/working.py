"""One return as it is being worked on, with everything that its rules need, in a fixed number of queries."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from commissioning.contracts.models import ContractTarget
from commissioning.measures.kinds import Unit
from commissioning.measures.models import Measure
from commissioning.periods.models import PeriodKind, ReportingPeriod
from providers.returns.kinds import Part
from providers.returns.models import OutcomeReturn, ReturnPart, ReturnVersion
from providers.returns.rules.checks import Facts, Finding, findings
from providers.returns.rules.figures import WHOLE, Key, Sheet, keys_of, sheet_of
from providers.returns.rules.versions import figures_from_data
from providers.returns.states import ReturnState

FIRST_MONTH = 4
SETTLED = (ReturnState.ACCEPTED, ReturnState.FROZEN)


@dataclass(frozen=True)
class Working:
    """A return with its cells, words and last quarter. `parts` has the pages that were saved at least once."""

    outcome_return: OutcomeReturn
    measures: tuple[Measure, ...]
    services: tuple[str, ...]
    figures: dict[Key, Decimal | None]
    parts: dict[str, ReturnPart]
    before: ReturnVersion | None
    floors: dict[str, Decimal]
    today: datetime.date

    @cached_property
    def sheet(self) -> Sheet:
        return sheet_of(self.figures, self.measures, self.services)

    @cached_property
    def last_sheet(self) -> Sheet:
        """Last quarter's figures, to be shown beside; empty for a first return."""
        figures = figures_from_data(self.before.content) if self.before else {}
        return sheet_of(figures, self.measures, self.services) if figures else {}

    @cached_property
    def is_settled_before(self) -> bool:
        return bool(self.before and self.before.outcome_return.state in SETTLED)

    @cached_property
    def opening(self) -> dict[str, Decimal]:
        """Open at the end of the last accepted return, by service: where this one must begin."""
        if not self.is_settled_before:
            return {}
        ends = {service: self.last_sheet.get(("B04", service)) for service in self.services}
        return {service: value for service, value in ends.items() if value is not None}

    @cached_property
    def spent_before(self) -> Decimal | None:
        """Spend to date in the last accepted return of the same financial year."""
        is_first_quarter = self.outcome_return.period.first_day.month == FIRST_MONTH
        return self.last_sheet.get(("F04", WHOLE)) if self.is_settled_before and not is_first_quarter else None

    @property
    def typed(self) -> dict[Key, str]:
        """What was typed and is no figure, by cell."""
        return {key_from(name): text for part in self.parts.values() for name, text in part.typed.items()}

    @property
    def notes(self) -> dict[str, str]:
        return {name: part.note for name, part in self.parts.items() if part.note}

    @cached_property
    def facts(self) -> Facts:
        return Facts(
            measures=self.measures,
            services=self.services,
            sheet=self.sheet,
            day=self.today,
            typed=self.typed,
            opening=self.opening,
            spent_before=self.spent_before,
            notes=self.notes,
            floors=self.floors,
        )

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.facts)

    def keyed(self, part: str) -> list[Measure]:
        """The measures of a page that a person enters; the opening caseload too while there is nothing to fill it from."""
        first_return = {"B01"} if not self.opening else set()
        return [one for one in self.measures if one.section == part and (one.entered or one.code in first_return)]

    def cells(self, part: str) -> list[Key]:
        return [key for measure in self.keyed(part) for key in keys_of(measure, self.services)]


def name_of(key: Key) -> str:
    """The cell's name in a form: "B02-OUT", "F04"."""
    return "-".join(word for word in key if word)


def key_from(name: str) -> Key:
    code, _, service = name.partition("-")
    return code, service


def working_return(outcome_return: OutcomeReturn, today: datetime.date) -> Working:
    """Everything about a return whose contract and period are at hand."""
    contract = outcome_return.contract
    targets = ContractTarget.objects.filter(contract=contract, service="", measure__unit=Unit.PERCENT)
    return Working(
        outcome_return=outcome_return,
        measures=tuple(Measure.objects.all()),
        services=tuple(contract.services),
        figures=_figures(outcome_return),
        parts={part.part: part for part in outcome_return.parts.select_related("changed_by")},
        before=version_before(outcome_return),
        floors=dict(targets.values_list("measure__code", "floor")),
        today=today,
    )


def _figures(outcome_return: OutcomeReturn) -> dict[Key, Decimal | None]:
    rows = outcome_return.lines.filter(district=None).values_list("measure__code", "service", "value")
    return {(code, service): value for code, service, value in rows}


def version_before(outcome_return: OutcomeReturn) -> ReturnVersion | None:
    """The newest version of the same contract's return for the quarter before; none before a special period."""
    if outcome_return.period.kind != PeriodKind.QUARTER:
        return None
    eve = outcome_return.period.first_day - datetime.timedelta(days=1)
    versions = ReturnVersion.objects.filter(contract=outcome_return.contract_id, period__last_day=eve, period__kind=PeriodKind.QUARTER)
    return versions.select_related("outcome_return", "period").order_by("-number").first()


def newest_versions(periods: Iterable[ReportingPeriod]) -> dict[tuple[int, int], ReturnVersion]:
    """The newest version of every return of these periods, by contract and period."""
    versions = ReturnVersion.objects.filter(period__in=periods).select_related("outcome_return")
    newest = versions.order_by("outcome_return_id", "-number").distinct("outcome_return_id")
    return {(version.contract_id, version.period_id): version for version in newest}


def parts_order() -> list[Part]:
    return list(Part)

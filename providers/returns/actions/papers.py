"""Figures that a published paper states for a special period: entered as the paper has them, with their source, and frozen."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.contracts.models import Contract
from commissioning.measures.models import Measure
from commissioning.organisations.seat import Seat
from commissioning.periods.models import PeriodKind, ReportingPeriod
from providers.returns.actions.steps import check_allowed, person_of
from providers.returns.models import OutcomeReturn, ReturnLine, ReturnVersion
from providers.returns.permissions import REVIEWERS
from providers.returns.rules.figures import Key
from providers.returns.rules.versions import SCHEMA, figures_as_data, sha256_of
from providers.returns.states import ReturnState


@transaction.atomic
def enter_from_paper(
    *, contract: Contract, period: ReportingPeriod, figures: Mapping[Key, Decimal], note: str, source: str, by: Seat, now: datetime.datetime
) -> OutcomeReturn:
    """Make the frozen return of a special period from what a paper states; what it does not state stays blank.

    Nobody filled it in or certified it, so no check of a return applies and no day of submission is claimed.

    :raises ReturnRefused: not an officer of the contract's commissioner, or the period is a quarter.
    """
    check_allowed(by.has(*REVIEWERS) and by.is_of(contract.commissioner_id) and period.kind == PeriodKind.SPECIAL)
    row, made = OutcomeReturn.objects.get_or_create(
        contract=contract,
        period=period,
        defaults={
            "provider": contract.provider,
            "commissioner": contract.commissioner,
            "due_on": period.due_on,
            "state": ReturnState.FROZEN,
            "accepted_at": now,
            "accepted_by": by.person,
        },
    )
    if made:
        _store(row, figures, note=note, source=source, by=by, now=now)
        record(by=by, verb="entered from a paper", on=row, after={"source": source})
    return row


def _store(row: OutcomeReturn, figures: Mapping[Key, Decimal], *, note: str, source: str, by: Seat, now: datetime.datetime) -> None:
    measures = {measure.code: measure for measure in Measure.objects.filter(code__in={code for code, _ in figures})}
    ReturnLine.objects.bulk_create(
        ReturnLine(outcome_return=row, provider_id=row.provider_id, measure=measures[code], service=service, value=value)
        for (code, service), value in figures.items()
    )
    content = {
        "schema": SCHEMA,
        "return": row.reference,
        "version": 1,
        "period": row.period.code,
        "contract": row.contract.reference,
        "provider": row.provider.code,
        "figures": figures_as_data(dict(figures)),
        "notes": {"words": note},
        "checks": "not applied",
        "source": source,
        "entered_by": str(by.person),
        "entered_at": now.isoformat(),
    }
    ReturnVersion.objects.create(
        outcome_return=row,
        contract=row.contract,
        period=row.period,
        provider=row.provider,
        commissioner=row.commissioner,
        number=1,
        content=content,
        sha256=sha256_of(content),
        certified_at=now,
        certified_by=person_of(by),
    )

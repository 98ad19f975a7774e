"""Signing: who certifies is not who prepared. Certifying makes a version that nobody can change."""

import datetime
from typing import Any

from django.db import transaction

from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from providers.returns.actions.steps import check_allowed, check_seen, locked, move, person_of
from providers.returns.messages import tell_handed_back, tell_received
from providers.returns.models import OutcomeReturn, ReturnVersion
from providers.returns.permissions import can_sign
from providers.returns.queries.working import Working, working_return
from providers.returns.rules.checks import ReturnRefused, h18_two_people
from providers.returns.rules.screening import check_text
from providers.returns.rules.versions import DECLARATION, SCHEMA, figures_as_data, sha256_of
from providers.returns.states import ReturnState


@transaction.atomic
def hand_back(*, outcome_return: OutcomeReturn, reason: str, by: Seat, now: datetime.datetime) -> OutcomeReturn:
    """Give a prepared return back to who prepared it, with the reason.

    :raises ReturnRefused: no reason, or the return is not waiting for a signature.
    """
    row = locked(outcome_return)
    check_allowed(can_sign(by, row))
    if not reason.strip():
        raise ReturnRefused("Say what has to be changed before you can certify it.", field="reason")
    check_text(reason, in_london(now).date(), field="reason")
    move(row, ReturnState.DRAFT, verb="handed back", by=by, now=now, reason=reason, sent_back_because=reason)
    tell_handed_back(row, by=by)
    return row


@transaction.atomic
def certify(*, outcome_return: OutcomeReturn, declared: bool, seen: int | None, by: Seat, now: datetime.datetime) -> ReturnVersion:
    """Declare the figures and send them to the commissioner as a new version.

    :param seen: the version of the return that the certifier read.
    :raises ReturnRefused: no declaration, the certifier prepared it, or a check fails.
    :raises StaleEdit: the return changed after the certifier had opened it.
    """
    row = locked(outcome_return)
    check_allowed(can_sign(by, row))
    if not declared:
        raise ReturnRefused("Tick the box to declare that you have checked the figures.", field="declared")
    h18_two_people(preparer=row.prepared_by_id, certifier=by.person.pk if by.person else None)
    check_seen(row, seen or 0)
    working = working_return(row, in_london(now).date())
    if working.findings:
        raise ReturnRefused(f"A check fails: {working.findings[0].sentence}. Hand the return back to have it mended.")
    version = _make_version(row, working, by=by, now=now)
    first: dict[str, Any] = {} if row.first_submitted_at else {"first_submitted_at": now, "first_submitted_by": by.person}
    move(row, ReturnState.SUBMITTED, verb="certified and submitted", by=by, now=now, **first)
    if row.queries.filter(answered_at=None, closed_at=None).exists():
        move(row, ReturnState.QUERIED, verb="is still asked about", by=by, now=now)
    tell_received(row, version, by=by)
    return version


def _make_version(row: OutcomeReturn, working: Working, *, by: Seat, now: datetime.datetime) -> ReturnVersion:
    newest = row.versions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    content = {
        "schema": SCHEMA,
        "return": row.reference,
        "version": number,
        "period": row.period.code,
        "contract": row.contract.reference,
        "provider": row.provider.code,
        "figures": figures_as_data(working.figures),
        "notes": working.notes,
        "checks": "passed",
        "prepared_by": str(row.prepared_by),
        "certified_by": str(by.person),
        "certified_at": now.isoformat(),
        "declaration": DECLARATION,
    }
    return ReturnVersion.objects.create(
        outcome_return=row,
        contract=row.contract,
        period=row.period,
        provider=row.provider,
        commissioner=row.commissioner,
        number=number,
        content=content,
        sha256=sha256_of(content),
        certified_at=now,
        certified_by=person_of(by),
    )

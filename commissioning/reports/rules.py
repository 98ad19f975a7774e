"""What a report's snapshot is, and when a report may be frozen and published. Pure."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import on
from commissioning.reports.states import ReportState

SCHEMA = "portal/performance-report/1"


class ReportRefused(Refusal):
    """A report may not be built, frozen or published now."""


def canonical(snapshot: dict[str, Any]) -> bytes:
    """The snapshot as bytes that are the same whenever the data are the same: sorted keys, no spaces, UTF-8."""
    return json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the canonical snapshot, as printed on each page of the report."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def check_build(state: str) -> None:
    """:raises ReportRefused: the report is frozen; a frozen report is never built again."""
    if state in {ReportState.FROZEN, ReportState.PUBLISHED}:
        raise ReportRefused("This report is frozen. A correction appears in the next quarter's report, marked as revised.")


def check_freeze(state: str, *, freeze_on: date, today: date, missing: Sequence[str]) -> None:
    """A report is frozen on its calendar day, or earlier once nothing is missing.

    :param missing: one sentence for each thing that is still missing, as the houses' gate checks say it.
    :raises ReportRefused: with what to do.
    """
    if state != ReportState.PROVISIONAL:
        raise ReportRefused("There is no provisional report to freeze. Build the report first.")
    if missing and today < freeze_on:
        raise ReportRefused(
            f"{' '.join(missing)} Accept what is in, or wait until the freeze on {on(freeze_on)}: "
            "a report frozen then says by name who has not reported."
        )


def check_publish(state: str) -> None:
    """:raises ReportRefused: only a frozen report is published, and once."""
    if state == ReportState.PUBLISHED:
        raise ReportRefused("This report is published already.")
    if state != ReportState.FROZEN:
        raise ReportRefused("Only a frozen report can be published. Freeze it first, so that nobody reads figures that still move.")

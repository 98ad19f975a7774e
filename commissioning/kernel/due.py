"""What is due: slices register functions that make what the calendar asks for and is not there yet.

    register_due("returns.open", open_returns_due)      # open_returns_due(now) -> how many it made

They run every minute. Each one must be idempotent: it creates what is due, so a missed hour heals itself.
"""

import datetime
import logging
from collections.abc import Callable

from django.db import transaction

log = logging.getLogger(__name__)
DueCheck = Callable[[datetime.datetime], int | None]
_checks: dict[str, DueCheck] = {}


def register_due(name: str, check: DueCheck) -> None:
    """:raises ValueError: another function has that name already."""
    if _checks.get(name, check) is not check:
        raise ValueError(f"There is already something due under the name {name}")
    _checks[name] = check


def registered_due() -> list[str]:
    return sorted(_checks)


def make_what_is_due(now: datetime.datetime) -> dict[str, int]:
    """Ask every check, each in its own transaction; one that fails is logged and does not hold up the others.

    Returns how much each of them made.
    """
    made = {}
    for name, check in sorted(_checks.items()):
        try:
            with transaction.atomic():
                made[name] = check(now) or 0
        except Exception:
            log.exception("What is due could not be made: %s", name)
    return made

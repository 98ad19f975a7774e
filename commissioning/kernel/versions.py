"""Two people edit the same thing: the second save is refused with who and when, and nothing that was typed is lost."""

import datetime
from typing import Any

from commissioning.kernel import words
from commissioning.kernel.models import Versioned
from commissioning.kernel.refusals import StaleEdit


def check_version(row: Versioned, version: int | None) -> None:
    """Let a save pass that began from the present version. Call it on the locked row.

    :raises StaleEdit: somebody saved in between.
    """
    if row.version == version:
        return
    who = f"{row.changed_by} saved this" if row.changed_by else "This was saved"
    when = f" on {words.at(row.changed_at)}" if row.changed_at else ""
    raise StaleEdit(f"{who}{when}, after you opened the page. Your text is still here: compare, then save again.")


def mark_changed(row: Versioned, by: Any, now: datetime.datetime) -> None:
    """The next version, by this person, at this moment. The caller saves the row."""
    row.version += 1
    row.changed_at, row.changed_by = (now, by) if by else (None, None)

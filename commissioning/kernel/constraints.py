"""What the database refuses, in words: each constraint's name leads to a sentence for the person who ran into it."""

import re
from collections.abc import Mapping

from django.db import DatabaseError

from commissioning.kernel.refusals import Refusal

_words: dict[str, str] = {}
_RAISED = re.compile(r"portal_\w+: (?P<sentence>[^\n]+)")


class DatabaseRefused(Refusal):
    """A constraint or a trigger of the database said no."""


def register_words(words: Mapping[str, str]) -> None:
    """Say in words what each of these constraints (by name) protects."""
    _words.update(words)


def in_words(error: DatabaseError) -> DatabaseRefused | None:
    """The refusal behind a database error, or None for an error that nobody expects."""
    cause = error.__cause__
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if name and name in _words:
        return DatabaseRefused(_words[name])
    raised = _RAISED.search(str(error))
    if raised:
        sentence = raised["sentence"].rstrip(".")
        return DatabaseRefused(f"{sentence[0].upper()}{sentence[1:]}.")
    return None

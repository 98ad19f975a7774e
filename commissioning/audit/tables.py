"""The trail as a table and one entry as rows, with no more than the reader may see."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from commissioning.audit.models import AuditEntry
from commissioning.audit.permissions import Reader, can_read_values, reads_every_trail
from commissioning.kernel.tables import Column, Link, Table
from commissioning.kernel.words import at, in_london

NOBODY = "Nobody signed in"
COLUMNS = [
    Column("when", "When", "link"),
    Column("who", "Who"),
    Column("organisation", "For"),
    Column("verb", "Did what"),
    Column("thing", "To what", "link"),
    Column("reason", "Why"),
]
FILE_COLUMNS = [
    Column("happened_at", "When", "moment"),
    Column("who", "Who"),
    Column("organisation", "For"),
    Column("verb", "Did what"),
    Column("object_type", "Kind of thing"),
    Column("object_reference", "Reference"),
    Column("object_label", "To what"),
    Column("reason", "Why"),
    Column("request_id", "Request or job"),
    Column("hash", "Hash"),
]
VALUE_COLUMNS = [Column("before_text", "Before"), Column("after_text", "After")]


def trail_table(entries: Iterable[AuditEntry], seat: Reader) -> Table:
    """One page of the trail, the newest first."""
    columns = [column for column in COLUMNS if column.key != "organisation" or reads_every_trail(seat)]
    return Table(columns, [_row(entry) for entry in entries], "What was done, the newest first")


def trail_file(entries: Iterable[AuditEntry], seat: Reader) -> Table:
    """The whole of what was found, for a file; values only for those who may see them."""
    columns = [*FILE_COLUMNS, *(VALUE_COLUMNS if can_read_values(seat) else [])]
    return Table(columns, (_file_row(entry) for entry in entries), "Audit trail")


def entry_rows(entry: AuditEntry) -> list[dict[str, str]]:
    """One entry as keys and values."""
    named = f"{entry.object_type} {entry.object_reference}".strip()
    thing = f"{entry.object_label} ({named})" if entry.object_label and named else entry.object_label or named
    return [
        {"key": "When", "value": at(entry.happened_at)},
        {"key": "Who", "value": entry.who or NOBODY},
        {"key": "For", "value": str(entry.organisation or "No organisation")},
        {"key": "Did what", "value": entry.verb},
        {"key": "To what", "value": thing},
        {"key": "Why", "value": entry.reason or "No reason was asked for"},
        {"key": "Request or job", "value": entry.request_id or "None"},
        {"key": "Hash of this entry", "value": entry.hash},
        {"key": "Hash of the entry before", "value": entry.previous_hash or "This is the first entry"},
    ]


def changes_table(entry: AuditEntry) -> Table:
    """What changed: each value before and after."""
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    rows = [{"name": _in_words(name), "before": _said(entry.before.get(name)), "after": _said(entry.after.get(name))} for name in names]
    return Table([Column("name", "What"), Column("before", "Before"), Column("after", "After")], rows, "What changed")


def history_url(entry: AuditEntry) -> str:
    """The address of everything that was done to the same thing; "" for an entry without one."""
    if not entry.object_reference:
        return ""
    wanted = urlencode({"object_type": entry.object_type, "object_reference": entry.object_reference})
    return f"{reverse('audit:trail')}?{wanted}"


def _row(entry: AuditEntry) -> dict[str, Any]:
    thing = f"{entry.object_label or entry.object_type}"
    return {
        "when": Link(f"{in_london(entry.happened_at):%-d %b %Y, %H:%M:%S}", reverse("audit:entry", args=[entry.hash])),
        "who": entry.who or NOBODY,
        "organisation": str(entry.organisation or ""),
        "verb": entry.verb,
        "thing": Link(thing, history_url(entry)),
        "reason": entry.reason,
    }


def _file_row(entry: AuditEntry) -> dict[str, Any]:
    plain = {column.key: getattr(entry, column.key) for column in FILE_COLUMNS if column.key != "organisation"}
    values = {"before_text": _as_json(entry.before), "after_text": _as_json(entry.after)}
    return {**plain, **values, "organisation": str(entry.organisation or "")}


def _as_json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

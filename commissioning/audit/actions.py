"""Writing down what somebody did: `record` in the transaction of the deed, `refused` even if nothing else is kept."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model

from commissioning.kernel.clean import clean_text, clean_values
from commissioning.kernel.logs import request_id

REFUSED = "was refused"
INSERT = """
INSERT INTO commissioning_auditentry (happened_at, happened_by_id, who, organisation_id, verb, object_type, object_reference,
    object_label, sealed_by_id, before, after, reason, request_id, previous_hash, hash)
VALUES (clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, '', '')
"""
Row = tuple[Any, ...]
_kept: ContextVar[list[Row] | None] = ContextVar("kept_refusals", default=None)


class Actor(Protocol):
    """A seat, as far as the record needs it."""

    @property
    def person(self) -> Any: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def who(self) -> str: ...


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        return str(value) if isinstance(value, Model) else super().default(value)


def record(
    *,
    by: Actor,
    verb: str,
    on: Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    sealed_by: Model | None = None,
) -> None:
    """Write one entry in the caller's transaction: the deed and its record stand or fall together.

    :param verb: past tense, as in a sentence: "pledged", "sent for sign-off".
    :param on: what it was done to; its `reference` or `code` names it. What lies in a sealed bid is sealed by itself.
    :param before: what changed, as it was; `after` as it is. Plain values; never what another seat must not read yet.
    :param sealed_by: the tender until whose opening only the actor's own organisation may read the entry.
    """
    _write(_row(by, verb, on, before or {}, after or {}, reason, sealed_by))


def refused(*, by: Actor, on: Model | None = None, reason: str, sealed_by: Model | None = None, page: str = "", address: str = "") -> None:
    """Write down a refused look or deed. In a request the entry is written after it, so that no rollback loses it.

    :param page: name of the page that was refused, when there is no object; `address` is what was asked for.
    """
    row = _row(by, REFUSED, on, {}, {}, reason, sealed_by)
    if on is None:
        row = (*row[:4], "page", clean_text(page)[:80], clean_text(address)[:200], *row[7:])
    kept = _kept.get()
    if kept is None:
        _write(row)
    else:
        kept.append(row)


def exported(*, by: Actor, what: str, format_: str, rows: int | None = None) -> None:
    """Write down that somebody took a file of figures away: what it held, and in which format."""
    size = {} if rows is None else {"rows": rows}
    row = _row(by, "exported", None, {}, {"format": format_, **size}, "", None)
    _write((*row[:4], "export", "", clean_text(what)[:200], *row[7:]))


@contextmanager
def refusals_kept() -> Iterator[None]:
    """Hold refusals back while a request runs and write them down after it, whatever became of its transaction."""
    rows: list[Row] = []
    token = _kept.set(rows)
    try:
        yield
    finally:
        _kept.reset(token)
        if rows:
            with transaction.atomic():
                for row in rows:
                    _write(row)


def _row(
    by: Actor, verb: str, on: Model | None, before: Mapping[str, Any], after: Mapping[str, Any], reason: str, sealed_by: Model | None
) -> Row:
    return (
        by.person.pk if by.person else None,
        clean_text(by.who)[:200],
        by.organisation_id,
        verb[:60],
        str(on._meta.verbose_name)[:60] if on else "",
        _reference_of(on)[:80],
        clean_text(str(on))[:200] if on else "",
        sealed_by.pk if sealed_by else _seal_of(on),
        _as_json(before),
        _as_json(after),
        clean_text(reason),
        request_id()[:40],
    )


def _reference_of(on: Model | None) -> str:
    return str(getattr(on, "reference", "") or getattr(on, "code", "") or on.pk) if on else ""


def _seal_of(on: Model | None) -> int | None:
    """Rows of a bid carry `opened_on_clock`: until it is set they lie under the seal of their tender."""
    sealed = on is not None and hasattr(on, "opened_on_clock") and hasattr(on, "tender_id")
    return getattr(on, "tender_id", None) if sealed else None


def _as_json(values: Mapping[str, Any]) -> str:
    return json.dumps(clean_values(json.loads(json.dumps(dict(values), cls=_Encoder))))


def _write(row: Row) -> None:
    """Plain SQL, because an actor may write what the row level policy does not let them read back."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)

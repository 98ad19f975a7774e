"""Reading the trail, and checking that nobody has changed it."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from commissioning.audit.models import AuditEntry
from commissioning.audit.permissions import Reader, visible_to
from commissioning.kernel.words import LONDON


@dataclass(frozen=True)
class TrailFilter:
    """What the reader looks for; empty parts do not narrow. Days are London's."""

    search: str = ""
    verb: str = ""
    person: str = ""
    object_type: str = ""
    object_reference: str = ""
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None


@dataclass(frozen=True)
class Verdict:
    """Outcome of checking the chain. `problem` is "" when it is whole."""

    entries: int
    first_hash: str
    last_hash: str
    problem: str = ""


def trail_of(seat: Reader, wanted: TrailFilter = TrailFilter()) -> QuerySet[AuditEntry]:
    """Entries that the seat may read, the newest first."""
    found = AuditEntry.objects.filter(visible_to(seat)).select_related("organisation")
    if wanted.search:
        words = Q(who__icontains=wanted.search) | Q(object_label__icontains=wanted.search) | Q(reason__icontains=wanted.search)
        found = found.filter(words | Q(verb__icontains=wanted.search) | Q(object_reference__iexact=wanted.search))
    for field, value in {
        "verb__istartswith": wanted.verb,
        "who__icontains": wanted.person,
        "object_type": wanted.object_type,
        "object_reference": wanted.object_reference,
        "happened_at__gte": wanted.first_day and _midnight(wanted.first_day),
        "happened_at__lt": wanted.last_day and _midnight(wanted.last_day + datetime.timedelta(days=1)),
    }.items():
        if value:
            found = found.filter(**{field: value})
    return found.order_by("-id")


def entry_of(seat: Reader, hash_: str) -> AuditEntry | None:
    """The entry with this hash, if the seat may read it."""
    return trail_of(seat).filter(hash=hash_).first() if len(hash_) == 64 else None


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), LONDON)


def checked_chain(remembered: str = "") -> Verdict:
    """Work every hash out again, and compare the number and the last hash with what the database keeps apart.

    :param remembered: a hash noted down earlier; the chain must still hold it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT entries, last_hash FROM portal_audit_head")
        due_entries, due_hash = cursor.fetchone()
        cursor.execute("SELECT id, problem FROM portal_audit_check() LIMIT 1")
        broken = cursor.fetchone()
    hashes = AuditEntry.objects.order_by("id").values_list("hash", flat=True)
    entries, first = hashes.count(), hashes.filter(previous_hash="").first() or ""
    problem = ""
    if broken:
        problem = f"Entry {broken[0]} is broken: {broken[1]}."
    elif entries != due_entries or (due_hash and not hashes.filter(hash=due_hash).exists()):
        problem = f"{due_entries} entries were written, {entries} are here: the newest are missing."
    elif remembered and not hashes.filter(hash=remembered).exists():
        problem = "The hash that you remember is not in the chain."
    return Verdict(entries, first, due_hash, problem)

"""Who may read the trail. The database's row level policies say the same a second time."""

from typing import Protocol

from django.db.models import Q

AUDITOR = "auditor"
# Evaluators must not learn another's marks, administrators no money, bids or returns: they read who did what, without values.
READ_VALUES = frozenset(
    {
        AUDITOR,
        "lead_officer",
        "commissioner",
        "finance",
        "funder_officer",
        "funder_approver",
        "bid_manager",
        "data_officer",
        "certifier",
    }
)


class Reader(Protocol):
    """A seat, as far as reading the trail needs it."""

    @property
    def organisation_id(self) -> int | None: ...
    @property
    def roles(self) -> frozenset[str]: ...


def visible_to(seat: Reader) -> Q:
    """An organisation reads its own trail; an auditor reads all, but nothing of a tender whose bids are still sealed."""
    own = Q(organisation_id=seat.organisation_id) if seat.organisation_id else Q(pk__in=[])
    if AUDITOR not in seat.roles:
        return own
    return own | Q(sealed_by=None) | Q(sealed_by__opened_at__isnull=False)


def can_read_values(seat: Reader) -> bool:
    """Whether the seat sees what changed (before and after), beside who did what and when."""
    return bool(READ_VALUES & seat.roles)


def reads_every_trail(seat: Reader) -> bool:
    return AUDITOR in seat.roles

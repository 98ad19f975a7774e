"""Signs of life of the worker and of the clock that drives it."""

from commissioning.kernel.clock import DatabaseClock
from commissioning.kernel.models import Heartbeat


def say_alive(*names: str) -> None:
    """Note that these processes live now."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_on_clock=DatabaseClock()) for name in names],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beat_on_clock"],
    )

"""GET /health/: what a monitor, a container or a script asks. Needs no session, no seat, no transaction."""

import logging
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from commissioning.kernel.models import Heartbeat
from commissioning.organisations.guards import public_page

SILENT_AFTER_SECONDS = 120
log = logging.getLogger(__name__)


@never_cache
@transaction.non_atomic_requests
@public_page
def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503. `?only=web` leaves the worker out, for a load balancer."""
    found = state_of_the_portal()
    parts = ["database", "broker"] if request.GET.get("only") == "web" else ["database", "broker", "worker"]
    well = all((found[part]["status"] if part == "worker" else found[part]) == "ok" for part in parts)
    return JsonResponse({"status": "ok" if well else "unwell", **found}, status=200 if well else 503)


def state_of_the_portal() -> dict[str, Any]:
    """Database and broker as `ok` or `down`; the worker as `ok`, `silent` or `unknown` with the age of its last sign in seconds."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        age = heartbeat_age("worker")
    except Error as error:
        log.warning("health: the database does not answer: %s", error)
        return {
            "database": "down",
            "broker": "down" if _broker_is_in_the_database() else _broker(),
            "worker": {"status": "unknown", "heartbeat_age": None},
            "version": settings.VERSION,
        }
    silent = age is None or age > SILENT_AFTER_SECONDS
    return {
        "database": "ok",
        "broker": _broker(),
        "worker": {"status": "silent" if silent else "ok", "heartbeat_age": age},
        "version": settings.VERSION,
    }


def heartbeat_age(name: str) -> int | None:
    """Whole seconds since this process last said that it lives; None when it never did."""
    last = Heartbeat.objects.filter(name=name).values_list("beat_on_clock", flat=True).first()
    return max(0, int((timezone.now() - last).total_seconds())) if last else None


def _broker_is_in_the_database() -> bool:
    return str(settings.CELERY_BROKER_URL).startswith("pgmq:")


def _broker() -> str:
    """Whether work can be handed over now."""
    try:
        if _broker_is_in_the_database():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pgmq.meta WHERE queue_name = %s", [current_app.conf.task_default_queue])
                return "ok" if cursor.fetchone() else "down"
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=3, interval_start=0.1)
    except Exception as error:
        log.warning("health: the broker does not answer: %s", error)
        return "down"
    return "ok"

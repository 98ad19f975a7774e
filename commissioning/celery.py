"""The Celery application. Tasks are found in the `tasks` module at the front of each house."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commissioning.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def say_alive_at_once(**_: Any) -> None:
    """A worker that starts shows that it lives now, not at the clock's next turn."""
    app.send_task("kernel.heartbeat")

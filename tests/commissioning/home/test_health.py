"""GET /health/ for monitors and scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from commissioning.kernel.models import Heartbeat


def beat(seconds_ago: int) -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"beat_on_clock": timezone.now() - timedelta(seconds=seconds_ago)})


def test_all_well(client: Client, db: None) -> None:
    beat(7)
    answer = client.get("/health/")
    assert answer.status_code == 200
    said = answer.json()
    assert 7 <= said["worker"].pop("heartbeat_age") <= 10  # a slow machine may take a second to answer
    assert said == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "worker": {"status": "ok"},
        "version": settings.VERSION,
    }
    assert "no-store" in answer["Cache-Control"]


def test_silent_worker_is_unwell_but_not_for_a_load_balancer(client: Client, db: None) -> None:
    beat(600)
    assert client.get("/health/").status_code == 503
    assert client.get("/health/").json()["worker"] == {"status": "silent", "heartbeat_age": 600}
    assert client.get("/health/?only=web").status_code == 200


def test_worker_that_never_spoke_is_silent(client: Client, db: None) -> None:
    assert client.get("/health/").json()["worker"] == {"status": "silent", "heartbeat_age": None}


def test_database_that_is_down_is_said_in_json(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", down)
        answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unwell",
        "database": "down",
        "broker": "down",
        "worker": {"status": "unknown", "heartbeat_age": None},
        "version": settings.VERSION,
    }


def test_asking_costs_three_queries(client: Client, db: None, django_assert_num_queries: Any) -> None:
    beat(1)
    with django_assert_num_queries(3):
        client.get("/health/")

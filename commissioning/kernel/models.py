"""Rows of the kernel: background jobs, heartbeats of the processes, forms sent once."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.kernel.references import new_reference
from commissioning.kernel.states import JobState


def job_reference() -> str:
    return new_reference("JOB")


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class Job(models.Model):
    """One piece of background work: outbox row, progress and record in one."""

    reference = models.CharField(max_length=20, unique=True, default=job_reference)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    done_steps = models.PositiveIntegerField(default=0)
    total_steps = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey("commissioning.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    queued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    queued_at = models.DateTimeField(auto_now_add=True)
    sent_on_clock = models.DateTimeField(null=True, blank=True)
    started_on_clock = models.DateTimeField(null=True, blank=True)
    heartbeat_on_clock = models.DateTimeField(null=True, blank=True)
    finished_on_clock = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state__in=["queued", "running"]), name="job_one_unfinished_per_key"),
        ]
        indexes = [models.Index(fields=["state", "queued_at"], name="job_state_queued")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"


class Heartbeat(models.Model):
    """When a process last said that it lives: `worker`, `beat`."""

    name = models.CharField(max_length=50, primary_key=True)
    beat_on_clock = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class OnceToken(models.Model):
    """A form that was sent: the same token a second time writes nothing and leads to the first outcome."""

    token = models.UUIDField(unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    outcome_url = models.CharField(max_length=500, blank=True)
    used_on_clock = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.token)


class Versioned(models.Model):
    """A row that people edit: a save against an older version is refused with who and when."""

    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


def money_field(**options: Any) -> models.DecimalField:
    """Pounds and pence: up to 999,999,999,999.99."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


def at_has_by(moment: str, name: str) -> models.CheckConstraint:
    """A moment at which a person acted and the person: both or neither. `at_has_by("agreed_at", ...)` pairs it with `agreed_by`."""
    person = moment.removesuffix("_at") + "_by"
    both = Q(**{f"{moment}__isnull": False, f"{person}__isnull": False})
    neither = Q(**{f"{moment}__isnull": True, f"{person}__isnull": True})
    return models.CheckConstraint(condition=both | neither, name=name)

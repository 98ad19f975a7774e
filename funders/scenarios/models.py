from django.conf import settings
from django.db import models
from django.db.models import Q

from commissioning.kernel.models import Versioned, at_has_by
from commissioning.kernel.references import new_reference
from commissioning.organisations.models import Organisation
from funders.pool.models import PooledFund
from funders.scenarios.states import ScenarioState


def scenario_reference() -> str:
    return new_reference("SN")


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def standing(self) -> "ScenarioQuerySet":
        return self.exclude(state=ScenarioState.ARCHIVED)


class Scenario(Versioned):
    """A question about less money with the answer of the day on which it was saved. Neither is ever changed.

    A draft is its own organisation's alone; once it is shared, everybody who reads the fund reads it.
    """

    reference = models.CharField(max_length=20, unique=True, default=scenario_reference)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="scenarios")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    asked = models.CharField(max_length=400)
    question = models.JSONField()
    outcome = models.JSONField()
    state = models.CharField(max_length=10, choices=ScenarioState.choices, default=ScenarioState.DRAFT)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(null=True, blank=True)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        indexes = [models.Index(fields=["fund", "-saved_at"], name="scenario_fund_saved")]
        constraints = [
            at_has_by("shared_at", "scenario_shared_at_has_by"),
            at_has_by("archived_at", "scenario_archived_at_has_by"),
            models.CheckConstraint(condition=~Q(state="shared") | Q(shared_at__isnull=False), name="scenario_shared_has_day"),
            models.CheckConstraint(condition=~Q(state="draft") | Q(shared_at=None), name="scenario_draft_not_shared"),
            models.CheckConstraint(condition=Q(state="archived") | Q(archived_at=None), name="scenario_archived_has_state"),
        ]

    def __str__(self) -> str:
        return self.name

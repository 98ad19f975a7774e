from django.db import models
from django.db.models import F, Q

from commissioning.periods.states import PeriodState


class PeriodKind(models.TextChoices):
    QUARTER = "quarter", "Quarter"
    SPECIAL = "special", "Special period"


class PeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def quarters(self) -> "PeriodQuerySet":
        return self.filter(kind=PeriodKind.QUARTER)

    def open(self) -> "PeriodQuerySet":
        return self.filter(state=PeriodState.OPEN)

    def frozen(self) -> "PeriodQuerySet":
        return self.filter(state=PeriodState.FROZEN)


class ReportingPeriod(models.Model):
    """A quarter, or a special period such as April to July 2017, for which providers report."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=PeriodKind.choices, default=PeriodKind.QUARTER)
    first_day = models.DateField()
    last_day = models.DateField()
    due_on = models.DateField()
    extended_from = models.DateField(null=True, blank=True, help_text="The first due day, where it was moved for everybody.")
    extended_because = models.CharField(max_length=200, blank=True)
    freeze_on = models.DateField()
    state = models.CharField(max_length=10, choices=PeriodState.choices, default=PeriodState.AHEAD)
    illustrative = models.BooleanField(default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gt=F("first_day")), name="period_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(due_on__gt=F("last_day")), name="period_due_after_it_ends"),
            models.CheckConstraint(condition=Q(freeze_on__gt=F("due_on")), name="period_frozen_after_due"),
            models.CheckConstraint(
                condition=Q(extended_from=None, extended_because="") | Q(extended_from__lt=F("due_on")) & ~Q(extended_because=""),
                name="period_extension_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

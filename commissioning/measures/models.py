from django.db import models

from commissioning.measures.kinds import Direction, Section, Service, Unit

__all__ = ["Direction", "Measure", "Section", "Service", "Unit"]


class MeasureQuerySet(models.QuerySet["Measure"]):
    def entered(self) -> "MeasureQuerySet":
        """Those that a provider keys; the others are prefilled or worked out."""
        return self.filter(entered=True)


class Measure(models.Model):
    """A figure that a provider keys each quarter, or one that the portal works out. Loaded from a reviewed data file."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=120)
    definition = models.TextField()
    why = models.TextField(blank=True)
    how_to_count = models.TextField(blank=True)
    example = models.TextField(blank=True)
    section = models.CharField(max_length=20, choices=Section.choices)
    order = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.PEOPLE)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.CONTEXT)
    entered = models.BooleanField(default=True)
    by_service = models.BooleanField(default=True)
    numerator = models.CharField(max_length=60, blank=True, help_text="Codes joined by + and -; a count when there is no denominator.")
    denominator = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

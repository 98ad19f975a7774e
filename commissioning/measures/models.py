from django.db import models


class Direction(models.TextChoices):
    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"
    CONTEXT = "context", "Context"


class Unit(models.TextChoices):
    PEOPLE = "people", "people"
    CASES = "cases", "cases"
    POUNDS = "pounds", "pounds"


class Service(models.TextChoices):
    """Core services of the first catalogue; walk-ins, brief advice, resettlement and MARAC support stand outside the total."""

    IDVA = "IDVA_HR", "Community IDVA (high risk)"
    OUTREACH = "OUT", "Outreach (medium and standard risk)"
    REFUGE = "REF", "Refuge"


class Measure(models.Model):
    """A figure that a provider keys each quarter, or one that the portal works out. Loaded from a reviewed data file."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=120)
    definition = models.TextField()
    how_to_count = models.TextField(blank=True)
    section = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.PEOPLE)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.CONTEXT)
    entered = models.BooleanField(default=True)
    by_service = models.BooleanField(default=True)
    numerator = models.CharField(max_length=60, blank=True)
    denominator = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

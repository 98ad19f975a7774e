from django.db import models


class NeedsFigure(models.Model):
    """A figure of the papers: value, unit, scope, period and where it stands. Never summed across scopes."""

    code = models.SlugField(max_length=60, unique=True)
    topic = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=16, decimal_places=2)
    margin = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=40)
    scope = models.CharField(max_length=80)
    period = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    caveat = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.label

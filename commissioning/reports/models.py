from django.conf import settings
from django.db import models

from commissioning.kernel.models import at_has_by
from commissioning.periods.models import ReportingPeriod
from commissioning.reports.states import ReportState


class PerformanceReport(models.Model):
    """The quarterly joint document: a snapshot of data from which page, PDF and tables are drawn."""

    period = models.OneToOneField(ReportingPeriod, models.PROTECT, related_name="report")
    state = models.CharField(max_length=12, choices=ReportState.choices, default=ReportState.PLANNED)
    snapshot = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    build_number = models.PositiveIntegerField(default=0)
    built_on_clock = models.DateTimeField(null=True, blank=True)
    pdf = models.FileField(upload_to="reports", max_length=200, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-period__first_day"]
        constraints = [
            at_has_by("published_at", "report_published_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"Performance report, {self.period}"

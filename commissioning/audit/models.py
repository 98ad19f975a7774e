from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """Something that somebody did. Append-only; each row carries the hash of the row before it (database trigger)."""

    happened_at = models.DateTimeField(auto_now_add=True)
    happened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    who = models.CharField(max_length=200)
    organisation = models.ForeignKey("commissioning.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_reference = models.CharField(max_length=80, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    sealed_by = models.ForeignKey("commissioning.Tender", models.PROTECT, null=True, blank=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="audit_organisation"),
            models.Index(fields=["object_type", "object_reference"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.verb} {self.object_label}"

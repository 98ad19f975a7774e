from django.db.models import TextChoices


class ReportState(TextChoices):
    PLANNED = "planned", "Not yet built"
    PROVISIONAL = "provisional", "Provisional"
    FROZEN = "frozen", "Frozen"
    PUBLISHED = "published", "Published"


NEXT = {
    ReportState.PLANNED: {ReportState.PROVISIONAL},
    ReportState.PROVISIONAL: {ReportState.PROVISIONAL, ReportState.FROZEN},
    ReportState.FROZEN: {ReportState.PUBLISHED},
    ReportState.PUBLISHED: set(),
}

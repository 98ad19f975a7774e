from django.db.models import TextChoices


class PeriodState(TextChoices):
    AHEAD = "ahead", "Not yet ended"
    OPEN = "open", "Open for returns"
    FROZEN = "frozen", "Frozen"


NEXT = {
    PeriodState.AHEAD: {PeriodState.OPEN},
    PeriodState.OPEN: {PeriodState.FROZEN},
    PeriodState.FROZEN: set(),
}

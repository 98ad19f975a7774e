from django.db.models import TextChoices


class CloseState(TextChoices):
    PREPARED = "prepared", "Prepared"
    CLOSED = "closed", "Closed"
    REPLACED = "replaced", "Prepared anew"


NEXT = {
    CloseState.PREPARED: {CloseState.CLOSED, CloseState.REPLACED},
    CloseState.CLOSED: set(),
    CloseState.REPLACED: set(),
}

from django.db.models import TextChoices


class TransferState(TextChoices):
    WAITING = "waiting", "Waits for a second person"
    POSTED = "posted", "Posted"
    DROPPED = "dropped", "Dropped"
    REVERSED = "reversed", "Reversed"


NEXT = {
    TransferState.WAITING: {TransferState.POSTED, TransferState.DROPPED},
    TransferState.POSTED: {TransferState.REVERSED},
    TransferState.DROPPED: set(),
    TransferState.REVERSED: set(),
}

from django.db.models import TextChoices


class AwardState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Sent back"


NEXT = {
    AwardState.PROPOSED: {AwardState.APPROVED, AwardState.REFUSED},
    AwardState.REFUSED: {AwardState.PROPOSED},
    AwardState.APPROVED: set(),
}

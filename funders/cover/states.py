from django.db.models import TextChoices


class OverrideState(TextChoices):
    PROPOSED = "proposed", "Waits for a second signatory"
    CONFIRMED = "confirmed", "Signed by two partners"
    WITHDRAWN = "withdrawn", "Withdrawn"


NEXT = {
    OverrideState.PROPOSED: {OverrideState.CONFIRMED, OverrideState.WITHDRAWN},
    OverrideState.CONFIRMED: {OverrideState.WITHDRAWN},
    OverrideState.WITHDRAWN: set(),
}

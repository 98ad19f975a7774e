from django.db.models import TextChoices


class BidState(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted and sealed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    OPENED = "opened", "Opened"


NEXT = {
    BidState.DRAFT: {BidState.SUBMITTED},
    BidState.SUBMITTED: {BidState.SUBMITTED, BidState.WITHDRAWN, BidState.OPENED},
    BidState.WITHDRAWN: {BidState.SUBMITTED},
    BidState.OPENED: set(),
}

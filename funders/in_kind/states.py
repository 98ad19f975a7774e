from django.db.models import TextChoices


class InKindState(TextChoices):
    PLEDGED = "pledged", "Pledged"
    AGREED = "agreed", "Agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


NEXT = {
    InKindState.PLEDGED: {InKindState.AGREED, InKindState.WITHDRAWN},
    InKindState.AGREED: {InKindState.WITHDRAWN},
    InKindState.WITHDRAWN: set(),
}

from django.db.models import TextChoices


class ContributionState(TextChoices):
    PLEDGED = "pledged", "Pledged"
    AGREED = "agreed", "Agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


NEXT = {
    ContributionState.PLEDGED: {ContributionState.PLEDGED, ContributionState.AGREED, ContributionState.WITHDRAWN},
    ContributionState.AGREED: {ContributionState.WITHDRAWN},
    ContributionState.WITHDRAWN: set(),
}

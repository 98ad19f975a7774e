from django.db.models import TextChoices


class ContributionState(TextChoices):
    INDICATIVE = "indicative", "Indicative"
    PLEDGED = "pledged", "Pledged"
    AGREED = "agreed", "Agreed"
    NOTHING = "nothing", "Answered: nothing"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


OVER = (ContributionState.WITHDRAWN, ContributionState.LAPSED)
NEXT = {
    ContributionState.INDICATIVE: {
        ContributionState.INDICATIVE,
        ContributionState.PLEDGED,
        ContributionState.NOTHING,
        ContributionState.WITHDRAWN,
        ContributionState.LAPSED,
    },
    ContributionState.PLEDGED: {
        ContributionState.PLEDGED,
        ContributionState.AGREED,
        ContributionState.NOTHING,
        ContributionState.WITHDRAWN,
        ContributionState.LAPSED,
    },
    ContributionState.AGREED: {ContributionState.AGREED, ContributionState.WITHDRAWN, ContributionState.LAPSED},
    ContributionState.NOTHING: {ContributionState.PLEDGED, ContributionState.WITHDRAWN},
    ContributionState.WITHDRAWN: set(),
    ContributionState.LAPSED: set(),
}

from django.db.models import TextChoices


class ContractState(TextChoices):
    SIGNING = "signing", "Waiting for signatures"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"


NEXT = {
    ContractState.SIGNING: {ContractState.LIVE},
    ContractState.LIVE: {ContractState.ENDED},
    ContractState.ENDED: set(),
}

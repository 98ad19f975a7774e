from django.db.models import TextChoices


class ContractState(TextChoices):
    SIGNING = "signing", "Waiting for signatures"
    MOBILISING = "mobilising", "Signed, starts later"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"


NEXT = {
    ContractState.SIGNING: {ContractState.MOBILISING, ContractState.LIVE},
    ContractState.MOBILISING: {ContractState.LIVE},
    ContractState.LIVE: {ContractState.ENDED},
    ContractState.ENDED: set(),
}

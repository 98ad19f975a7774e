from django.db.models import TextChoices


class ReturnState(TextChoices):
    NOT_STARTED = "not_started", "Not started"
    DRAFT = "draft", "Draft"
    AWAITING_SIGN_OFF = "awaiting_sign_off", "Awaiting sign-off"
    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried"
    ACCEPTED = "accepted", "Accepted"
    FROZEN = "frozen", "Frozen"
    NOT_SUBMITTED = "not_submitted", "Not submitted"
    FROZEN_UNACCEPTED = "frozen_unaccepted", "Frozen, not accepted"


NEXT = {
    ReturnState.NOT_STARTED: {ReturnState.DRAFT, ReturnState.NOT_SUBMITTED},
    ReturnState.DRAFT: {ReturnState.AWAITING_SIGN_OFF, ReturnState.NOT_SUBMITTED, ReturnState.FROZEN_UNACCEPTED},
    ReturnState.AWAITING_SIGN_OFF: {
        ReturnState.DRAFT,
        ReturnState.SUBMITTED,
        ReturnState.NOT_SUBMITTED,
        ReturnState.FROZEN_UNACCEPTED,
    },
    ReturnState.SUBMITTED: {ReturnState.QUERIED, ReturnState.ACCEPTED, ReturnState.FROZEN_UNACCEPTED},
    ReturnState.QUERIED: {
        ReturnState.DRAFT,
        ReturnState.AWAITING_SIGN_OFF,
        ReturnState.SUBMITTED,
        ReturnState.FROZEN_UNACCEPTED,
    },
    ReturnState.ACCEPTED: {ReturnState.FROZEN},
    ReturnState.FROZEN: set(),
    ReturnState.NOT_SUBMITTED: set(),
    ReturnState.FROZEN_UNACCEPTED: set(),
}

# States in which the data officer fills the return in.
EDITABLE = frozenset({ReturnState.NOT_STARTED, ReturnState.DRAFT})

# States in which the commissioner sees the return: never a draft.
SENT = frozenset(
    {
        ReturnState.SUBMITTED,
        ReturnState.QUERIED,
        ReturnState.ACCEPTED,
        ReturnState.FROZEN,
        ReturnState.FROZEN_UNACCEPTED,
    }
)

# States after the freeze.
FINAL = frozenset({ReturnState.FROZEN, ReturnState.NOT_SUBMITTED, ReturnState.FROZEN_UNACCEPTED})

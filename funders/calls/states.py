from django.db.models import TextChoices


class CallState(TextChoices):
    DRAFT = "draft", "Draft"
    ASKED = "asked", "Asked"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


class AnswerState(TextChoices):
    WAITING = "waiting", "No answer yet"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


NEXT = {
    CallState.DRAFT: {CallState.ASKED, CallState.CANCELLED},
    CallState.ASKED: {CallState.CLOSED, CallState.CANCELLED},
    CallState.CLOSED: {CallState.CANCELLED},
    CallState.CANCELLED: set(),
}
NEXT_OF_ANSWER = {
    AnswerState.WAITING: {AnswerState.ACCEPTED, AnswerState.DECLINED},
    AnswerState.ACCEPTED: set(),
    AnswerState.DECLINED: set(),
}

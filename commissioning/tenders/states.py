from django.db.models import TextChoices


class TenderState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Open for bids"
    CLOSED = "closed", "Closed, bids sealed"
    OPENED = "opened", "Bids opened"
    MODERATED = "moderated", "Marks agreed"
    AWARDED = "awarded", "Award approved"
    CONTRACTED = "contracted", "Contracts signed"
    ABANDONED = "abandoned", "Abandoned"


NEXT = {
    TenderState.DRAFT: {TenderState.PUBLISHED, TenderState.ABANDONED},
    TenderState.PUBLISHED: {TenderState.CLOSED, TenderState.ABANDONED},
    TenderState.CLOSED: {TenderState.OPENED, TenderState.ABANDONED},
    TenderState.OPENED: {TenderState.MODERATED, TenderState.ABANDONED},
    TenderState.MODERATED: {TenderState.AWARDED, TenderState.ABANDONED},
    TenderState.AWARDED: {TenderState.CONTRACTED, TenderState.ABANDONED},
    TenderState.CONTRACTED: set(),
    TenderState.ABANDONED: set(),
}

# Seen by everybody, without signing in.
PUBLIC = frozenset(TenderState) - {TenderState.DRAFT}

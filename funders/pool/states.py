from django.db.models import TextChoices


class FundState(TextChoices):
    DRAFT = "draft", "Draft"
    OPEN = "open", "Open to partners"


NEXT: dict[FundState, set[FundState]] = {
    FundState.DRAFT: {FundState.OPEN},
    FundState.OPEN: set(),
}

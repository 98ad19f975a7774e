from django.db.models import TextChoices


class ScenarioState(TextChoices):
    DRAFT = "draft", "Draft"
    SHARED = "shared", "Shared"
    ARCHIVED = "archived", "Archived"


NEXT = {
    ScenarioState.DRAFT: {ScenarioState.SHARED, ScenarioState.ARCHIVED},
    ScenarioState.SHARED: {ScenarioState.ARCHIVED},
    ScenarioState.ARCHIVED: set(),
}

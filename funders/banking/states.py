from django.db.models import TextChoices


class ImportState(TextChoices):
    MAPPING = "mapping", "Columns to be named"
    READING = "reading", "Being read"
    READY = "ready", "Ready to post"
    POSTING = "posting", "Being posted"
    POSTED = "posted", "Posted"
    DISCARDED = "discarded", "Set aside"


NEXT = {
    ImportState.MAPPING: {ImportState.READING, ImportState.DISCARDED},
    ImportState.READING: {ImportState.READY, ImportState.READING, ImportState.DISCARDED},
    ImportState.READY: {ImportState.READING, ImportState.POSTING, ImportState.DISCARDED},
    ImportState.POSTING: {ImportState.POSTING, ImportState.POSTED},
    ImportState.POSTED: set(),
    ImportState.DISCARDED: set(),
}

from django.db.models import TextChoices


class JobState(TextChoices):
    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Working"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


NEXT = {
    JobState.QUEUED: {JobState.RUNNING, JobState.FAILED},
    JobState.RUNNING: {JobState.QUEUED, JobState.DONE, JobState.FAILED},
    JobState.DONE: set(),
    JobState.FAILED: {JobState.QUEUED},
}

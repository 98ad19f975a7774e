"""What the kernel does not keep for ever. See docs/background-work.md."""

import datetime

from commissioning.kernel.idempotence import forget_marks
from commissioning.kernel.models import Job
from commissioning.kernel.states import JobState

MAIL = "kernel.send_mail"
MAIL_DAYS, JOB_DAYS, MARK_DAYS = 30, 400, 7


def tidy(now: datetime.datetime) -> int:
    """Once an hour: forget used form marks, the texts of sent e-mails and the rows of long finished jobs.

    Returns how many rows were touched.
    """
    if now.minute:
        return 0
    finished = Job.objects.filter(state__in=[JobState.DONE, JobState.FAILED])
    old = finished.filter(finished_on_clock__lt=now - datetime.timedelta(days=JOB_DAYS)).delete()[0]
    sent = finished.filter(name=MAIL, finished_on_clock__lt=now - datetime.timedelta(days=MAIL_DAYS)).exclude(arguments={})
    return old + sent.update(arguments={}) + forget_marks(now - datetime.timedelta(days=MARK_DAYS))

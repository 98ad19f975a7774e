"""A background task that takes its time, for the drill; the drill's worker loads it by name."""

import time
from pathlib import Path

from commissioning.kernel.background import RunningJob, background_task
from commissioning.organisations.models import Organisation


@background_task("tests.slow")
def slow(job: RunningJob, marker: str, seconds: float) -> None:
    """Leave a mark at each beginning, write a row, wait, end."""
    with Path(marker).open("a") as file:
        file.write(f"{job.row.attempt}\n")
    Organisation.objects.create(code=job.reference.lower(), name=job.reference, is_funder=True)
    job.progress(1, 2, "Half way")
    time.sleep(seconds if job.row.attempt == 1 else 0)

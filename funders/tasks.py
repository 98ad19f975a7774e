"""Background work of this house: each task fetches, calls one action, returns."""

from django.utils import timezone

from commissioning.kernel.background import RunningJob, background_task
from commissioning.kernel.due import register_due
from funders.banking import actions as banking
from funders.calls.actions import remind as remind_of_calls
from funders.contributions.actions import lapse_due
from funders.cover.actions import alert
from funders.receipts.actions import remind

register_due("contributions.lapse", lapse_due)
register_due("receipts.remind", remind)
register_due("calls.remind", remind_of_calls)
register_due("cover.alert", alert)


@background_task("banking.read")
def read_bank_file(job: RunningJob, reference: str, version: int) -> None:
    banking.read_rows(reference=reference, version=version, progress=job.progress, at=timezone.now())


@background_task("banking.post")
def post_bank_rows(job: RunningJob, reference: str) -> None:
    banking.post_rows(reference=reference, progress=job.progress, at=timezone.now())

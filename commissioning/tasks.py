"""Background work of the common ground: each task fetches, calls one action, returns."""

from celery import shared_task
from django.utils import timezone

from commissioning.kernel import background, due, heartbeats, mail
from commissioning.kernel.background import RunningJob, background_task
from commissioning.organisations import messages
from commissioning.organisations.queries import open_account_of, open_invitation
from commissioning.periods.actions import follow_the_clock
from commissioning.periods.models import ReportingPeriod
from commissioning.reports import actions as reports

due.register_due("periods.follow_the_clock", follow_the_clock)


@shared_task(name="kernel.heartbeat")
def heartbeat() -> None:
    """The clock asked and the worker answers: both live."""
    heartbeats.say_alive("worker", "beat")


@shared_task(name="kernel.sweep")
def sweep() -> None:
    background.sweep()


@shared_task(name="kernel.what_is_due")
def what_is_due() -> None:
    due.make_what_is_due(timezone.now())


@background_task("kernel.send_mail", tries=6)
def send_mail(job: RunningJob, to: str, subject: str, text: str, reply_to: str) -> None:
    mail.deliver(to=to, subject=subject, text=text, reply_to=reply_to, reference=job.reference)


@background_task("reports.build")
def build_report(job: RunningJob, period: str) -> None:
    reports.build(period=ReportingPeriod.objects.get(code=period), progress=job.progress, at=timezone.now())


@background_task("organisations.send_invitation", tries=6)
def send_invitation(job: RunningJob, reference: str) -> None:
    invitation = open_invitation(reference, timezone.now())
    if invitation is not None:
        mail.deliver(**vars(messages.invitation_letter(invitation)), reply_to="", reference=job.reference)


@background_task("organisations.send_password_reset", tries=6)
def send_password_reset(job: RunningJob, person: str) -> None:
    found = open_account_of(person)
    if found is not None:
        mail.deliver(**vars(messages.password_reset_letter(found)), reply_to="", reference=job.reference)


@background_task("organisations.tell_account_changed", tries=6)
def tell_account_changed(job: RunningJob, person: str, what: str) -> None:
    found = open_account_of(person)
    if found is not None:
        mail.deliver(**vars(messages.account_changed_letter(found, what)), reply_to="", reference=job.reference)

import datetime
import uuid

import pytest

from commissioning.kernel.models import Job, OnceToken
from commissioning.kernel.tidying import tidy
from tests.factories import make_person

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def made(name, state, days):
    finished = NOW - datetime.timedelta(days=days) if state in {"done", "failed"} else None
    return Job.objects.create(
        name=name, key=f"{name}{state}{days}", state=state, finished_on_clock=finished, arguments={"to": "a@example.org"}
    )


def test_old_jobs_sent_texts_and_used_marks_are_forgotten():
    sent, fresh, failed = (made("kernel.send_mail", *what) for what in (("done", 31), ("done", 29), ("failed", 31)))
    other, waiting = made("reports.build", "done", 399), made("kernel.send_mail", "queued", 500)
    made("reports.build", "done", 401)
    mark = OnceToken.objects.create(token=uuid.uuid4(), person=make_person())
    OnceToken.objects.filter(pk=mark.pk).update(used_on_clock=NOW - datetime.timedelta(days=8))
    assert tidy(NOW) == 4
    kept = {job: bool(job.arguments) for job in Job.objects.all()}
    assert kept == {sent: False, fresh: True, failed: False, other: True, waiting: True}
    assert not OnceToken.objects.exists()


def test_tidying_is_done_once_an_hour():
    made("reports.build", "done", 500)
    assert tidy(NOW + datetime.timedelta(minutes=1)) == 0
    assert Job.objects.count() == 1

from datetime import timedelta

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from commissioning.kernel import background
from commissioning.kernel.background import UnknownTask, background_task, enqueue, job_progress, sweep
from commissioning.kernel.models import Heartbeat, Job
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.states import JobState
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from commissioning.tasks import heartbeat
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


@background_task("tests.greet", tries=3)
def greet(job, name, mood="well"):
    job.progress(1, 4, f"Greeting {name}")
    make_organisation(f"{name} greeted")
    if mood == "shy":
        raise Refusal("There is nobody to greet.")
    if mood == "ill":
        raise RuntimeError("cough")


class SentTasks(list):
    """What was handed to the broker, in the place of one."""

    broken = False

    def __call__(self, args, **options):
        if self.broken:
            raise OSError("no broker")
        self.append(args[0])


@pytest.fixture
def broker(monkeypatch):
    sent = SentTasks()
    monkeypatch.setattr(current_app.tasks["tests.greet"], "apply_async", sent)
    monkeypatch.setattr(background, "_broker_rests_until", 0.0)
    return sent


def rewritten(job, **fields):
    Job.objects.filter(pk=job.pk).update(**fields)
    return Job.objects.get(pk=job.pk)


def long_ago(**delta):
    return timezone.now() - timedelta(**delta)


def work_off(job):
    greet(job.pk)
    return Job.objects.get(pk=job.pk)


def test_a_wrong_name_fails_at_once():
    with pytest.raises(UnknownTask, match=r"tests\.gret"):
        enqueue("tests.gret", key="x", by=None)


def test_a_job_is_sent_after_the_commit_and_not_before(broker, seat, django_capture_on_commit_callbacks):
    asker = seat()
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("tests.greet", key="greet:1", by=asker, name="Dover")
        assert broker == []
    assert broker == [job.pk]
    job.refresh_from_db()
    assert (job.queued_by, job.organisation, job.arguments) == (asker.person, asker.organisation, {"name": "Dover"})
    assert job.sent_on_clock


def test_a_deed_that_is_undone_sends_nothing(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue("tests.greet", key="greet:1", by=Seat.system(), name="Dover")
        transaction.set_rollback(True)
    assert (broker, Job.objects.count()) == ([], 0)


def test_the_same_key_makes_no_second_job_while_unfinished(broker):
    first = enqueue("tests.greet", key="greet:1", by=None, name="Dover")
    assert enqueue("tests.greet", key="greet:1", by=None, name="Dover") == first
    rewritten(first, state=JobState.DONE)
    assert enqueue("tests.greet", key="greet:1", by=None, name="Dover") != first


def test_once_means_never_again(broker):
    first = enqueue("tests.greet", key="greet:1", by=None, once=True, name="Dover")
    rewritten(first, state=JobState.DONE)
    assert enqueue("tests.greet", key="greet:1", by=None, once=True, name="Dover") == first


def test_a_broken_broker_fails_nothing_and_is_left_alone(broker, django_capture_on_commit_callbacks, caplog):
    broker.broken = True
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("tests.greet", key="greet:1", by=None, name="Dover")
        enqueue("tests.greet", key="greet:2", by=None, name="Deal")
    assert Job.objects.filter(sent_on_clock=None).count() == 2
    assert caplog.text.count("The broker takes nothing") == 1
    assert str(job) == "tests.greet (Waiting to start)"


def test_done_and_its_effect_stand_together(broker):
    job = work_off(enqueue("tests.greet", key="greet:1", by=None, name="Dover"))
    assert (job.state, job.attempt, job.done_steps, job.total_steps, job.message) == (JobState.DONE, 1, 1, 4, "Greeting Dover")
    assert job.started_on_clock <= job.finished_on_clock
    work_off(job)
    assert Organisation.objects.filter(name="Dover greeted").count() == 1


def test_a_refusal_is_final_and_speaks_for_itself(broker):
    job = work_off(enqueue("tests.greet", key="greet:1", by=None, name="Dover", mood="shy"))
    assert (job.state, job.message) == (JobState.FAILED, "There is nobody to greet.")
    assert not Organisation.objects.filter(name="Dover greeted").exists()


def test_an_error_is_tried_again_later_and_in_the_end_has_a_reference(broker, caplog):
    job = enqueue("tests.greet", key="greet:1", by=None, name="Dover", mood="ill")
    for attempt in (1, 2):
        job = work_off(job)
        assert (job.state, job.attempt) == (JobState.QUEUED, attempt)
        assert job.not_before > timezone.now()
        assert work_off(job).attempt == attempt, "not before its time"
        rewritten(job, not_before=long_ago(seconds=1))
    job = work_off(job)
    assert (job.state, job.message) == (JobState.FAILED, f"Something went wrong. Quote {job.reference} when you ask for help.")
    assert "cough" in caplog.text
    assert not Organisation.objects.filter(name="Dover greeted").exists()


def test_a_running_job_is_left_to_its_worker(broker):
    job = rewritten(enqueue("tests.greet", key="greet:1", by=None, name="Dover"), state=JobState.RUNNING)
    assert work_off(job).state == JobState.RUNNING


def test_progress_in_words_and_percent(broker):
    job = rewritten(enqueue("tests.greet", key="greet:1", by=None, name="Dover"), done_steps=1, total_steps=3, message="Drawing")
    progress = job_progress(job)
    assert (progress.percent, progress.message, progress.label, progress.is_finished) == (33, "Drawing", "Waiting to start", False)
    rewritten(job, total_steps=0)
    assert job_progress(job).percent is None
    rewritten(job, state=JobState.FAILED)
    assert (job_progress(job).is_finished, job_progress(job).has_failed) == (True, True)
    rewritten(job, state=JobState.DONE)
    assert job_progress(job).percent == 100


@pytest.mark.parametrize(
    ("fields", "swept"),
    [
        ({"queued_at": {"seconds": 10}}, True),
        ({}, False),
        ({"sent_on_clock": {"seconds": 30}}, False),
        ({"sent_on_clock": {"seconds": 130}}, True),
        ({"queued_at": {"hours": 1}, "not_before": {"hours": -1}}, False),
        ({"sent_on_clock": {"seconds": 20}, "not_before": {"seconds": 10}}, True),
        ({"sent_on_clock": {"hours": 1}, "state": JobState.RUNNING, "heartbeat_on_clock": {"seconds": 5}}, False),
        ({"sent_on_clock": {"hours": 1}, "state": JobState.RUNNING, "heartbeat_on_clock": {"seconds": 60}}, True),
        ({"queued_at": {"hours": 1}, "state": JobState.DONE}, False),
        ({"queued_at": {"hours": 1}, "name": "tests.of_yesterday"}, False),
    ],
)
def test_the_sweeper_sends_what_was_lost_and_nothing_else(broker, fields, swept):
    job = enqueue("tests.greet", key="greet:1", by=None, name="Dover")
    rewritten(job, **{name: long_ago(**value) if isinstance(value, dict) else value for name, value in fields.items()})
    assert sweep() == int(swept)
    assert broker == ([job.pk] if swept else [])


def test_the_worker_says_that_it_lives():
    heartbeat()
    heartbeat()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker", "beat"}


def test_the_kernels_tasks_are_known_by_name():
    assert {"kernel.heartbeat", "kernel.sweep", "kernel.what_is_due", "kernel.send_mail"} <= set(current_app.tasks)


def test_the_fixture_for_other_tests_works_everything_off(broker, run_jobs):
    enqueue("tests.greet", key="greet:1", by=None, name="Dover")
    enqueue("tests.greet", key="greet:2", by=None, name="Deal", mood="shy")
    assert [job.state for job in run_jobs()] == [JobState.DONE, JobState.FAILED]
    assert run_jobs() == []

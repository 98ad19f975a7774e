import pytest
from django.core import mail as outbox
from django.template import engines

from commissioning.kernel.mail import NotAnAddress, one_line, send_soon, worded
from commissioning.kernel.models import Job
from commissioning.kernel.states import JobState
from commissioning.tasks import send_mail

pytestmark = pytest.mark.django_db
TEMPLATE = "Your {{ thing }} in the portal\n\nHello & welcome, {{ name }}.\nSign in: {{ site_address }}\n"


@pytest.fixture(autouse=True)
def greeting(tmp_path, settings, monkeypatch):
    """A template of our own in the place of the loaders' files."""
    source = engines["django"].from_string(TEMPLATE)
    monkeypatch.setattr("commissioning.kernel.mail.get_template", lambda name: source)


def delivered():
    for job in Job.objects.all():
        send_mail(job.pk)
    return outbox.outbox


def test_each_reader_gets_a_message_of_their_own(seat):
    send_soon(to=["a@example.org", "b@example.org", "a@example.org"], template="x", context={"thing": "return"}, by=seat())
    messages = delivered()
    assert [message.to for message in messages] == [["a@example.org"], ["b@example.org"]]
    assert messages[0].subject == "Your return in the portal"
    assert messages[0].body.endswith("Sign in: http://localhost:8000\n")
    assert messages[0].extra_headers["Message-ID"] == f"<{Job.objects.first().reference.lower()}@portal.example>"


def test_nothing_typed_can_add_a_header_or_a_reader():
    evil = "x\r\nBcc: all@example.org\nX: y\0\u2028z"
    send_soon(to=["a@example.org"], template="x", context={"thing": evil, "name": "<b>"}, by=None)
    (message,) = delivered()
    assert message.recipients() == ["a@example.org"]
    assert "\n" not in message.subject
    assert "Bcc" not in message.message()
    assert one_line(evil) == "x Bcc: all@example.org X: y z"


def test_text_is_not_escaped_as_if_it_were_html():
    assert "Hello & welcome, Kent & Medway <team>." in worded("x", {"name": "Kent & Medway <team>"})[1]


@pytest.mark.parametrize("address", ["", "a", "a@b\nBcc: c@example.org", "a@example.org,b@example.org"])
def test_what_is_no_address_is_refused_before_anything_is_written(address):
    with pytest.raises(NotAnAddress):
        send_soon(to=["ok@example.org", address], template="x", context={}, by=None)
    assert Job.objects.count() == 0


def test_an_occasion_is_told_once_ever():
    for _ in range(2):
        send_soon(to=["a@example.org"], template="x", context={}, by=None, key="return:1:overdue")
        delivered()
    assert len(outbox.outbox) == 1
    send_soon(to=["a@example.org"], template="x", context={}, by=None)
    assert len(delivered()) == 2


def test_a_mail_server_that_is_down_is_tried_again(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT, settings.EMAIL_HOST = 1, "localhost"
    (job,) = send_soon(to=["a@example.org"], template="x", context={}, by=None)
    send_mail(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.QUEUED, 1)

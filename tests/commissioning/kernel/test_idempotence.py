import datetime
import uuid

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils import timezone

from commissioning.kernel.idempotence import OnceMiddleware, forget_marks
from commissioning.kernel.models import OnceToken
from tests.factories import make_person

pytestmark = pytest.mark.django_db


class Door:
    """The middleware before a view that counts how often it is asked, and answers as it is told."""

    def __init__(self, answer):
        self.asked, self.answer = 0, answer
        self.middleware = OnceMiddleware(self.view)

    def view(self, request):
        self.asked += 1
        return self.answer(self.asked)

    def post(self, person, mark):
        request = RequestFactory().post("/pledge/", {"once": str(mark)})
        request.user = person
        return self.middleware(request)


def leading_on():
    return Door(lambda times: HttpResponseRedirect(f"/done/{times}/"))


def test_the_second_post_leads_where_the_first_one_led_and_writes_nothing():
    door, person, mark = leading_on(), make_person(), uuid.uuid4()
    assert [door.post(person, mark)["Location"], door.post(person, mark)["Location"]] == ["/done/1/", "/done/1/"]
    assert door.asked == 1


def test_another_mark_is_another_form():
    door, person = leading_on(), make_person()
    assert [door.post(person, uuid.uuid4())["Location"], door.post(person, uuid.uuid4())["Location"]] == ["/done/1/", "/done/2/"]


def test_a_form_that_came_back_with_errors_may_be_sent_again():
    door = Door(lambda times: HttpResponse("wrong") if times == 1 else HttpResponseRedirect("/done/"))
    person, mark = make_person(), uuid.uuid4()
    assert door.post(person, mark).status_code == 200
    assert door.post(person, mark).status_code == 302


def test_a_mark_of_somebody_else_leads_nowhere():
    door, mark = leading_on(), uuid.uuid4()
    door.post(make_person(), mark)
    assert door.post(make_person(), mark)["Location"] == "/done/2/"


@pytest.mark.parametrize("mark", ["", "x", "\x00", "00000000"])
def test_a_mark_that_cannot_be_read_is_no_mark(mark):
    door, person = leading_on(), make_person()
    assert [door.post(person, mark)["Location"], door.post(person, mark)["Location"]] == ["/done/1/", "/done/2/"]


def test_old_marks_are_forgotten():
    leading_on().post(make_person(), uuid.uuid4())
    assert forget_marks(timezone.now() - datetime.timedelta(days=1)) == 0
    assert forget_marks(timezone.now()) == 1
    assert not OnceToken.objects.exists()

import datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel import forms
from commissioning.kernel.words import LONDON
from tests.commissioning.kernel.forms import corpora
from tests.commissioning.kernel.forms.corpora import outcome

DAY = forms.DayField(label="Day of payment")
MOMENT = forms.MomentField(label="Deadline")


def error_of(field, typed):
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    return caught.value


@pytest.mark.parametrize(("typed", "day"), corpora.DAYS_THAT_ARE.items())
def test_a_day_is_read_from_its_boxes(typed, day):
    assert DAY.clean(list(typed)) == datetime.date(*day)


@pytest.mark.parametrize(("typed", "boxes"), corpora.DAYS_THAT_ARE_NOT.items())
def test_a_wrong_day_says_which_boxes_are_wrong(typed, boxes):
    error = error_of(DAY, list(typed))
    assert error.code == boxes
    assert "day of payment" in error.messages[0].lower()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["", "", ""], "Enter the day of payment, like 4 12 2026"),
        (["", "", "2026"], "The day of payment must include a day and month, like 4 12 2026"),
        (["31", "11", "2026"], "The day of payment must be a real date: November 2026 has 30 days"),
        (["4", "13", "2026"], "The month of the day of payment must be a number from 1 to 12, or a name"),
        (["4", "12", "26"], "The year of the day of payment must have 4 figures, like 2026"),
    ],
)
def test_each_wrong_day_has_its_own_remedy(typed, words):
    assert error_of(DAY, typed).messages == [words]


def test_a_day_out_of_bounds_is_told_the_bounds():
    field = forms.DayField(label="Start", earliest=datetime.date(2026, 4, 1), latest=datetime.date(2027, 3, 31))
    assert error_of(field, ["1", "4", "2027"]).messages == ["The start must be between Wednesday 1 April 2026 and Wednesday 31 March 2027"]


@pytest.mark.parametrize(
    ("typed", "clock"), [("12:00", (12, 0)), ("9.30am", (9, 30)), ("5pm", (17, 0)), ("noon", (12, 0)), ("12am", (0, 0)), ("1730", (17, 30))]
)
def test_a_moment_is_londons(typed, clock):
    assert MOMENT.clean(["4", "12", "2026", typed]) == datetime.datetime(2026, 12, 4, *clock, tzinfo=LONDON)


@pytest.mark.parametrize("typed", ["", "25:00", "12:60", "5", "half past", "13pm", "\x00", "12:00:00"])
def test_a_wrong_time_marks_its_box(typed):
    assert error_of(MOMENT, ["4", "12", "2026", typed]).code == "time"


def test_an_hour_that_the_clocks_skip_is_refused():
    assert "is skipped on Sunday 29 March 2026" in error_of(MOMENT, ["29", "3", "2026", "01:30"]).messages[0]


@given(st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2099, 12, 31)))
def test_every_day_survives_being_shown_and_read(day):
    assert DAY.clean(DAY.widget.decompress(day)) == day


@given(st.lists(st.text(max_size=12), min_size=4, max_size=4))
def test_no_text_breaks_a_day_or_a_moment(typed):
    for field, boxes in ((DAY, typed[:3]), (MOMENT, typed)):
        _, words = outcome(field, boxes)
        assert not words or field.named.removeprefix("the ") in words.lower() or "clocks go forward" in words

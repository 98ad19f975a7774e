import datetime
from decimal import Decimal

import pytest

from commissioning.kernel import words

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=words.LONDON)


def moved(**delta):
    return NOW + datetime.timedelta(**delta)


def test_counts_and_plurals():
    assert words.count(1300) == "1,300"
    assert words.plural(1, "return") == "1 return"
    assert words.plural(0, "return") == "0 returns"
    assert words.plural(1300, "policy", "policies") == "1,300 policies"
    assert [words.number_word(number) for number in (0, 9, 10)] == ["no", "nine", "10"]


@pytest.mark.parametrize(
    ("items", "said"),
    [([], ""), (["Dover"], "Dover"), (["Dover", "Thanet"], "Dover and Thanet"), ("abc", "a, b and c")],
)
def test_join(items, said):
    assert words.join(items) == said


def test_percent_rounds_halves_away_from_zero():
    assert words.percent(Decimal("62.5")) == "63%"
    assert words.percent(Decimal("-62.45"), 1) == "−62.5%"


def test_dates_have_weekday_and_full_month():
    assert words.on(datetime.date(2026, 12, 4)) == "Friday 4 December 2026"
    assert words.short(datetime.date(2026, 12, 4)) == "4 December 2026"


def test_moments_are_told_on_londons_clock():
    summer = datetime.datetime(2026, 7, 20, 23, 30, tzinfo=datetime.UTC)
    assert words.at(summer) == "Tuesday 21 July 2026 at 00:30"
    assert words.on(summer) == "Tuesday 21 July 2026"
    assert words.short(summer) == "21 July 2026"


def test_moment_with_its_distance():
    assert words.at(datetime.datetime(2026, 12, 4, 12, tzinfo=datetime.UTC), NOW) == "Friday 4 December 2026 at 12:00 (in 12 days)"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (moved(days=3), "in 3 days"),
        (moved(days=1), "tomorrow"),
        (moved(hours=20), "tomorrow"),
        (moved(hours=3), "in 3 hours"),
        (moved(minutes=61), "in 1 hour"),
        (moved(minutes=5), "in 5 minutes"),
        (moved(seconds=10), "now"),
        (moved(minutes=-1), "1 minute ago"),
        (moved(days=-1), "yesterday"),
        (moved(days=-40), "40 days ago"),
    ],
)
def test_distance(moment, said):
    assert words.distance(moment, NOW) == said


def test_today_is_a_day_too():
    assert words.days_away(0) == "today"


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        words.at(datetime.datetime(2026, 7, 20))

"""How the portal says counts, dates, moments and lists. Times are always London's."""

import calendar
import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NEAR = datetime.timedelta(days=366)
_DAYS = list(calendar.day_name)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def count(number: int) -> str:
    """A count with thousands parted: "1,300"."""
    return f"{number:,}".replace("-", "−")


def plural(number: int, one: str, many: str = "") -> str:
    """ "1 return", "3 returns"; `many` for words that do not take an s."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def number_word(number: int) -> str:
    """Small numbers as words in a sentence: "no", "one" ... "nine", then "10"."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else count(number)


def join(items: Iterable[object], last: str = "and") -> str:
    """ "Ashford, Canterbury and Dover"."""
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def percent(value: Decimal | int, places: int = 0) -> str:
    """ "63%" or, with one place, "62.5%"; halves go away from zero."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded}%".replace("-", "−")


def on(day: datetime.date) -> str:
    """ "Friday 4 December 2026"."""
    if isinstance(day, datetime.datetime):
        day = in_london(day).date()
    return f"{_DAYS[day.weekday()]} {short(day)}"


def short(day: datetime.date) -> str:
    """ "4 December 2026", for tables."""
    if isinstance(day, datetime.datetime):
        day = in_london(day).date()
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_london(moment: datetime.datetime) -> datetime.datetime:
    """The same moment on London's clock.

    :raises ValueError: a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment must have a time zone")
    return moment.astimezone(LONDON)


def at(moment: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """ "Friday 4 December 2026 at 12:00", and with `now` "(in 12 days)" after it, when it is within a year."""
    local = in_london(moment)
    said = f"{on(local)} at {local:%H:%M}"
    return f"{said} ({distance(moment, now)})" if now and abs(moment - now) <= NEAR else said


def distance(moment: datetime.datetime, now: datetime.datetime) -> str:
    """How far away a moment is: "in 12 days", "tomorrow", "in 3 hours", "5 minutes ago", "now".

    Days are London's calendar days.
    """
    days = (in_london(moment).date() - in_london(now).date()).days
    minutes = round((moment - now).total_seconds() / 60)
    if abs(minutes) >= 12 * 60 and days:
        return days_away(days)
    if minutes == 0:
        return "now"
    near = plural(abs(minutes), "minute") if abs(minutes) < 60 else plural(round(abs(minutes) / 60), "hour")
    return f"in {near}" if minutes > 0 else f"{near} ago"


def days_away(days: int) -> str:
    """ "today", "tomorrow", "in 12 days", "yesterday", "3 days ago"."""
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in named:
        return named[days]
    return f"in {count(days)} days" if days > 0 else f"{count(-days)} days ago"

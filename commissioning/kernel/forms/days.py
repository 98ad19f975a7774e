"""Days and moments in three or four boxes. Moments are London's."""

import calendar
import datetime
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.words import begin
from commissioning.kernel.words import LONDON, in_london, join, on

PARTS = ("day", "month", "year")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.ASCII)
EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)


class PartsWidget(forms.MultiWidget):
    """Boxes for day, month, year and perhaps time, named `field_day` and so on."""

    def __init__(self, parts: tuple[str, ...] = PARTS) -> None:
        self.parts = parts
        super().__init__({part: forms.TextInput() for part in parts})

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, datetime.datetime):
            local = in_london(value)
            return [str(local.day), str(local.month), str(local.year), f"{local:%H:%M}"][: len(self.parts)]
        return [str(value.day), str(value.month), str(value.year), ""][: len(self.parts)] if value else [""] * len(self.parts)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        typed = super().value_from_datadict(data, files, name)
        if not any(typed) and (whole := data.get(name)):  # a link or a script may give the day in one piece: 2026-12-04
            day, _, time = str(whole).partition("T")
            pieces = [*reversed(day.split("-", 2)), "", ""][:3]
            typed = [*pieces, time[:5]][: len(self.parts)]
        return [str(part or "") for part in typed]


class PartsError(ValidationError):
    """An error that knows which boxes are wrong."""

    def __init__(self, words: str, *parts: str) -> None:
        super().__init__(words, code=",".join(parts or PARTS))


class DayField(PortalField):
    """A day between two others: `earliest` and `latest` are dates that the sentence names."""

    example = ", like 4 12 2026"
    parts: tuple[str, ...] = PARTS

    def __init__(self, *, earliest: datetime.date = EARLIEST, latest: datetime.date = LATEST, **options: Any) -> None:
        self.earliest, self.latest = earliest, latest
        options.setdefault("widget", PartsWidget(self.parts))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        if isinstance(value, datetime.date):
            return value
        typed = dict(zip(self.parts, (str(part).strip() for part in value or []), strict=False))
        if not any(typed.values()):
            if self.required:
                raise PartsError(f"Enter {self.named}{self.example}", *self.parts)
            return None
        if missing := [part for part in self.parts if not typed.get(part)]:
            raise PartsError(f"{begin(self.named)} must include a {join(missing)}{self.example}", *missing)
        return self.read(typed)

    def read(self, typed: dict[str, str]) -> Any:
        day = self.read_day(typed)
        if not self.earliest <= day <= self.latest:
            raise PartsError(f"{begin(self.named)} must be between {on(self.earliest)} and {on(self.latest)}", *PARTS)
        return day

    def read_day(self, typed: dict[str, str]) -> datetime.date:
        month = _MONTHS.get(typed["month"].lower()) or self.whole(typed["month"], "month", 12, "a number from 1 to 12, or a name")
        year = self.whole(typed["year"], "year", 9999, "4 figures, like 2026")
        if len(typed["year"]) != 4:
            raise PartsError(f"The year of {self.named} must have 4 figures, like 2026", "year")
        day = self.whole(typed["day"], "day", 31, "a number from 1 to 31")
        length = calendar.monthrange(year, month)[1]
        if day > length:
            name = f"{calendar.month_name[month]} {year}"
            raise PartsError(f"{begin(self.named)} must be a real date: {name} has {length} days", "day")
        return datetime.date(year, month, day)

    def whole(self, typed: str, part: str, most: int, remedy: str) -> int:
        if not re.fullmatch(r"\d{1,4}", typed, re.ASCII) or not 1 <= int(typed) <= most:
            raise PartsError(f"The {part} of {self.named} must be {remedy}", part)
        return int(typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.clean(data))
        except ValidationError:
            return True


class MomentField(DayField):
    """A day and a time of the clock in London."""

    parts = (*PARTS, "time")
    example = ", like 4 12 2026 at 12:00"

    def clean(self, value: Any) -> Any:
        return value if isinstance(value, datetime.datetime) else super().clean(value)

    def read(self, typed: dict[str, str]) -> datetime.datetime:
        day = super().read(typed)
        hour, minute = self.read_time(typed["time"].lower().replace("noon", "12:00").replace("midnight", "00:00"))
        moment = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
        if in_london(moment.astimezone(datetime.UTC)).hour != hour:
            raise PartsError(f"{hour}:{minute:02} is skipped on {on(day)}, when the clocks go forward: choose another time", "time")
        return moment

    def read_time(self, typed: str) -> tuple[int, int]:
        found = _TIME.fullmatch(typed.strip())
        hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (99, 0)
        if found and found["half"]:
            hour = hour % 12 + (12 if found["half"] == "pm" else 0) if 1 <= hour <= 12 else 99
        bare = found and not found["half"] and not found["minute"]
        if bare or hour > 23 or minute > 59:
            raise PartsError(f"The time of {self.named} must be like 12:00 or 5pm", "time")
        return hour, minute

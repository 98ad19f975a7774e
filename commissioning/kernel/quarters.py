"""Financial years from April to March and their four quarters. Quarter 1 begins in April."""

import calendar
import datetime
import re
from dataclasses import dataclass

APRIL = 4
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


@dataclass(frozen=True, order=True)
class FinancialYear:
    """The year that begins on 1 April of `start`: FinancialYear(2026) is 2026/27."""

    start: int

    @classmethod
    def of(cls, day: datetime.date) -> "FinancialYear":
        return cls(day.year if day.month >= APRIL else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> "FinancialYear":
        """Read "2026/27" or "2026-27".

        :raises ValueError: any other form, or two years that do not follow one another.
        """
        found = re.fullmatch(r"([0-9]{4})[/-]([0-9]{2})", text.strip())
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError(f"{text!r} is not a financial year such as 2026/27")
        return cls(int(found[1]))

    @property
    def label(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02}"

    @property
    def code(self) -> str:
        """The year as it stands in an address: "2026-27"."""
        return self.label.replace("/", "-")

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.start, APRIL, 1)

    @property
    def last_day(self) -> datetime.date:
        return datetime.date(self.start + 1, 3, 31)

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def quarters(self) -> "tuple[Quarter, Quarter, Quarter, Quarter]":
        return Quarter(self.start, 1), Quarter(self.start, 2), Quarter(self.start, 3), Quarter(self.start, 4)

    def next(self) -> "FinancialYear":
        return FinancialYear(self.start + 1)

    def previous(self) -> "FinancialYear":
        return FinancialYear(self.start - 1)

    def __contains__(self, day: datetime.date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, order=True)
class Quarter:
    """Quarter `number` (1 = April to June) of the financial year that begins in April of `start`."""

    start: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"A year has quarters 1 to 4, not {self.number}")

    @classmethod
    def of(cls, day: datetime.date) -> "Quarter":
        return cls(FinancialYear.of(day).start, (day.month - APRIL) % 12 // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read "2026-27-Q2".

        :raises ValueError: any other form.
        """
        found = re.fullmatch(r"([0-9]{4}[/-][0-9]{2})[- ]Q([1-4])", text.strip())
        if not found:
            raise ValueError(f"{text!r} is not a quarter such as 2026-27-Q2")
        return cls(FinancialYear.parse(found[1]).start, int(found[2]))

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.start)

    @property
    def code(self) -> str:
        return f"{self.year.code}-Q{self.number}"

    @property
    def label(self) -> str:
        """ "Quarter 2 of 2026/27 (July to September 2026)"."""
        first, last = self.first_day, self.last_day
        months = f"{calendar.month_name[first.month]} to {calendar.month_name[last.month]} {last.year}"
        return f"Quarter {self.number} of {self.year} ({months})"

    @property
    def first_day(self) -> datetime.date:
        if self.number == 4:
            return datetime.date(self.start + 1, 1, 1)
        return datetime.date(self.start, APRIL + 3 * (self.number - 1), 1)

    @property
    def last_day(self) -> datetime.date:
        return self.next().first_day - datetime.timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def shifted(self, quarters: int) -> "Quarter":
        """The quarter that lies `quarters` later (or earlier, when negative)."""
        years, index = divmod(self.number - 1 + quarters, 4)
        return Quarter(self.start + years, index + 1)

    def next(self) -> "Quarter":
        return self.shifted(1)

    def previous(self) -> "Quarter":
        return self.shifted(-1)

    def __contains__(self, day: datetime.date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return self.code

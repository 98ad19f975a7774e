"""Free text of a return holds nothing that points to a person or to a refuge. What is found is shown to the writer only."""

import datetime
import re
from dataclasses import dataclass

from commissioning.kernel.refusals import Refusal

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w.,£])(?:\+44|0044|\(?0)(?:[ ()/.-]*[0-9]){9,10}(?![0-9])")
POSTCODE = re.compile(r"\b(?:gir ?0aa|[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][abd-hjlnp-uw-z]{2})\b", re.IGNORECASE)
TEN_DIGITS = re.compile(r"(?<![0-9.,£])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
BORN = re.compile(r"\b(?:d\.? ?o\.? ?b\b\.?|date of birth|born (?:on )?[0-9])", re.IGNORECASE)
DAY = re.compile(
    r"\b(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ ./-](?P<month>[0-9]{1,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)[ ./-]"
    r"(?P<year>(?:19|20)?[0-9]{2})\b",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b[0-9]{1,4}[a-z]?,? (?:[A-Z][\w'-]+ ){1,3}(?:street|st|road|rd|lane|avenue|ave|close|drive|way|gardens|court|terrace|place|crescent"
    r"|hill|row|square|mews|grove|park)\b",
    re.IGNORECASE,
)
REFUGE = re.compile(
    r"\b(?:address of (?:the|our|a) (?:\w+ )?refuge|refuge'?s? (?:address|location|street|postcode)"
    r"|(?:refuge|safe house) (?:(?:is|which is|that is) )?(?:located|situated|at [0-9A-Z]|on [A-Z]|in [A-Z]|near [A-Z]|behind|opposite|next to))"
)
RECENT_DAYS = 2 * 365


class PersonalDataRefused(Refusal):
    """The text holds something that could point to a person or a refuge."""


@dataclass(frozen=True)
class Found:
    kind: str
    text: str


def personal_data(text: str, today: datetime.date) -> list[Found]:
    """What in the text looks like personal data or a refuge's place, in the order of kinds.

    :param today: a full date more than two years before it is taken for a date of birth.
    """
    found = [Found("an e-mail address", match.group()) for match in EMAIL.finditer(text)]
    found += [Found("a telephone number", match.group()) for match in PHONE.finditer(text)]
    found += [Found("a postcode", match.group()) for match in POSTCODE.finditer(text)]
    found += [Found("an NHS number", match.group()) for match in TEN_DIGITS.finditer(text) if _is_nhs_number(match.group())]
    found += [Found("a date of birth", match.group()) for match in BORN.finditer(text)]
    found += [Found("a date of birth", match.group()) for match in DAY.finditer(text) if _is_long_ago(match, today)]
    found += [Found("a street address", match.group()) for match in STREET.finditer(text)]
    found += [Found("words that say where a refuge is", match.group()) for match in REFUGE.finditer(text)]
    return found


def check_text(text: str, today: datetime.date, field: str | None = None) -> None:
    """H15: free text contains no e-mail, phone, full postcode, NHS number, date of birth, or words that place a refuge.

    :raises PersonalDataRefused: with what was found, for the writer's eyes.
    """
    if found := personal_data(text, today):
        said = "; ".join(f"“{one.text}” looks like {one.kind}" for one in found[:3])
        raise PersonalDataRefused(f"Take out what could point to a person or a refuge: {said}", field=field)


def _is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the check digit (modulus 11) of the nine before it."""
    digits = [int(char) for char in text if char.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check % 11 == digits[9] and check != 10


def _is_long_ago(match: re.Match[str], today: datetime.date) -> bool:
    month, year = match["month"].lower(), int(match["year"])
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    try:
        day = datetime.date(year, number, int(match["day"]))
    except ValueError:
        return False
    return (today - day).days > RECENT_DAYS

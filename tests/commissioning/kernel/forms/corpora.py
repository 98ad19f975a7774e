"""What people, spreadsheets and attackers put into boxes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field


def outcome(field: Field, typed: Any) -> tuple[Any, str]:
    """What the field makes of it: the value and no words, or nothing and the words of the refusal."""
    try:
        return field.clean(typed), ""
    except ValidationError as refused:
        return None, " ".join(refused.messages)


AMOUNTS_THAT_ARE = {
    "£1,000.00": "1000.00",
    "1,000": "1000.00",
    " 12 ": "12.00",
    "\u00a012\u00a0345.50": "12345.50",
    "321,416.67": "321416.67",
    "0": "0.00",
    ".5": "0.50",
    "5.": "5.00",
    "+5": "5.00",
    "1\u202f000": "1000.00",
    "007": "7.00",
    "\ufeff£45,916.66": "45916.66",
}
AMOUNTS_THAT_ARE_NOT = [
    "1e3", "1E400", "NaN", "nan", "Infinity", "-Infinity", "inf", "-1", "−1", "(100)", "1.234", "0.001", "12.3.4", "1,00", "1,0000.00",
    "12,34,567", "1.000,00", "10,5", "5k", "1.2m", "2bn", "50p", "£", "££5", "£-5", "five", "5 pounds", "$5", "€5", "0x10", "1_000", "1'000",
    "٣", "１２", "½", "²", "5%", "n/a", "-", "--", "?", "tbc", "=1+1", "<script>", "1" * 60, "9" * 15, "1000000000000", "\x00", "1\x00", "1;2", "NULL", "None", "true",
]  # fmt: skip
COUNTS_THAT_ARE = {"0": 0, "1,300": 1300, " 42 ": 42, "1 300": 1300, "0007": 7, "+3": 3, "999,999,999": 999_999_999}
COUNTS_THAT_ARE_NOT = [
    "<5", ">5", "~5", "≤7", "n/a", "N/A", "nil", "none", "1.5", "1.0", "-1", "−1", "1,30", "1e3", "12a", "five", "1/2", "٣", "½", "5-7", "5%", "*", "x", "1000000000",
    "\x00", "=1", "(3)", "3k",
]  # fmt: skip
DAYS_THAT_ARE = {
    ("4", "12", "2026"): (2026, 12, 4),
    ("04", "Dec", "2026"): (2026, 12, 4),
    (" 4 ", "december", "2026"): (2026, 12, 4),
    ("29", "2", "2028"): (2028, 2, 29),
    ("1", "sept", "2026"): (2026, 9, 1),
}
DAYS_THAT_ARE_NOT = {
    ("", "12", "2026"): "day",
    ("4", "", "2026"): "month",
    ("4", "12", ""): "year",
    ("", "", "2026"): "day,month",
    ("31", "11", "2026"): "day",
    ("29", "2", "2026"): "day",
    ("0", "12", "2026"): "day",
    ("32", "12", "2026"): "day",
    ("4", "13", "2026"): "month",
    ("4", "Decembre", "2026"): "month",
    ("4", "12", "26"): "year",
    ("4", "12", "20266"): "year",
    ("4", "12", "1066"): "day,month,year",
    ("4", "12", "2300"): "day,month,year",
    ("4.5", "12", "2026"): "day",
    ("-4", "12", "2026"): "day",
    ("٤", "12", "2026"): "day",
    ("\x00", "12", "2026"): "day",
    ("4" * 5000, "12", "2026"): "day",
}
TEXTS_THAT_ARE_NOT = {
    "NUL": "before\x00after",
    "bell": "\x07",
    "escape": "a\x1b[31mred",
    "override": "exe\u202etxt.pdf",
    "isolate": "a\u2066b\u2069",
    "zalgo": "Z\u0300\u0301\u0302\u0303\u0304algo",
    "interlinear": "a\ufff9b\ufffb",
}
TEXTS_THAT_ARE = {
    "windows lines": ("one\r\ntwo\r\rthree", "one\ntwo\n\nthree"),
    "from a word processor": ("one\x0btwo\x0cthree\u2028four", "one\ntwo\nthree\nfour"),
    "byte order mark": ("\ufeffhello", "hello"),
    "soft hyphen": ("com\u00admission", "commission"),
    "decomposed accent": ("cafe\u0301", "café"),
    "arabic": ("سلام", "سلام"),
    "family of emoji": ("👩‍👧", "👩‍👧"),
    "trailing blanks": ("a  \n  b \n\n", "a\n  b"),
    "markup": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
}
RAW_MESSAGES = [
    "This field is required", "Enter a valid", "Select a valid choice", "out of range", "Ensure this value", "Ensure that there", "Enter a whole number", "Enter a number",
    "Enter a list", "No file was submitted", "The submitted", "Upload a valid", "Null characters", "is not one of the available", "Unsupported",
]  # fmt: skip

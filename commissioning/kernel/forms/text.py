"""Text as people paste it: newlines made one kind, hidden characters refused in words, length counted as on the page."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.words import begin, email_words, too_long, too_many_words, word_count

_NEWLINES = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_SILENT = re.compile(r"[\ufeff\u00ad\u200b\u2060]")
MOST_MARKS = 3
HARD_LIMIT = 100_000


def tidy(text: str) -> str:
    """The same text with one kind of newline, one kind of accent and no invisible joiners; ends trimmed."""
    lines = _SILENT.sub("", _NEWLINES.sub("\n", text)).split("\n")
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in lines).strip())


def hidden_character(text: str) -> str:
    """Why a text cannot be shown as it stands: words for the place of a hidden character or of stacked accents, or nothing."""
    if found := _HIDDEN.search(text):
        before = text[max(0, found.start() - 20) : found.start()].replace("\n", " ").strip()
        return f"holds a hidden character {f'after ‘{before}’' if before else 'at its beginning'}: delete it there and type it again"
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > MOST_MARKS:
            return "holds a letter with too many accents on it: type it again as plain text"
    return ""


def on_screen_length(text: str) -> int:
    """Characters as the page counts them (UTF-16 units)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class TextField(PortalField):
    """One line of text, up to `most` characters."""

    one_line = True

    def __init__(self, *, most: int = 200, words: int = 0, **options: Any) -> None:
        self.most, self.words = most, words
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        typed = str(value or "")
        if len(typed) > HARD_LIMIT:
            raise ValidationError(too_long(self.named, len(typed), self.most or HARD_LIMIT), code="max_length")
        text = tidy(typed)
        return " ".join(text.split()) if self.one_line and not _HIDDEN.search(text) else text

    def validate(self, value: str) -> None:
        super().validate(value)
        if problem := hidden_character(value):
            raise ValidationError(f"{begin(self.named)} {problem}", code="hidden")
        if self.words and (found := word_count(value)) > self.words:
            raise ValidationError(too_many_words(self.named, found, self.words), code="max_words")
        if self.most and (found := on_screen_length(value)) > self.most:
            raise ValidationError(too_long(self.named, found, self.most), code="max_length")


class LongTextField(TextField):
    """Several paragraphs, with a limit in words (or in characters) that the page counts down."""

    one_line = False

    def __init__(self, *, words: int = 500, most: int = 0, rows: int = 6, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(words=0 if most else words, most=most or 0, **options)


class EmailField(TextField):
    """An e-mail address, in small letters."""

    autocomplete = "email"
    spellcheck = False
    width = "30"

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.EmailInput())
        super().__init__(most=254, **options)

    def blank_words(self) -> str:
        return email_words(self.named)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            EmailValidator(email_words(self.named))(value)


class SearchField(TextField):
    """A box of a filter: never an error for what was typed, hidden characters are dropped."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return super().to_python(_HIDDEN.sub("", str(value or ""))[: self.most])

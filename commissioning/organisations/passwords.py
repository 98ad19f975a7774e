"""What a password must be: 12 characters or more, not a common one, and no word that anybody here would guess first."""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

from commissioning.organisations.models import Organisation

SHORTEST, LONGEST = 12, 1000
CONTEXT_WORDS = ("kent", "medway", "refuge", "domesticabuse", "domestic abuse", "commissioning", "portal")
# Words in organisations' names that say nothing about the organisation.
ORDINARY = {
    "council",
    "county",
    "borough",
    "district",
    "service",
    "services",
    "support",
    "trust",
    "community",
    "partnership",
    "partnerships",
}


class LengthValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(f"Your password must have {SHORTEST} characters or more. Three or four unrelated words do well.")
        if len(password) > LONGEST:
            raise ValidationError(f"Your password must have {LONGEST:,} characters or fewer.")

    def get_help_text(self) -> str:
        return f"Use {SHORTEST} characters or more. Three or four unrelated words do well; spaces are welcome."


class CommonValidator(CommonPasswordValidator):
    def validate(self, password: str, user: Any = None) -> None:
        if password.lower().strip() in self.passwords:
            raise ValidationError("This password is on the lists that attackers try first. Choose another one.")

    def get_help_text(self) -> str:
        return "Do not use a password that many people use."


class PersonValidator(UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("email", "job_title"))

    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError as error:
            raise ValidationError("Your password is too much like your e-mail address or job title. Choose another one.") from error

    def get_help_text(self) -> str:
        return "Leave out your e-mail address and job title."


class ContextValidator:
    def validate(self, password: str, user: Any = None) -> None:
        found = _context_word_in(password)
        if found:
            raise ValidationError(f"Leave “{found}” out of your password. Places, organisations and this work are guessed first.")

    def get_help_text(self) -> str:
        return "Leave out words such as “kent”, “refuge” and the names of organisations."


def _context_word_in(password: str) -> str:
    """The first word of this work in the password, or "". Names of organisations count whole and by each telling word."""
    plain = password.casefold()
    return next((word for word in [*CONTEXT_WORDS, *_words_of_organisations()] if word in plain), "")


def _words_of_organisations() -> list[str]:
    words: set[str] = set()
    for name in Organisation.objects.values_list("name", flat=True):
        telling = [word for word in re.findall(r"\w+", name.casefold()) if len(word) >= 5 and word not in ORDINARY]
        words.update([name.casefold(), *telling])
    return sorted(words)

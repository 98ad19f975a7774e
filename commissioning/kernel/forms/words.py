"""The portal's own words for what is wrong in a form: each sentence names the field, the problem and the remedy.

Django's own messages never reach a page: `own_words` replaces them on every field of a form.
"""

import re
from collections.abc import Iterable

from django.core import validators
from django.forms import BooleanField, CheckboxSelectMultiple, Field, FileField, RadioSelect, Select

from commissioning.kernel.words import plural

_WORD = re.compile(r"\S+")


def name_in_sentence(label: str) -> str:
    """How a sentence speaks of a field that was given no `named`: "the amount", or the question in quotation marks."""
    plain = label.strip().rstrip(":")
    words = plain.split()
    if not words or plain.endswith("?") or len(words) > 4:
        return f"‘{plain}’"
    first = words[0]
    lowered = first if first[1:2].isupper() or first == "I" else first[0].lower() + first[1:]
    phrase = " ".join([lowered, *words[1:]])
    return phrase if lowered in {"your", "our", "the", "their", "its"} else f"the {phrase}"


def begin(phrase: str) -> str:
    """The phrase as the beginning of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def required(named: str, *, choose: bool = False, like: str = "") -> str:
    return f"{'Choose' if choose else 'Enter'} {named}{like}"


def too_many_words(named: str, found: int, most: int) -> str:
    return f"{begin(named)} has {plural(found, 'word')} and the most is {most}: take out {plural(found - most, 'word')}"


def too_long(named: str, found: int, most: int) -> str:
    return f"{begin(named)} has {plural(found, 'character')} and the most is {most}: take out {plural(found - most, 'character')}"


def word_count(text: str) -> int:
    """Words as the page counts them while one types: runs of anything but white space."""
    return len(_WORD.findall(text))


def either(items: Iterable[str]) -> str:
    listed = list(items)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def own_words(field: Field, named: str) -> dict[str, str]:
    """Sentences for the error codes that Django's own fields raise."""
    choosing = isinstance(field.widget, Select | RadioSelect | CheckboxSelectMultiple) or isinstance(field, FileField)
    start = begin(named)
    if isinstance(field, BooleanField):
        return {"required": f"Tick the box to confirm {named}"}
    return {
        "required": required(named, choose=choosing),
        "invalid": f"Check {named}: it is not in a form that we can read",
        "invalid_choice": f"{start} is not one of the choices: choose one from the list",
        "invalid_list": f"Choose {named} from the list",
        "invalid_pk_value": f"{start} is not one of the choices: choose one from the list",
        "invalid_image": f"{start} must be a picture in PNG or JPEG form",
        "max_length": f"{start} must be %(limit_value)s characters or fewer: it has %(show_value)s",
        "min_length": f"{start} must be %(limit_value)s characters or more: it has %(show_value)s",
        "max_value": f"{start} must be %(limit_value)s or less",
        "min_value": f"{start} must be %(limit_value)s or more",
        "max_digits": f"{start} has too many figures: check it",
        "max_decimal_places": f"{start} has too many figures after the point: round it",
        "null_characters_not_allowed": f"{start} holds a character that cannot be shown: type it again",
        "unique": f"{start} is already in use: enter another",
        "empty": f"The file for {named} is empty: choose another",
        "missing": f"Choose a file for {named}",
        "contradiction": f"Either choose a file for {named} or tick the box to take it away, not both",
        "overflow": f"{start} is too large: check it",
    }


def speak(field: Field, named: str = "") -> None:
    """Give a field its name in sentences and the portal's words for every error."""
    given = named or getattr(field, "named", "") or name_in_sentence(str(field.label or ""))
    field.named = given  # type: ignore[attr-defined]
    field.error_messages = {**field.error_messages, **own_words(field, given), **getattr(field, "own_error_words", {})}
    for position, validator in enumerate(field.validators):
        if isinstance(validator, validators.EmailValidator):
            field.validators[position] = validators.EmailValidator(email_words(given))


def email_words(named: str) -> str:
    return f"Enter {named} in the form name@organisation.org.uk"

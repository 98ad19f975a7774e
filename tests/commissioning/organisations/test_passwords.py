"""Passwords: long enough, not common, not this work's own words; every refusal in our own words."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from commissioning.organisations.passwords import CommonValidator
from tests.factories import make_organisation, make_person

pytestmark = pytest.mark.django_db


def refusal(password, user=None):
    with pytest.raises(ValidationError) as caught:
        validate_password(password, user)
    return caught.value.messages


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "x7" * 64,
        "пароль с пробелами в конце ",
        "  spaces before and after  ",
        "correct-horse-battery-staple",
    ],
)
def test_a_long_password_of_any_characters_is_taken(password):
    assert validate_password(password) is None


def test_eleven_characters_are_too_few():
    assert refusal("ten of it !") == ["Your password must have 12 characters or more. Three or four unrelated words do well."]


def test_a_password_without_end_is_refused():
    assert refusal("x9z " * 400) == ["Your password must have 1,000 characters or fewer."]


def test_a_common_password_is_refused():
    common = next(word for word in sorted(CommonValidator().passwords) if len(word) >= 12)
    assert refusal(common.upper()) == ["This password is on the lists that attackers try first. Choose another one."]


@pytest.mark.parametrize("password", ["in Kent we trust 7", "MedwayMedway1", "the-refuge-of-old", "Domestic abuse 12"])
def test_words_of_this_work_are_refused_by_name(password):
    (words,) = refusal(password)
    assert words.startswith("Leave “")
    assert words.endswith("guessed first.")


def test_the_names_of_organisations_are_refused():
    make_organisation("Harbour Lights Support")
    assert "harbour" in refusal("harbour in the mist")[0]
    assert validate_password("support the bridge") is None


def test_a_password_like_the_address_is_refused():
    person = make_person("tambourine-player@example.org")
    assert refusal("tambourine-player1", person) == ["Your password is too much like your e-mail address or job title. Choose another one."]


def test_help_texts_are_our_own():
    assert password_validators_help_texts()[0].startswith("Use 12 characters or more.")

import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel import forms
from commissioning.kernel.forms.text import hidden_character, on_screen_length, tidy
from commissioning.kernel.forms.words import word_count
from tests.commissioning.kernel.forms import corpora
from tests.commissioning.kernel.forms.corpora import outcome

REASON = forms.LongTextField(label="Reason", words=5, required=False)


def words_of(field, typed):
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    return caught.value.messages


@pytest.mark.parametrize(("typed", "kept"), corpora.TEXTS_THAT_ARE.values(), ids=corpora.TEXTS_THAT_ARE)
def test_text_is_tidied_and_never_changed_in_meaning(typed, kept):
    assert REASON.clean(typed) == kept


@pytest.mark.parametrize("typed", corpora.TEXTS_THAT_ARE_NOT.values(), ids=corpora.TEXTS_THAT_ARE_NOT)
def test_hidden_characters_are_refused_with_their_place(typed):
    [words] = words_of(REASON, typed)
    assert words.startswith("The reason holds a")
    assert "type it again" in words


def test_a_hidden_character_is_found_for_the_person():
    assert hidden_character("the total is\x00 12") == "holds a hidden character after ‘the total is’: delete it there and type it again"


def test_words_are_counted_as_on_the_page():
    assert REASON.clean("one two three four five") == "one two three four five"
    assert words_of(REASON, "one two three four five six seven") == ["The reason has 7 words and the most is 5: take out 2 words"]


def test_characters_are_counted_as_on_the_page():
    field = forms.TextField(label="Title", most=3)
    assert on_screen_length("👩a") == 3
    assert field.clean("👩a") == "👩a"
    assert words_of(field, "abcd") == ["The title has 4 characters and the most is 3: take out 1 character"]


def test_a_windows_newline_counts_once():
    assert forms.LongTextField(label="Reason", most=3).clean("a\r\nb") == "a\nb"


def test_one_line_stays_one_line():
    assert forms.TextField(label="Title").clean(" two \r\n lines ") == "two lines"


def test_nothing_but_blanks_is_nothing():
    assert words_of(forms.LongTextField(label="Reason"), " \r\n\u200b ") == ["Enter the reason"]


@pytest.mark.parametrize("typed", ["no at sign", "a@b", "a@b@c.org", "a b@c.org", "a@c..org", "\x00@c.org", "a@c.org\nBcc: x@y.org", "@"])
def test_what_is_no_address_is_refused_with_an_example(typed):
    words = words_of(forms.EmailField(label="E-mail address"), typed)
    assert any("e-mail address" in sentence for sentence in words)


def test_an_address_is_kept_in_small_letters():
    assert forms.EmailField(label="E-mail address").clean(" Finance@Kent.EXAMPLE ") == "finance@kent.example"


def test_a_filter_never_refuses_what_was_typed():
    assert forms.SearchField(label="Search").clean("kent\x00\u202e") == "kent"


def test_much_text_is_refused_fast():
    begun = time.monotonic()
    words_of(REASON, "word " * 20_000)
    words_of(REASON, "a\u0301" * 50_001)
    assert time.monotonic() - begun < 0.5


@given(st.text())
def test_tidying_twice_is_tidying_once(typed):
    assert tidy(tidy(typed)) == tidy(typed)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=200))
def test_ordinary_writing_is_never_refused(typed):
    text = tidy(typed)
    assert hidden_character(text) == ""
    assert word_count(text) == len(text.split())


@given(st.text(max_size=300))
def test_no_text_breaks_a_text_field(typed):
    for field in (REASON, forms.TextField(label="Title"), forms.EmailField(label="E-mail address")):
        value, words = outcome(field, typed)
        assert words or hidden_character(value) == ""

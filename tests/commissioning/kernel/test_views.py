import pytest
from django import forms
from django.db import DatabaseError, connection
from django.http import QueryDict
from django.test import RequestFactory

from commissioning.kernel.constraints import register_words
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.views import attempt, file_response, page_of, query_without, wanted_format
from commissioning.organisations.models import Organisation

pytestmark = pytest.mark.django_db


class AmountForm(forms.Form):
    amount = forms.CharField(required=False)


@pytest.fixture
def form():
    filled = AmountForm(QueryDict("amount=12"))
    assert filled.is_valid()
    return filled


def get(query=""):
    return RequestFactory().get(f"/list/?{query}")


def test_attempt_brings_the_result(form):
    assert attempt(form, lambda *, amount: amount * 2, amount=21) == 42
    assert attempt(form, lambda: None) is True
    assert not form.errors


@pytest.mark.parametrize(("field", "place"), [("amount", "amount"), (None, "__all__"), ("elsewhere", "__all__")])
def test_a_refusal_becomes_an_error_on_the_form(form, field, place):
    def refuse():
        Organisation.objects.create(code="half", name="Half done", is_funder=True)
        raise Refusal("The fund is closed.", field=field)

    assert attempt(form, refuse) is None
    assert form.errors == {place: ["The fund is closed."]}
    assert not Organisation.objects.filter(code="half").exists()


def test_a_constraint_speaks_in_words(form):
    register_words({"organisation_has_a_part": "Choose at least one part that the organisation plays."})
    assert attempt(form, lambda: Organisation.objects.create(code="x", name="X")) is None
    assert form.errors == {"__all__": ["Choose at least one part that the organisation plays."]}


def test_a_sentence_raised_by_a_trigger_is_passed_on(form):
    def too_late():
        connection.cursor().execute("DO $$ BEGIN RAISE EXCEPTION 'portal_too_late: the deadline has passed'; END $$")

    assert attempt(form, too_late) is None
    assert form.errors == {"__all__": ["The deadline has passed."]}


def test_an_error_that_nobody_expects_is_not_hidden(form):
    with pytest.raises(DatabaseError):
        attempt(form, lambda: connection.cursor().execute("SELECT nothing"))


@pytest.mark.parametrize(
    ("asked", "number"), [("", 1), ("page=2", 2), ("page=99", 3), ("page=0", 1), ("page=-1", 1), ("page=x", 1), ("page=²", 1)]
)
def test_page_asked_for_or_the_nearest(asked, number):
    page = page_of(get(asked + "&q=Dover"), list(range(120)))
    assert page.number == number
    assert page.query == "q=Dover"
    assert len(page) == (20 if number == 3 else 50)


def test_page_of_nothing():
    page = page_of(get("page=4"), [])
    assert (page.number, list(page), page.has_other_pages()) == (1, [], False)


def test_query_keeps_what_is_not_named():
    assert query_without(get("a=1&page=2&a=3&format=csv"), "page", "format") == "a=1&a=3"


@pytest.mark.parametrize(("query", "format_"), [("", None), ("format=csv", "csv"), ("format=xlsx", "xlsx"), ("format=pdf", None)])
def test_wanted_format(query, format_):
    assert wanted_format(get(query)) == format_


def test_own_files_carry_their_name():
    response = file_response(b"%PDF", "Report Q2 – Kent.pdf", "application/pdf")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Report%20Q2")
    assert file_response(b"", "a.pdf", "application/pdf", inline=True)["Content-Disposition"] == 'inline; filename="a.pdf"'

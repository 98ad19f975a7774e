import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template

from commissioning.kernel import forms
from commissioning.kernel.forms.drawing import Drawn, problems
from commissioning.kernel.forms.words import name_in_sentence
from commissioning.kernel.refusals import StaleEdit
from commissioning.kernel.views import attempt
from tests.commissioning.kernel.forms import corpora
from tests.gallery.pages import EverythingForm

PAGE = Template("{% load crispy_forms_tags %}{% crispy form %}")


def drawn(form):
    return PAGE.render(Context({"form": form}))


def sent(**fields):
    data = QueryDict(mutable=True)
    data.update(fields)
    return data


def test_an_empty_form_has_one_sentence_for_each_required_field_that_names_it():
    form = EverythingForm(sent())
    found = problems(form)
    required = [name for name, field in form.fields.items() if field.required]
    assert len(found) == len(required)
    assert all(form.fields[name].named in problem.words for name, problem in zip(required, found, strict=True))


def test_every_link_of_the_summary_leads_to_a_control():
    form = EverythingForm(sent(closes_day="4"))
    page = drawn(form)
    for problem in problems(form):
        assert f'id="{problem.target}"' in page
        assert f'href="#{problem.target}"' in page


def test_only_the_wrong_boxes_of_a_day_are_marked():
    form = EverythingForm(sent(due_day="31", due_month="11", due_year="2026"))
    assert [part.wrong for part in Drawn(form["due"]).parts] == [True, False, False]
    assert Drawn(form["due"]).target == "id_due_day"


def test_the_browser_does_not_check_before_us():
    page = drawn(EverythingForm())
    assert " required" not in page
    assert "novalidate" in page
    assert 'type="number"' not in page


def test_what_was_typed_comes_back():
    page = drawn(EverythingForm(sent(amount="five <pounds>", due_day="31", reason="word " * 30)))
    assert 'value="five &lt;pounds&gt;"' in page
    assert 'value="31"' in page
    assert "word word" in page


@pytest.mark.parametrize("junk", ["", "x", "\x00", "-1", "1e9", "<b>", "9" * 400, "٣"])
def test_no_framework_message_reaches_a_page(junk):
    names = [*EverythingForm.base_fields, "due_day", "due_month", "due_year", "closes_day", "closes_month", "closes_year", "closes_time"]
    page = drawn(EverythingForm(sent(**dict.fromkeys(names, junk))))
    assert [raw for raw in corpora.RAW_MESSAGES if raw in page] == []


def test_the_mark_and_the_version_are_not_among_the_answers():
    form = PledgeForm(sent(amount="5", once=str(uuid.uuid4()), version="3"), version=4)
    assert form.is_valid()
    assert form.cleaned_data == {"amount": 5}
    assert form.version == 3


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "٣", "9" * 30])
def test_a_version_that_makes_no_sense_fits_none(version):
    form = PledgeForm(sent(amount="5", version=version), version=4)
    assert form.is_valid()
    assert form.version is None


def test_each_page_has_its_own_mark():
    assert PledgeForm()["once"].value() != PledgeForm()["once"].value()


@pytest.mark.django_db
def test_after_a_stale_edit_the_next_save_is_against_the_newer_version():
    def save(**details):
        raise StaleEdit("The finance officer saved this on Friday.", version=7)

    form = PledgeForm(sent(amount="5", version="3"), version=7)
    assert form.is_valid()
    assert attempt(form, save) is None
    assert 'name="version" value="7"' in drawn(form)
    assert 'value="5"' in drawn(form)
    assert form.non_field_errors() == ["The finance officer saved this on Friday."]


class PledgeForm(forms.PortalForm):
    amount = forms.MoneyField(label="How much?", named="your contribution")


class ReadForm(forms.PortalForm):
    workbook = forms.FileField(label="Workbook")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("return.pdf", b"x", "The file chosen for the workbook must be an Excel workbook (.xlsx) or a CSV file (.csv)"),
        ("return.xlsx.exe", b"x", "The file chosen for the workbook must be an Excel workbook (.xlsx) or a CSV file (.csv)"),
        ("return.csv", b"", "The file chosen for the workbook is empty: choose another"),
        ("a" * 200 + ".csv", b"x", "Give the file for the workbook a shorter, plain name and choose it again"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_size(name, content, words):
    form = ReadForm(sent(), {"workbook": SimpleUploadedFile(name, content)})
    assert form.errors == {"workbook": [words]}


def test_a_file_too_big_is_told_the_size(settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    form = ReadForm(sent(), {"workbook": SimpleUploadedFile("r.csv", b"x" * (1024 * 1024 + 1))})
    assert form.errors["workbook"] == ["The file chosen for the workbook must be smaller than 1 MB"]


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Amount", "the amount"),
        ("Your contribution", "your contribution"),
        ("IDVA posts", "the IDVA posts"),
        ("How much will you pay?", "‘How much will you pay?’"),
        ("Number of people who were helped", "‘Number of people who were helped’"),
    ],
)
def test_a_field_is_named_from_its_label(label, named):
    assert name_in_sentence(label) == named


def test_a_choice_from_elsewhere_is_refused():
    form = EverythingForm(sent(sector="sea", district="atlantis", needs="moon"))
    assert form.errors["sector"] == ["The sector that pays is not one of the choices: choose one from the list"]
    assert form.errors["district"] == ["The district is not one of the choices: choose one from the list"]
    assert form.errors["needs"] == ["The needs that you meet holds something that is not in the list: choose from the list"]


def test_a_filter_keeps_the_readable_part():
    class Search(forms.FilterForm):
        q = forms.SearchField(label="Search")
        day = forms.DayField(label="Day", required=False)

    assert Search(sent(q="kent", day_day="99")).chosen() == {"q": "kent"}

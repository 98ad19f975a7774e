"""Every form of the portal speaks: its fields are the portal's own, named in sentences, and none keeps a message of the framework."""

from importlib import import_module
from pathlib import Path

import pytest
from django import forms

from commissioning.kernel.forms import PortalForm, PortalModelForm, Spoken
from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.forms import SentOnce

ROOT = Path(__file__).resolve().parents[2]
STOCK = [
    "This field is required",
    "Enter a valid",
    "Select a valid",
    "Ensure this",
    "Enter a whole",
    "Enter a number",
    "Enter a list",
    "No file was",
    "Null characters",
]


def form_modules() -> list[str]:
    found = [path for house in ("commissioning", "funders", "providers") for path in (ROOT / house).glob("*/*forms*.py")]
    found += [path for house in ("commissioning", "funders", "providers") for path in (ROOT / house).glob("*/forms/*.py")]
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in found)


def all_forms() -> list[type[forms.BaseForm]]:
    for name in form_modules():
        import_module(name)

    def below(parent: type) -> set[type]:
        return {one for child in parent.__subclasses__() for one in {child, *below(child)}}

    ours = [one for one in below(Spoken) if issubclass(one, forms.BaseForm) and one.__module__.split(".")[0] != "tests"]
    return sorted(ours, key=lambda one: f"{one.__module__}.{one.__qualname__}")


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.__qualname__)
def test_every_question_is_named_in_sentences(form):
    asked = {
        name: field for name, field in form.base_fields.items() if isinstance(field, PortalField) and str(field.label or "").endswith("?")
    }
    assert {name: field.named for name, field in asked.items() if "?" in field.named} == {}


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.__qualname__)
def test_no_field_keeps_a_message_of_the_framework(form):
    kept = {
        f"{name}.{code}": str(message)
        for name, field in form.base_fields.items()
        if isinstance(field, PortalField)
        for code, message in field.error_messages.items()
        if any(str(message).startswith(stock) for stock in STOCK)
    }
    assert kept == {}


@pytest.mark.parametrize(
    "form", [one for one in all_forms() if issubclass(one, (PortalForm, PortalModelForm))], ids=lambda form: form.__qualname__
)
def test_every_form_that_writes_is_sent_once_and_asks_with_the_portals_fields(form):
    assert issubclass(form, SentOnce)
    stock = {name: type(field).__name__ for name, field in form.base_fields.items() if type(field).__module__.startswith("django.")}
    assert {name: kind for name, kind in stock.items() if not form.base_fields[name].widget.is_hidden} == {}

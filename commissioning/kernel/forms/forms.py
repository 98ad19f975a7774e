"""The portal's forms: crispy layout, own words, sent once, saved against the version that was read."""

import uuid
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.template.loader import render_to_string

from commissioning.kernel.forms.words import speak
from commissioning.kernel.replay import TYPED_BEFORE, replaying

ONCE, VERSION = "once", "version"


@dataclass(frozen=True)
class Act:
    """A button: what it does in words; `name` and `value` when a form has several."""

    label: str
    kind: str = ""
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Buttons:
    """The row at the end of a form: the acts, and the way out."""

    acts: tuple[Act, ...]
    cancel_url: str = ""
    cancel_label: str = "Cancel"

    def render(self, form: forms.BaseForm, context: Any, **options: Any) -> str:
        return render_to_string("portal/buttons.html", vars(self))


class Spoken:
    """Mixed into any Django form (allauth's too): own words for its errors, no `required` attribute, drawn by the portal's pack."""

    use_required_attribute = False
    names: dict[str, str] = {}
    submit_label = "Save"
    cancel_url = ""
    submit_kind = ""

    def __init__(self, *args: Any, cancel_url: str = "", **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.cancel_url = cancel_url or self.cancel_url
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            self.speak(field, self.names.get(name, ""))

    def speak(self, field: forms.Field, named: str = "") -> None:
        field.widget.attrs.pop("placeholder", None)
        speak(field, named)

    def layout(self) -> list[Any]:
        """What stands in the form, from top to bottom: field names, or crispy's Fieldset, HTML, Div. Override to arrange."""
        return [name for name, field in self.fields.items() if not field.widget.is_hidden]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": ""}
        helper.form_show_errors = True
        helper.layout = Layout(*self.layout(), self.buttons())
        return helper

    def buttons(self) -> Any:
        """The row at the end. Override for several acts: `Buttons((Act("Save"), Act("Submit", name="act", value="submit")))`."""
        return Buttons((Act(self.submit_label, self.submit_kind),), self.cancel_url)


class Unseen(forms.CharField):
    """What the page itself sends along. Nobody can mend it, so nothing is said about it: nonsense counts as nothing."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> str:
        return str(value or "").replace("\x00", "")[:200]


class SentOnce(Spoken):
    """A form that posts: a one-time mark against double submits, and the version of the row that it edits.

    `form.version` is the number of the version that was read (None when it came without one, or with nonsense);
    neither it nor the mark is among `cleaned_data`, so that a view may pass `**form.cleaned_data` to an action.
    """

    version: int | None = None
    data: Any

    def __init__(self, *args: Any, version: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[ONCE] = Unseen(initial=lambda: str(uuid.uuid4()))  # type: ignore[attr-defined]
        if version is not None:
            self.version = version
            self.fields[VERSION] = Unseen(initial=str(version))  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.cleaned_data.pop(ONCE, None)  # type: ignore[attr-defined]
        sent = self.cleaned_data.pop(VERSION, None)  # type: ignore[attr-defined]
        if replaying.get():
            self.add_error(None, TYPED_BEFORE)  # type: ignore[attr-defined]
        if VERSION in self.fields:  # type: ignore[attr-defined]
            self.version = int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 10 else None

    def renew(self, version: int) -> None:
        """After a stale edit: what was typed stays, and the next save is against the newer version."""
        self.version = version
        self.data = self.data.copy()
        self.data[self.add_prefix(VERSION)] = str(version)  # type: ignore[attr-defined]


class PortalForm(SentOnce, forms.Form):
    """A plain form for one action. Set `submit_label`; pass `cancel_url` and, for an edit, `version`."""


class PortalModelForm(SentOnce, forms.ModelForm):
    """For address-book pages only: anything with a life cycle takes a PortalForm and an action."""


class FilterForm(Spoken, forms.Form):
    """Search and filter above a list, sent by GET; what cannot be read is left out, never an error page."""

    submit_label = "Show"
    all_optional = True

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_show_errors = False
        helper.attrs = {"novalidate": "", "role": "search"}
        helper.form_class = "filter"
        helper.layout = Layout(Div(*self.layout(), self.buttons(), css_class="filter__fields"))
        return helper

    def chosen(self) -> dict[str, Any]:
        """The readable part of the filter, without what was left empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

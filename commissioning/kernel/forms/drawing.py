"""How a field of any form becomes the markup of the design system: what the templates of the pack need, worked out once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField

from commissioning.kernel.forms.days import PartsWidget

# The first that fits: CheckboxSelectMultiple is a RadioSelect, PasswordInput an Input.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (PartsWidget, "parts"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.PasswordInput, "password"),
)
CLASSES = {"textarea": "govuk-textarea", "select": "govuk-select", "file": "file-input", "tick": "govuk-checkboxes__input"}
PART_WIDTHS = {"day": "2", "month": "3", "year": "4", "time": "4"}


@dataclass(frozen=True)
class Choice:
    """One radio button or tick."""

    id: str
    name: str
    value: str
    label: str
    hint: str
    checked: bool
    kind: str


@dataclass(frozen=True)
class Part:
    """One box of a date."""

    id: str
    name: str
    label: str
    value: str
    width: str
    wrong: bool
    inputmode: str


@dataclass(frozen=True)
class Drawn:
    """A field as its template sees it."""

    bound: BoundField

    @cached_property
    def kind(self) -> str:
        widget = self.bound.field.widget
        return "hidden" if widget.is_hidden else next((name for kind, name in KINDS if isinstance(widget, kind)), "input")

    @property
    def template(self) -> str:
        return f"portal/fields/{self.kind}.html"

    @cached_property
    def id(self) -> str:
        return str(self.bound.field.widget.attrs.get("id") or self.bound.auto_id or self.bound.html_name)

    @cached_property
    def errors(self) -> list[str]:
        return [str(error) for error in self.bound.errors]

    def of(self, name: str, default: Any = "") -> Any:
        return getattr(self.bound.field, name, default)

    @property
    def heading(self) -> bool:
        return bool(self.of("heading", False))

    @property
    def optional(self) -> bool:
        """Whether the label says "(optional)": not for filters, whose boxes are all optional."""
        return not getattr(self.bound.form, "all_optional", False)

    @property
    def prefix(self) -> str:
        return str(self.of("prefix"))

    @property
    def suffix(self) -> str:
        return str(self.of("suffix"))

    @property
    def inline(self) -> bool:
        return bool(self.of("inline", False))

    @property
    def most_words(self) -> int:
        return int(self.of("words", 0) or 0)

    @property
    def most_characters(self) -> int:
        return 0 if self.most_words or self.of("one_line", True) else int(self.of("most", 0) or 0)

    @property
    def counted(self) -> bool:
        return self.kind == "textarea" and bool(self.most_words or self.most_characters)

    @property
    def multiple(self) -> bool:
        return isinstance(self.bound.field.widget, forms.CheckboxSelectMultiple)

    @property
    def described_by(self) -> str:
        named = [("hint", self.bound.help_text), ("info", self.counted), ("error", self.errors)]
        return " ".join(f"{self.id}-{part}" for part, there in named if there)

    @property
    def target(self) -> str:
        """The control that the link of the error summary leads to."""
        if self.kind == "parts":
            return next((part.id for part in self.parts if part.wrong), f"{self.id}_day")
        return f"{self.id}_0" if self.kind == "choices" else self.id

    @property
    def classes(self) -> str:
        base = CLASSES.get(self.kind, "govuk-input")
        words = [base]
        if self.errors and self.kind != "tick":
            words.append(f"{base}--error")
        if (width := self.of("width")) and self.kind == "input":
            words.append(f"govuk-input--width-{width}")
        if self.kind == "password":
            words.append("govuk-password-input__input govuk-js-password-input-input")
        return " ".join([*words, "govuk-js-character-count"] if self.counted else words)

    @property
    def control(self) -> str:
        """The control itself, drawn by Django's widget."""
        wanted = {"id": self.id, "class": self.classes, "aria-describedby": self.described_by or None}
        own = {"inputmode": self.of("inputmode"), "autocomplete": self.of("autocomplete")}
        spelling = {None: "", True: "true", False: "false"}[self.of("spellcheck", None)]
        if self.kind == "password" or isinstance(self.bound.field.widget, forms.EmailInput):
            own, spelling = {**own, "autocapitalize": "none"}, "false"
        wanted |= {name: value for name, value in {**own, "spellcheck": spelling}.items() if value}
        self.bound.form.use_required_attribute = False
        return self.bound.as_widget(attrs={name: value for name, value in wanted.items() if value is not None})

    @cached_property
    def choices(self) -> list[Choice]:
        hints = self.of("hints", {})
        return [self.choice(one.data, hints) for one in self.bound.subwidgets]

    def choice(self, data: dict[str, Any], hints: dict[str, str]) -> Choice:
        value = str(data["value"])
        own_id = f"{self.id}_{data['index']}"
        return Choice(own_id, data["name"], value, str(data["label"]), hints.get(value, ""), data["selected"], data["type"])

    @cached_property
    def parts(self) -> list[Part]:
        widget = self.bound.field.widget
        value = self.bound.value()
        values = value if isinstance(value, list) else widget.decompress(value)
        return [self.part(part, typed) for part, typed in zip(widget.parts, values, strict=True)]

    def part(self, part: str, typed: str) -> Part:
        name = f"{self.bound.html_name}_{part}"
        inputmode = "numeric" if part in ("day", "year") else ""
        return Part(f"{self.id}_{part}", name, part.capitalize(), typed, PART_WIDTHS[part], part in self.wrong_parts, inputmode)

    @cached_property
    def wrong_parts(self) -> list[str]:
        """The boxes that the errors speak of; all of them when an error says no more."""
        codes = [str(error.code or "") for error in self.bound.errors.as_data()]
        named = [part for code in codes for part in code.split(",") if part in PART_WIDTHS]
        return named or (list(PART_WIDTHS) if codes else [])


@dataclass(frozen=True)
class Problem:
    """One line of the error summary."""

    words: str
    target: str


def problems(form: BaseForm) -> list[Problem]:
    """Everything that is wrong with a form, in the order of its fields; what belongs to no visible field comes first."""
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    first = [Problem(str(error), "") for error in [*form.non_field_errors(), *hidden]]
    rest = [Problem(error, drawn.target) for field in form.visible_fields() for drawn in [Drawn(field)] for error in drawn.errors]
    return [*first, *rest]

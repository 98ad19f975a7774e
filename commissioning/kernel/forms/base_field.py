"""What every field of the portal knows beside its value: how it is named in a sentence and how it is drawn."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissioning.kernel.forms.words import required, speak


class ShownInput(forms.TextInput):
    """A text box whose starting value is worded by its field: £321,416.67 begins as "321,416.67"."""

    def __init__(self, field: "PortalField", attrs: dict[str, Any] | None = None) -> None:
        self.field = field
        super().__init__(attrs)

    def __deepcopy__(self, memo: dict[int, Any]) -> "ShownInput":
        copy = super().__deepcopy__(memo)
        copy.field = memo.get(id(self.field), self.field)
        return copy

    def format_value(self, value: Any) -> str | None:
        return super().format_value(self.field.shown(value))


class PortalField(forms.Field):
    """A field with one text box, unless a subclass says otherwise.

    :param named: the field inside a sentence, "your contribution"; else made from the label.
    :param hint: what helps to answer, under the label.
    :param width: in characters (2, 3, 4, 5, 10, 20, 30) or empty for the full width.
    :param heading: the label is the page's heading (one question a page).
    """

    prefix = ""
    suffix = ""
    inputmode = ""
    autocomplete = ""
    spellcheck: bool | None = None
    width = ""
    widget: Any = None

    def __init__(self, *, named: str = "", hint: str = "", width: str = "", heading: bool = False, **options: Any) -> None:
        self.named, self.heading = named, heading
        self.width = width or self.width
        self.prefix = options.pop("prefix", self.prefix)
        self.suffix = options.pop("suffix", self.suffix)
        self.autocomplete = options.pop("autocomplete", self.autocomplete)
        options.setdefault("widget", self.widget or ShownInput(self))
        options.setdefault("help_text", hint)
        super().__init__(**options)
        speak(self, named)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copy = super().__deepcopy__(memo)
        if isinstance(copy.widget, ShownInput):
            copy.widget.field = copy
        return copy

    def shown(self, value: Any) -> Any:
        """The starting value as a person would type it."""
        return value

    def blank_words(self) -> str:
        return required(self.named)

    def validate(self, value: Any) -> None:
        if value in self.empty_values and self.required:
            raise ValidationError(self.blank_words(), code="required")

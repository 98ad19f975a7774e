"""Choosing one, choosing some, and ticking to confirm."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.words import begin

Choice = tuple[Any, ...]


class RadioField(PortalField, forms.ChoiceField):
    """One of a few, all in sight. A choice is (value, label) or (value, label, hint)."""

    widget: Any = forms.RadioSelect

    def __init__(self, *, choices: Iterable[Choice] = (), inline: bool = False, **options: Any) -> None:
        self.inline = inline
        self.hints: dict[str, str] = {}
        super().__init__(choices=self.noted(choices), **options)

    def noted(self, choices: Iterable[Choice]) -> list[tuple[Any, Any]]:
        listed = list(choices)
        self.hints = {str(choice[0]): choice[2] for choice in listed if len(choice) > 2}
        return [(choice[0], choice[1]) for choice in listed]

    def offer(self, choices: Iterable[Choice]) -> None:
        """Set the choices of a form that is being made."""
        self.choices = self.noted(choices)

    def blank_words(self) -> str:
        return f"Choose {self.named}"

    def validate(self, value: Any) -> None:
        PortalField.validate(self, value)
        if value and not self.valid_value(value):
            raise ValidationError(f"{begin(self.named)} is not one of the choices: choose one from the list", code="invalid_choice")


class ChoiceField(RadioField):
    """One of many, in a list that opens. `empty` is the first line, which chooses nothing."""

    widget = forms.Select

    def __init__(self, *, empty: str = "Choose one", **options: Any) -> None:
        self.empty = empty
        super().__init__(**options)

    def noted(self, choices: Iterable[Choice]) -> list[tuple[Any, Any]]:
        return [("", self.empty), *super().noted(choices)] if self.empty else super().noted(choices)


class ChoicesField(PortalField, forms.MultipleChoiceField):
    """Any of a few, with ticks. A choice is (value, label) or (value, label, hint)."""

    widget = forms.CheckboxSelectMultiple
    noted: Any = RadioField.noted
    offer: Any = RadioField.offer

    def __init__(self, *, choices: Iterable[Choice] = (), inline: bool = False, **options: Any) -> None:
        self.inline = inline
        self.hints: dict[str, str] = {}
        super().__init__(choices=self.noted(choices), **options)

    def blank_words(self) -> str:
        return f"Choose {self.named}: tick at least one"

    def validate(self, value: Any) -> None:
        PortalField.validate(self, value)
        if any(not self.valid_value(one) for one in value):
            raise ValidationError(
                f"{begin(self.named)} holds something that is not in the list: choose from the list", code="invalid_choice"
            )


class TickField(PortalField, forms.BooleanField):
    """One box to tick. When it is required, it must be ticked: `named` follows "Tick the box to confirm "."""

    widget = forms.CheckboxInput

    def to_python(self, value: Any) -> bool:
        return forms.BooleanField.to_python(self, value)

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(f"Tick the box to confirm {self.named}", code="required")

"""Amounts, counts and percentages as people type them."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.words import begin, required
from commissioning.kernel.money import as_pounds

PENNY = Decimal("0.01")
LARGEST_AMOUNT = Decimal("999999999999.99")
LARGEST_COUNT = 999_999_999
LONGEST = 60
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d+", re.ASCII)
_NUMBER = re.compile(r"(?P<whole>[\d,]*)(?:\.(?P<part>\d*))?", re.ASCII)
_NOTHING = {"n/a", "na", "nil", "none", "-", "–", "—", "?", "tbc", "unknown", "notknown"}


class NumberField(PortalField):
    """What amounts, counts and percentages share: a text box for figures, and the reading of what was typed."""

    inputmode = "numeric"
    autocomplete = "off"
    spellcheck = False
    width = "10"
    unit = ""
    like = ""

    def __init__(self, *, least: Any = 0, most: Any = None, **options: Any) -> None:
        self.least, self.most = Decimal(least), Decimal(most if most is not None else self.largest)
        super().__init__(**options)

    largest: Any = LARGEST_AMOUNT

    def blank_words(self) -> str:
        return required(self.named, like=f"{self.unit}{self.like}")

    def to_python(self, value: Any) -> Decimal | int | None:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return self.finish(Decimal(value))
        typed = _SPACES.sub("", str(value or ""))[: LONGEST + 1]
        if not typed:
            return None
        whole, part = self.figures(typed)
        return self.finish(Decimal(f"{whole.replace(',', '') or '0'}.{part or '0'}"))

    def figures(self, typed: str) -> tuple[str, str]:
        """The figures before and after the point.

        :raises ValidationError: anything that is not plain figures, with the remedy.
        """
        plain = self.without_sign(typed.lower())
        found = _NUMBER.fullmatch(plain)
        if not found or not (found["whole"] or found["part"]) or len(typed) > LONGEST:
            raise ValidationError(self.unreadable(plain), code="unreadable")
        whole, part = found["whole"], found["part"] or ""
        if whole and not _GROUPED.fullmatch(whole):
            decimal_comma = re.fullmatch(r"\d+,\d{1,2}", whole) and not part
            remedy = "put a full stop before the pence" if decimal_comma else "check the commas"
            raise ValidationError(f"{begin(self.named)} is not clear: {remedy}{self.like}", code="commas")
        return whole, part

    def without_sign(self, typed: str) -> str:
        if (typed[:1] in {"-", "−"} and len(typed) > 1) or re.fullmatch(r"\(.+\)", typed):
            raise ValidationError(f"{begin(self.named)} must be {self.said(self.least)} or more: take out the minus sign", code="negative")
        return typed.removeprefix("+")

    def unreadable(self, typed: str) -> str:
        if typed in _NOTHING:
            return f"Enter {self.named} in figures: 0 if there was nothing{', or leave it empty' if not self.required else ''}"
        if re.fullmatch(r"[\d.,]+(?:k|m|bn|e\d+)", typed, re.ASCII):
            return f"Write {self.named} in full{self.like}"
        return f"Enter {self.named} in figures only{self.like}"

    def finish(self, number: Decimal) -> Decimal | int:
        if number < self.least:
            raise ValidationError(f"{begin(self.named)} must be {self.said(self.least)} or more: check it", code="min_value")
        if number > self.most:
            raise ValidationError(f"{begin(self.named)} must be {self.said(self.most)} or less: check it", code="max_value")
        return number

    def said(self, number: Decimal) -> str:
        return f"{number:,f}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MoneyField(NumberField):
    """Pounds and pence, Decimal with two places: "£1,000", " 12 ", "321,416.67"."""

    prefix = "£"
    inputmode = "decimal"
    unit = " in pounds"
    like = ", like 321,416.67"

    def figures(self, typed: str) -> tuple[str, str]:
        if typed.lower().endswith("p") and typed[:-1].isdigit():
            raise ValidationError(f"Enter {self.named} in pounds, like 0.50 for fifty pence", code="pence")
        whole, part = super().figures(typed.removeprefix("£") or "£")
        if len(part) > 2:
            raise ValidationError(
                f"{begin(self.named)} must have no more than 2 figures after the point, like 321,416.67", code="max_decimal_places"
            )
        return whole, part

    def finish(self, number: Decimal) -> Decimal:
        return Decimal(super().finish(number)).quantize(PENNY)

    def said(self, number: Decimal) -> str:
        return as_pounds(number, whole=number == number.to_integral_value())

    def shown(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal | int) else value


class CountField(NumberField):
    """A whole number, 0 or more: "1,300"."""

    largest = LARGEST_COUNT
    width = "5"
    unit = " as a whole number"
    like = ", like 1,300"

    def figures(self, typed: str) -> tuple[str, str]:
        if typed[0] in "<>≤≥~":
            words = f"Enter {self.named} exactly, not as a range: small numbers are hidden before anything is published"
            raise ValidationError(words, code="range")
        whole, part = super().figures(typed)
        if part:
            raise ValidationError(f"{begin(self.named)} must be a whole number, like 1,300: take out the part after the point", code="part")
        return whole, part

    def finish(self, number: Decimal) -> int:
        return int(super().finish(number))

    def shown(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class PercentField(NumberField):
    """A percentage from 0 to 100 with up to two places, Decimal: 62.5 is 62.5 %."""

    largest = 100
    suffix = "%"
    inputmode = "decimal"
    width = "4"
    like = ", like 62.5"

    def figures(self, typed: str) -> tuple[str, str]:
        whole, part = super().figures(typed.removesuffix("%") or "%")
        if len(part) > 2:
            raise ValidationError(f"{begin(self.named)} must have no more than 2 figures after the point, like 62.5", code="places")
        return whole, part

    def said(self, number: Decimal) -> str:
        return f"{number.normalize():f}%"

    def shown(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

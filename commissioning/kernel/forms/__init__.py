"""The forms of the portal. See docs/design.md for the fields and how to arrange them."""

from commissioning.kernel.forms.choices import ChoiceField, ChoicesField, RadioField, TickField
from commissioning.kernel.forms.days import DayField, MomentField
from commissioning.kernel.forms.files import FileField
from commissioning.kernel.forms.forms import Act, Buttons, FilterForm, PortalForm, PortalModelForm, Spoken
from commissioning.kernel.forms.numbers import CountField, MoneyField, PercentField
from commissioning.kernel.forms.text import EmailField, LongTextField, SearchField, TextField

__all__ = [
    "Act",
    "Buttons",
    "ChoiceField",
    "ChoicesField",
    "CountField",
    "DayField",
    "EmailField",
    "FileField",
    "FilterForm",
    "LongTextField",
    "MomentField",
    "MoneyField",
    "PercentField",
    "PortalForm",
    "PortalModelForm",
    "RadioField",
    "SearchField",
    "Spoken",
    "TextField",
    "TickField",
]

"""How much is cut, and what is kept whole."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from commissioning.kernel.forms import ChoicesField, FilterForm, PercentField
from funders.scenarios.rules import Cut, Line, ScenarioRefused, cut_of

USUAL = Decimal(10)


class ScenarioForm(FilterForm):
    submit_label = "Work it out"
    percent = PercentField(label="Cut of the whole requirement", named="the cut", required=False)
    protected = ChoicesField(label="Kept whole", named="what is kept whole", required=False)

    def __init__(self, *args: Any, lines: Sequence[Line], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        self.fields["percent"].help_text = "10, unless you say otherwise"
        self.fields["protected"].offer([(str(place), one.label) for place, one in enumerate(lines)])

    def cut(self) -> Cut:
        """What was asked, worked out; with nothing asked, the usual cut.

        :raises ScenarioRefused: it cannot be read, or cannot be saved.
        """
        if not self.is_valid():
            raise ScenarioRefused(" ".join(str(sentence).rstrip(".") + "." for faults in self.errors.values() for sentence in faults))
        percent, protected = self.cleaned_data["percent"], self.cleaned_data["protected"]
        return cut_of(self.lines, USUAL if percent is None else percent, [int(place) for place in protected or []])

from collections.abc import Sequence
from typing import Any

from commissioning.kernel.forms import ChoiceField, FilterForm
from funders.statements.rules import Answer

ANSWERS = [(Answer.NONE, "Not answered"), (Answer.NOTHING, "Answered: nothing"), (Answer.GIVEN, "Answered with an amount")]


class GivingFilter(FilterForm):
    """Which partner, which year and which answers of the list of who gives what."""

    funder = ChoiceField(label="Partner", required=False, empty="All partners")
    year = ChoiceField(label="Financial year", required=False, empty="All years")
    answer = ChoiceField(label="Answer", required=False, empty="All answers", choices=ANSWERS)

    def __init__(self, *args: Any, funders: Sequence[tuple[str, str]], years: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["funder"].offer(funders)
        self.fields["year"].offer(years)

"""Prepare the end of a year; confirm it with the board's decision and its choice for each pot."""

from collections.abc import Mapping, Sequence
from typing import Any

from commissioning.kernel.forms import DayField, LongTextField, PortalForm, RadioField, TextField
from commissioning.kernel.money import as_pounds
from funders.contributions.rules import LONGEST_DECISION, LONGEST_REASON
from funders.receipts.rules import LONGEST_REFERENCE
from funders.year_end.models import Choice, PotClose

HINTS = {
    Choice.CARRY: "It can be set aside in the next year, for what the pot may pay for.",
    Choice.CONTINGENCY: "It comes into the next year, and only a contingency line may be given it.",
    Choice.RETURN: "It counts in no other year. What each partner gets, or owes where money is missing, is its share.",
}


class PrepareForm(PortalForm):
    submit_label = "Prepare the year end"


class ConfirmForm(PortalForm):
    submit_label = "Close the year"
    submit_kind = "warning"
    decision_reference = TextField(
        label="Reference of the board’s decision", named="the reference of the board’s decision", most=LONGEST_DECISION
    )

    def __init__(self, *args: Any, pots: Sequence[PotClose], possible: Mapping[str, Sequence[str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.boxes = {one.pot: f"choice_{one.pot}" for one in pots if possible[one.pot]}
        for one in pots:
            if possible[one.pot]:
                self.fields[self.boxes[one.pot]] = _box(one, possible[one.pot])

    def layout(self) -> list[Any]:
        return [*self.boxes.values(), "decision_reference"]

    def told(self) -> dict[str, Any]:
        choices = {pot: self.cleaned_data[box] for pot, box in self.boxes.items()}
        return {"decision_reference": self.cleaned_data["decision_reference"], "choices": choices}


class PayShareForm(PortalForm):
    submit_label = "Record the payment"
    paid_on = DayField(label="Day on which it was paid", named="the day on which it was paid")
    bank_reference = TextField(
        label="Bank reference",
        hint="As it stands on the bank statement. The same reference is recorded once.",
        most=LONGEST_REFERENCE,
        width="20",
    )


class ReverseForm(PortalForm):
    submit_label = "Reverse the payment"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the ledger.", most=LONGEST_REASON, rows=4)


def _box(one: PotClose, possible: Sequence[str]) -> RadioField:
    left, missing = as_pounds(one.surplus_amount), as_pounds(-one.surplus_amount)
    label = f"{one.get_pot_display()}: {left} is left" if one.surplus_amount > 0 else f"{one.get_pot_display()}: {missing} is missing"
    choices = [(Choice(value), Choice(value).label, HINTS[Choice(value)]) for value in possible]
    return RadioField(label=label, named=f"what becomes of {one.get_pot_display()}", choices=choices)

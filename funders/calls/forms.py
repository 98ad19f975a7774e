"""Draft, answer, close, cancel, receive, pay, reverse, and the filter of the list."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.layout import HTML, Fieldset

from commissioning.kernel.forms import (
    ChoiceField,
    CountField,
    DayField,
    FilterForm,
    LongTextField,
    MoneyField,
    PortalForm,
    RadioField,
    SearchField,
    TextField,
)
from commissioning.kernel.money import as_pounds
from commissioning.organisations.models import Organisation
from funders.calls.models import Call, Key
from funders.calls.queries import STANDINGS
from funders.calls.rules import LONGEST_PAYEE, LONGEST_TITLE, MOST_PARTS, AnswerRefused, check_answer, part_field
from funders.contributions.rules import LONGEST_DECISION, LONGEST_REASON
from funders.receipts.rules import LONGEST_REFERENCE

PARTS_HINT = (
    '<p class="govuk-hint">Leave this empty for the agreed key. Whole parts, for example 2 for one partner and 1 for another. '
    "A partner without parts is not asked.</p>"
)


class CallForm(PortalForm):
    submit_label = "Save the draft"
    title = TextField(
        label="What the cost is",
        named="what the cost is",
        hint="In a few words, for example: Domestic homicide review, chair and report. Never the name of a person, and no place smaller than the fund’s own area: partners, their staff and auditors read it.",
        most=LONGEST_TITLE,
    )
    amount = MoneyField(label="Amount to share")
    purpose = LongTextField(
        label="What the money is for, and why nobody budgeted it",
        named="what the money is for",
        hint="Costs and counts only. Nothing from which anybody could tell whom it is about.",
        most=LONGEST_REASON,
        rows=5,
    )
    answer_by = DayField(label="Partners answer by", named="the day by which partners answer")
    key = RadioField(
        label="How it is shared",
        named="how it is shared",
        choices=[
            (Key.AGREED, "By the fund’s agreed key", "The parts of the sectors, and equal shares within each sector."),
            (Key.ONE_TIME, "By a key for this call only", "Whole parts for each partner, with a reason."),
        ],
    )
    key_reason = LongTextField(
        label="Why the agreed key does not fit",
        named="why the agreed key does not fit",
        required=False,
        most=LONGEST_REASON,
        rows=3,
    )

    def __init__(self, *args: Any, partners: Sequence[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.boxes = {partner.pk: part_field(partner.pk) for partner in partners}
        for partner in partners:
            box = CountField(label=f"Parts of {partner}", named=f"the parts of {partner}", required=False, most=MOST_PARTS, width="4")
            self.fields[self.boxes[partner.pk]] = box
        self.initial.setdefault("key", Key.AGREED)

    def layout(self) -> list[Any]:
        own = Fieldset("Only for a key for this call", HTML(PARTS_HINT), "key_reason", *self.boxes.values())
        return ["title", "amount", "purpose", "answer_by", "key", own]

    def told(self) -> dict[str, Any]:
        """What was filled in, with the parts by partner."""
        cleaned = self.cleaned_data
        parts = {partner: cleaned[box] for partner, box in self.boxes.items() if cleaned.get(box)}
        return {**{name: cleaned[name] for name in ("title", "amount", "purpose", "answer_by", "key", "key_reason")}, "parts": parts}


def initial_of(call: Call) -> dict[str, Any]:
    """What the form of a draft begins with."""
    words = {name: getattr(call, name) for name in ("title", "amount", "purpose", "answer_by", "key", "key_reason")}
    return {**words, **{part_field(int(partner)): count for partner, count in call.parts.items()}}


class AskForm(PortalForm):
    """Nothing to fill in: the page shows what is going to be asked of whom."""

    submit_label = "Ask the partners"


class AnswerForm(PortalForm):
    submit_label = "Continue"
    accepted = MoneyField(
        label="Amount that you accept",
        named="the amount that you accept",
        hint="All of the share, or less. Enter 0 to decline: nothing is an answer, an empty box is not.",
    )
    decision_reference = TextField(
        label="Reference of the decision",
        hint="For example the minute of a board or the number of a decision notice. Leave it empty if you decline.",
        required=False,
        most=LONGEST_DECISION,
    )
    reason = LongTextField(
        label="Reason, if it is less than you are asked for",
        named="the reason",
        hint="Every partner of the fund reads it.",
        required=False,
        most=LONGEST_REASON,
        rows=4,
    )

    def __init__(self, *args: Any, asked: Decimal, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = asked
        self.fields["accepted"].help_text = f"You are asked for {as_pounds(asked)}. {self.fields['accepted'].help_text}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_answer(asked=self.asked, **{name: cleaned[name] for name in ("accepted", "decision_reference", "reason")})
            except AnswerRefused as refusal:
                self.add_error(refusal.field, str(refusal))
        return cleaned


class CloseForm(PortalForm):
    submit_label = "Close the call"
    submit_kind = "warning"
    note = LongTextField(
        label="How what is not covered is met",
        named="how what is not covered is met",
        hint="It stays on the page of the call. Every partner of the fund reads it.",
        most=LONGEST_REASON,
        rows=4,
    )

    def __init__(self, *args: Any, uncovered: Decimal, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].required = bool(uncovered)
        if uncovered:
            self.fields["note"].label = f"How the {as_pounds(uncovered)} that no partner covers is met"
        else:
            self.fields["note"].label = "What you want to say to the partners"


class CancelForm(PortalForm):
    submit_label = "Cancel the call"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays on the page of the call. Partners read it.", most=LONGEST_REASON, rows=4)


class CallReceiptForm(PortalForm):
    submit_label = "Record the receipt"
    amount = MoneyField(label="Amount received")
    received_on = DayField(label="Day on which it arrived", named="the day on which it arrived")
    bank_reference = TextField(
        label="Bank reference",
        hint="As it stands on the bank statement. The same reference is recorded once.",
        most=LONGEST_REFERENCE,
        width="20",
    )


class CallPaymentForm(PortalForm):
    submit_label = "Record the payment"
    payee = TextField(
        label="Who was paid",
        named="who was paid",
        hint="By function, for example: Independent chair. Not by name.",
        most=LONGEST_PAYEE,
    )
    amount = MoneyField(label="Amount paid out")
    paid_on = DayField(label="Day on which it was paid", named="the day on which it was paid")
    bank_reference = TextField(
        label="Bank reference",
        hint="As it stands on the bank statement. The same reference is recorded once.",
        most=LONGEST_REFERENCE,
        width="20",
    )


class ReverseMoneyForm(PortalForm):
    submit_label = "Reverse it"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the ledger. Partners read it.", most=LONGEST_REASON, rows=4)


class CallFilter(FilterForm):
    search = SearchField(label="Words or reference")
    state = ChoiceField(label="How it stands", named="how it stands", required=False, empty="All", choices=list(STANDINGS.items()))
    fund = ChoiceField(label="Fund", required=False, empty="All funds")

    def __init__(self, *args: Any, funds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].offer(funds)

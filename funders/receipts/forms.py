"""Counter-sign, invoice, receive, reverse, and the filter of the list."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from commissioning.kernel.forms import (
    ChoiceField,
    DayField,
    FilterForm,
    LongTextField,
    MoneyField,
    PortalForm,
    RadioField,
    SearchField,
    TextField,
)
from funders.contributions.rules import LONGEST_REASON
from funders.receipts.queries import STANDINGS
from funders.receipts.rules import LONGEST_REFERENCE, OWN_PLAN, PLANS, Part

LONGEST_PLAN = 2000
EQUAL_PLANS = [(str(count), f"{words[:1].upper()}{words[1:]}") for count, words in PLANS.items()]


class CountersignForm(PortalForm):
    submit_label = "Counter-sign"
    plan = RadioField(label="How it is paid", named="how it is paid", choices=[*EQUAL_PLANS, (str(OWN_PLAN), "A plan of your own")])
    own = LongTextField(
        label="Your own plan",
        named="your own plan",
        hint="Only for a plan of your own: one instalment in each line, the day and the amount, like 01/04/2026 20,000.00",
        required=False,
        most=LONGEST_PLAN,
        rows=4,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("plan", "4")

    def clean_plan(self) -> int:
        return int(self.cleaned_data["plan"])

    def clean_own(self) -> list[Part]:
        """Days and amounts, from the lines that are not empty."""
        if self.cleaned_data.get("plan") != OWN_PLAN:
            return []
        lines = [line.split(maxsplit=1) for line in self.cleaned_data["own"].splitlines() if line.strip()]
        return [_part(number, *words) for number, words in enumerate(lines, start=1)]


def _part(number: int, day: str, amount: str = "") -> Part:
    try:
        due_on = datetime.datetime.strptime(day.rstrip(","), "%d/%m/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise ValidationError(f"Line {number}: “{day}” is no day. Write it like 01/04/2026, then a space and the amount") from None
    return due_on, MoneyField(label="Amount", named=f"the amount in line {number}").clean(amount)


class InvoiceForm(PortalForm):
    submit_label = "Record the invoice"
    invoice_reference = TextField(
        label="Invoice reference", hint="As it stands on the invoice in your own ledger.", most=LONGEST_REFERENCE, width="20"
    )


class ReceiptForm(PortalForm):
    submit_label = "Record the receipt"
    amount = MoneyField(label="Amount received")
    received_on = DayField(label="Day on which it arrived", named="the day on which it arrived")
    bank_reference = TextField(
        label="Bank reference",
        hint="As it stands on the bank statement. The same reference is recorded once.",
        most=LONGEST_REFERENCE,
        width="20",
    )


class ReverseForm(PortalForm):
    submit_label = "Reverse the receipt"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the ledger. The partner reads it.", most=LONGEST_REASON, rows=4)


class InstalmentFilter(FilterForm):
    search = SearchField(label="Partner or reference")
    standing = ChoiceField(label="How it stands", named="how it stands", required=False, empty="All", choices=list(STANDINGS.items()))
    fund = ChoiceField(label="Fund", required=False, empty="All funds")

    def __init__(self, *args: Any, funds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].offer(funds)

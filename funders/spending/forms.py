"""Send, return, pay, reverse, and the filter of the list."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from commissioning.kernel.forms import ChoiceField, DayField, FilterForm, LongTextField, MoneyField, PortalForm, SearchField, TextField
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from funders.spending.rules import LONGEST_NUMBER, LONGEST_REASON, LONGEST_SERVICES
from funders.spending.states import InvoiceState


class InvoiceForm(PortalForm):
    submit_label = "Send the invoice"
    year = ChoiceField(label="Financial year of the services", named="the financial year", empty="Choose a year")
    services = TextField(label="What it is for", named="what it is for", hint="For example “April to June 2027”.", most=LONGEST_SERVICES)
    number = TextField(label="Number of the invoice", hint="As it stands in your own books.", most=LONGEST_NUMBER, width="20")
    invoiced_on = DayField(label="Day of the invoice", named="the day of the invoice")
    amount = MoneyField(label="Amount", hint="What the fund pays: the service is free of VAT, or the amount is with VAT.")

    def __init__(self, *args: Any, left: Mapping[int, Decimal], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].offer([(str(year), f"{FinancialYear(year)}: {as_pounds(amount)} left") for year, amount in left.items()])

    def clean_year(self) -> int:
        return int(self.cleaned_data["year"])


class ApproveForm(PortalForm):
    submit_label = "Approve this invoice"


class ReturnForm(PortalForm):
    submit_label = "Return the invoice"
    submit_kind = "warning"
    reason = LongTextField(
        label="What has to be mended", named="what has to be mended", hint="The provider reads it.", most=LONGEST_REASON, rows=4
    )


class PayForm(PortalForm):
    submit_label = "Record the payment"
    paid_on = DayField(label="Day on which it was paid", named="the day on which it was paid")
    bank_reference = TextField(
        label="Bank reference",
        hint="As it stands on the bank statement. The same reference is recorded once.",
        most=LONGEST_NUMBER,
        width="20",
    )


class ReverseForm(PortalForm):
    submit_label = "Reverse the payment"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the ledger.", most=LONGEST_REASON, rows=4)


class InvoiceFilter(FilterForm):
    search = SearchField(label="Provider, area or number")
    state = ChoiceField(label="State", required=False, empty="All states", choices=InvoiceState.choices)
    fund = ChoiceField(label="Fund", required=False, empty="All funds")

    def __init__(self, *args: Any, funds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].offer(funds)

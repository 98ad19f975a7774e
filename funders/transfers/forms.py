"""Move money between pots, confirm, drop and reverse, and the filter of the list."""

from collections.abc import Sequence
from typing import Any

from commissioning.kernel.forms import ChoiceField, FilterForm, LongTextField, MoneyField, PortalForm, TextField
from commissioning.kernel.quarters import FinancialYear
from funders.contributions.rules import LONGEST_DECISION, LONGEST_REASON
from funders.pool.models import LegalBasis
from funders.transfers.states import TransferState


class MoveForm(PortalForm):
    submit_label = "Move the money"
    year = ChoiceField(label="Financial year", named="the year whose money it is", empty="Choose a year")
    from_pot = ChoiceField(label="From", named="the pot that it leaves", empty="Choose a pot", choices=LegalBasis.choices)
    to_pot = ChoiceField(
        label="To",
        named="the pot that it goes to",
        empty="Choose a pot",
        choices=LegalBasis.choices,
        hint="Into the section 75 pot goes only what came from NHS bodies and councils. Restricted charitable money stays in its pot.",
    )
    amount = MoneyField(label="Amount")
    reason = LongTextField(label="Reason", hint="Partners read it.", most=LONGEST_REASON, rows=3)
    decision_reference = TextField(
        label="Decision of the partnership board",
        hint="Needed above the board’s limit. For example the number of a minute.",
        required=False,
        most=LONGEST_DECISION,
        width="20",
    )

    def __init__(self, *args: Any, years: Sequence[FinancialYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].offer([(str(year.start), str(year)) for year in years])
        if len(years) == 1:
            self.initial.setdefault("year", str(years[0].start))

    def clean_year(self) -> int:
        return int(self.cleaned_data["year"])


class ConfirmForm(PortalForm):
    """Nothing to fill in: the page shows what is going to be moved."""

    submit_label = "Confirm and post"


class DropForm(PortalForm):
    submit_label = "Drop the transfer"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="Partners read it.", most=LONGEST_REASON, rows=3)


class ReverseForm(PortalForm):
    submit_label = "Reverse the transfer"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the ledger. Partners read it.", most=LONGEST_REASON, rows=4)


class TransferFilter(FilterForm):
    year = ChoiceField(label="Financial year", required=False, empty="All years")
    state = ChoiceField(label="State", required=False, empty="All", choices=TransferState.choices)

    def __init__(self, *args: Any, years: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].offer(years)

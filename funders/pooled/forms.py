"""Record what arrived of money that is pooled already, take it back, and the filter of the list."""

from collections.abc import Iterable, Sequence
from typing import Any

from commissioning.kernel.forms import ChoiceField, DayField, FilterForm, LongTextField, MoneyField, PortalForm, TextField
from commissioning.kernel.money import as_pounds
from funders.contributions.rules import LONGEST_REASON
from funders.pooled.queries import SourceYear
from funders.pooled.rules import LONGEST_NOTE
from funders.receipts.rules import LONGEST_REFERENCE


def described(one: SourceYear) -> str:
    """The words of a choice."""
    return f"{one.source}, {one.year}: {as_pounds(one.to_come)} to come"


class PooledReceiptForm(PortalForm):
    submit_label = "Record the receipt"
    pays = ChoiceField(label="Source and year", named="the source and the year that it pays", empty="Choose a source and year")
    amount = MoneyField(label="Amount received", hint="What is more than the source gives for the year goes into suspense.")
    received_on = DayField(label="Day on which it arrived", named="the day on which it arrived")
    bank_reference = TextField(
        label="Bank reference",
        hint="As it stands on the bank statement. The same reference is recorded once.",
        most=LONGEST_REFERENCE,
        width="20",
    )
    note = TextField(label="Note", hint="For example which of several councils paid.", required=False, most=LONGEST_NOTE)

    def __init__(self, *args: Any, offered: Iterable[SourceYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_key = {one.key: one for one in offered}
        self.fields["pays"].offer((key, described(one)) for key, one in self.by_key.items())

    @property
    def told(self) -> dict[str, Any]:
        """What the action is told."""
        cleaned = dict(self.cleaned_data)
        chosen = self.by_key[cleaned.pop("pays")]
        return {**cleaned, "source": chosen.source, "year": chosen.year.start}


class ReverseForm(PortalForm):
    submit_label = "Reverse the receipt"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the ledger. Partners read it.", most=LONGEST_REASON, rows=4)


class PooledFilter(FilterForm):
    source = ChoiceField(label="Source", required=False, empty="All sources")
    year = ChoiceField(label="Financial year", required=False, empty="All years")

    def __init__(self, *args: Any, sources: Sequence[tuple[str, str]], years: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].offer(sources)
        self.fields["year"].offer(years)

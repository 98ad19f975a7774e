"""Upload a bank file, name its columns, choose what a row pays, take money out of suspense, and the filters of the lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from commissioning.kernel.forms import (
    ChoiceField,
    DayField,
    FileField,
    FilterForm,
    LongTextField,
    MoneyField,
    PortalForm,
    RadioField,
    SearchField,
    TextField,
)
from commissioning.kernel.money import as_pounds
from commissioning.kernel.words import short
from funders.banking.actions.importing import LARGEST_FILE
from funders.banking.rules.columns import SPOKEN
from funders.banking.rules.rows import DATE_FORMATS, LIKE, RowKind
from funders.contributions.rules import LONGEST_REASON
from funders.pooled.forms import described
from funders.pooled.queries import SourceYear
from funders.receipts.models import Instalment
from funders.receipts.queries import still_to_come
from funders.receipts.rules import LONGEST_REFERENCE


class UploadForm(PortalForm):
    submit_label = "Upload and continue"
    fund = ChoiceField(label="Fund", named="the fund that the account belongs to")
    file = FileField(
        label="Bank or ledger export",
        named="the bank or ledger export",
        kinds=("csv",),
        most_bytes=LARGEST_FILE,
        hint="A CSV file with a heading, up to 50 MB. It needs the date, the amount and the bank’s own reference of each payment.",
    )

    def __init__(self, *args: Any, funds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].offer(funds)
        if len(funds) == 1:
            self.initial.setdefault("fund", funds[0][0])


class ColumnField(ChoiceField):
    """One of the columns of the file; its position comes back, or None."""

    def clean(self, value: Any) -> int | None:
        chosen = super().clean(value)
        return int(chosen) if chosen else None


class ColumnsForm(PortalForm):
    submit_label = "Read the rows"
    date = ColumnField(label="Date", named="the column with the date")
    date_format = RadioField(
        label="Order of the date",
        named="the order of the date",
        choices=[(key, words, f"Like {LIKE[key]}") for key, words in DATE_FORMATS.items()],
    )
    amount = ColumnField(
        label="Money in",
        named="the column with the money that came in",
        hint="The column of money in, or one amount column in which money out is below zero.",
    )
    out = ColumnField(label="Money out", required=False, empty="No column of its own", hint="Rows with money out are left out.")
    reference = ColumnField(
        label="Bank reference",
        named="the column with the bank reference",
        hint="What the bank gives each payment once. The same reference is posted once, ever.",
    )
    text = ColumnField(
        label="Text", required=False, empty="No such column", hint="Where the payer writes an invoice or instalment reference."
    )
    payer = ColumnField(label="Who paid", required=False, empty="No such column")

    def __init__(self, *args: Any, heading: Sequence[str], samples: Sequence[Sequence[str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(str(place), _labelled(place, name, samples)) for place, name in enumerate(heading)]
        for role in SPOKEN:
            self.fields[role].offer(offered)

    def columns(self) -> dict[str, int | None]:
        return {role: self.cleaned_data[role] for role in SPOKEN}


def _labelled(place: int, name: str, samples: Sequence[Sequence[str]]) -> str:
    example = next((row[place] for row in samples if place < len(row) and row[place]), "")
    return f"{name or f'Column {place + 1}'}{f' (such as {example})' if example else ''}"


class InstalmentField(ChoiceField):
    """One of the open instalments of a fund; the instalment comes back, or None."""

    def offer_instalments(self, rows: Iterable[Instalment]) -> None:
        self.by_reference = {one.reference: one for one in rows}
        self.offer((reference, _described(one)) for reference, one in self.by_reference.items())

    def clean(self, value: Any) -> Instalment | None:
        return self.by_reference.get(super().clean(value))


def _described(one: Instalment) -> str:
    return f"{one.funder}, due {short(one.due_on)}: {as_pounds(still_to_come(one))} to come ({one.invoice_reference})"


class RowForm(PortalForm):
    submit_label = "Save"
    instalment = InstalmentField(
        label="It pays", named="the instalment that it pays", required=False, empty="No instalment: it goes into suspense"
    )

    def __init__(self, *args: Any, instalments: Iterable[Instalment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["instalment"].offer_instalments(instalments)


class PostForm(PortalForm):
    submit_label = "Post these rows"


class DiscardForm(PortalForm):
    submit_label = "Set this file aside"
    submit_kind = "warning"


class PaysField(InstalmentField):
    """An open instalment, or a source that is pooled already in one of its years; that comes back."""

    def offer_both(self, instalments: Iterable[Instalment], sources: Iterable[SourceYear]) -> None:
        self.offer_instalments(instalments)
        offered = [(reference, _described(one)) for reference, one in self.by_reference.items()]
        self.by_key = {one.key: one for one in sources}
        self.offer([*offered, *((key, f"Pooled already: {described(one)}") for key, one in self.by_key.items())])

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found or self.by_key.get(value)


class AssignForm(PortalForm):
    submit_label = "Assign the money"
    instalment = PaysField(
        label="Instalment",
        named="what it pays",
        hint="Those for exactly this amount come first. Sources that are pooled already come last.",
    )

    def __init__(self, *args: Any, instalments: Iterable[Instalment], sources: Iterable[SourceYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["instalment"].offer_both(instalments, sources)


class ReturnForm(PortalForm):
    submit_label = "Record what went back"
    amount = MoneyField(label="Amount returned")
    returned_on = DayField(label="Day on which it left the bank", named="the day on which it left the bank")
    bank_reference = TextField(label="Bank reference of the payment", most=LONGEST_REFERENCE, width="20")
    reason = LongTextField(label="Reason", hint="It stays in the record.", most=LONGEST_REASON, rows=3)


class RowFilter(FilterForm):
    search = SearchField(label="Text or bank reference")
    kind = ChoiceField(label="What becomes of it", required=False, empty="All rows", choices=RowKind.choices)


class SuspenseFilter(FilterForm):
    search = SearchField(label="Text or bank reference")

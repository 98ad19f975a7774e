"""Offer a post, premises or something else, agree, withdraw, evidence, and the filter of the list."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from commissioning.kernel.forms import (
    ChoiceField,
    DayField,
    FileField,
    FilterForm,
    LongTextField,
    MoneyField,
    PercentField,
    PortalForm,
    RadioField,
    SearchField,
    TextField,
)
from funders.contributions.forms import EVIDENCE_KINDS
from funders.contributions.rules import LONGEST_DECISION, LONGEST_REASON
from funders.in_kind.models import Kind
from funders.in_kind.rules import LONGEST_NOTE, LONGEST_TITLE
from funders.in_kind.states import InKindState


class FteField(PercentField):
    """A part of a full-time post: "0.6"."""

    suffix = "FTE"
    like = ", like 0.6"

    def said(self, number: Decimal) -> str:
        return f"{number.normalize():f}"


class WhenForm(PortalForm):
    submit_label = "Offer it"
    starts_on = DayField(label="First day", named="the first day")
    ends_on = DayField(label="Last day", named="the last day")
    evidence_note = LongTextField(
        label="What shows that it exists",
        named="what shows that it exists",
        hint="For example the number of the post in your establishment list, or the lease. You can add a file on the next page.",
        most=LONGEST_NOTE,
        rows=3,
    )


class PostForm(WhenForm):
    title = TextField(
        label="Title of the post", hint="For example Domestic abuse coordinator. Never the name of who holds it.", most=LONGEST_TITLE
    )
    fte = FteField(label="Full-time equivalent", named="the full-time equivalent", least="0.01", most="50")
    annual_rate = MoneyField(label="Agreed yearly rate of a full-time post", named="the agreed yearly rate")
    field_order = ["title", "fte", "annual_rate", "starts_on", "ends_on", "evidence_note"]


class OtherForm(WhenForm):
    kind = RadioField(label="What you give", named="what you give", choices=[(one.value, one.label) for one in (Kind.PREMISES, Kind.OTHER)])
    title = TextField(label="In one line", named="what it is", hint="For example: a consulting room, two days a week.", most=LONGEST_TITLE)
    value = MoneyField(label="Value for the whole time", named="the value")
    valued_how = LongTextField(label="How it was valued", named="how it was valued", most=LONGEST_NOTE, rows=2)
    field_order = ["kind", "title", "value", "valued_how", "starts_on", "ends_on", "evidence_note"]


class AgreeForm(PortalForm):
    submit_label = "Agree it"
    decision_reference = TextField(label="Reference of the decision", hint="It stays in the record.", most=LONGEST_DECISION)


class WithdrawForm(PortalForm):
    submit_label = "Withdraw it"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the history. The host partner reads it.", most=LONGEST_REASON, rows=3)


class EvidenceForm(PortalForm):
    submit_label = "Add the file"
    file = FileField(
        label="File", named="the evidence", hint="A PDF, a Word document or an Excel workbook, up to 10 MB.", kinds=EVIDENCE_KINDS
    )


class GiftFilter(FilterForm):
    search = SearchField(label="Post, partner or reference")
    state = ChoiceField(label="State", required=False, empty="All states", choices=InKindState.choices)
    fund = ChoiceField(label="Fund", required=False, empty="All funds")

    def __init__(self, *args: Any, funds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].offer(funds)

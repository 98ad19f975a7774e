"""Pledge, agree, change, withdraw, conditions and terms, evidence, and the filter of the list."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from commissioning.kernel.forms import (
    ChoiceField,
    ChoicesField,
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
from commissioning.kernel.quarters import FinancialYear
from funders.contributions.models import CONDITIONAL, Contribution, Progress
from funders.contributions.rules import (
    LONGEST_CONDITION,
    LONGEST_CONDITIONS,
    LONGEST_DECISION,
    LONGEST_REASON,
    UNCONDITIONAL,
    WAITS,
    Certainty,
    PledgeRefused,
    amount_field,
    check_pledge,
    proposed_event,
)
from funders.contributions.states import ContributionState
from funders.pool.models import LegalBasis

PROPOSED_YEARS = 3
STAYS = "It stays in the history. Your approver and the host partner read it."
EVIDENCE_KINDS = ("pdf", "docx", "xlsx")


class PledgeForm(PortalForm):
    """One box for each free year, the partner's share proposed in the first three. £0 is an answer, an empty box is none.

    An indicative figure (`is_firm` is False) says nothing by £0, so it has no reason for it either.
    """

    submit_label = "Continue"
    reason = LongTextField(
        label="Reason, if you give nothing for a year",
        named="the reason",
        hint="Only where you enter 0. The host partner and your approver read it, and it stays in the history.",
        required=False,
        most=LONGEST_REASON,
        rows=2,
    )
    conditions = LongTextField(
        label="Conditions",
        hint="For example: subject to the budget of each year. The host partner and your approver read them.",
        required=False,
        most=LONGEST_CONDITIONS,
        rows=4,
    )

    def __init__(
        self,
        *args: Any,
        years: Sequence[FinancialYear],
        fund_years: Collection[int],
        proposed: Mapping[int, Decimal],
        today: date,
        is_firm: bool = True,
        **options: Any,
    ) -> None:
        self.years, self.fund_years, self.today, self.is_firm = years, fund_years, today, is_firm
        super().__init__(*args, **options)
        if not is_firm:
            del self.fields["reason"]
        boxes = {amount_field(year.start): self._box(year) for year in years}
        self.fields = {**boxes, **self.fields}
        asked = {amount_field(year.start): proposed[year.start] for year in years[:PROPOSED_YEARS] if year.start in proposed}
        self.initial = {**asked, **self.initial}

    def _box(self, year: FinancialYear) -> MoneyField:
        return MoneyField(label=f"Amount for {year}", named=f"the amount for {year}", required=False)

    @property
    def amounts(self) -> dict[int, Decimal]:
        """Pounds by year, £0 among them, without the years that were left empty."""
        found = {year.start: self.cleaned_data.get(amount_field(year.start)) for year in self.years}
        return {year: amount for year, amount in found.items() if amount is not None}

    @property
    def words(self) -> dict[str, str]:
        """What was written beside the amounts."""
        return {name: self.cleaned_data[name] for name in ("conditions", "reason") if name in self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_pledge(
                    amounts=self.amounts,
                    conditions=cleaned.get("conditions", ""),
                    fund_years=self.fund_years,
                    standing=set(self.fund_years) - {year.start for year in self.years},
                    today=self.today,
                    reason=cleaned.get("reason", ""),
                    is_firm=self.is_firm,
                )
            except PledgeRefused as refusal:
                self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        return cleaned


class AgreeForm(PortalForm):
    """Years, decision, and whether the fund may rely on the money. A pledge with conditions has no answer to begin with."""

    submit_label = "Agree this pledge"
    all_optional = True  # the hints say which answer goes with which choice
    years = ChoicesField(label="Years to agree", named="the years to agree")
    decision_reference = TextField(
        label="Reference of the decision",
        hint="For example the minute of a board or the number of a decision notice. It stays in the record.",
        most=LONGEST_DECISION,
    )
    certainty = RadioField(
        label="May the fund rely on it?",
        named="whether the fund may rely on it",
        hint="If the years differ in this, agree them one after the other.",
        choices=[
            (UNCONDITIONAL, "Yes, from now on: it waits for nothing"),
            (WAITS, "Not yet: it waits for an event", "Agreed, and apart from what is secured until the event has come."),
        ],
    )
    why = LongTextField(
        label="Why the conditions do not hold it back",
        hint="Only for “Yes”: when they were met, or that they are only a remark. It stays in the history.",
        required=False,
        most=LONGEST_REASON,
        rows=2,
    )
    condition = TextField(
        label="Event that it waits for",
        named="the event that it waits for",
        hint="Only for “Not yet”. For example: the vote of the full council.",
        required=False,
        most=LONGEST_CONDITION,
    )
    due_on = DayField(
        label="Decided by",
        named="the day by when it is decided",
        hint="Only for “Not yet”. If the event has not come by then, the contribution lapses.",
        required=False,
    )

    def __init__(self, *args: Any, waiting: Sequence[Contribution], conditions: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(str(one.year), _offered(one)) for one in waiting]
        self.fields["years"].offer(offered)
        self.initial.setdefault("years", [value for value, _ in offered])
        if conditions:
            self.initial.setdefault("condition", proposed_event(conditions))
        else:
            self.initial.setdefault("certainty", UNCONDITIONAL)
            self.fields["certainty"].required = False
        is_settled = all(one.condition for one in waiting)
        unasked = ("certainty", "why", "condition", "due_on") if is_settled else () if conditions else ("why",)
        for name in unasked:
            del self.fields[name]

    def clean_years(self) -> list[int]:
        return [int(year) for year in self.cleaned_data["years"]]

    @property
    def told(self) -> dict[str, Any]:
        """What the action is told: years, decision, and what is said of the conditions."""
        said = {name: self.cleaned_data.get(name) for name in ("why", "condition", "due_on")}
        certainty = Certainty(self.cleaned_data.get("certainty", ""), said["why"] or "", said["condition"] or "", said["due_on"])
        return {"certainty": certainty, **{name: self.cleaned_data[name] for name in ("years", "decision_reference")}}


def _offered(one: Contribution) -> str:
    """A year that can be agreed; with the event, where an officer of the partner has set one already."""
    waits = f", waits for: {one.condition}" if one.condition else ""
    return f"{FinancialYear(one.year)}: {as_pounds(one.amount)}{waits}"


class ChangeForm(PortalForm):
    submit_label = "Continue"
    amount = MoneyField(label="New amount", hint="If you give nothing for the year after all, enter 0.")
    reason = LongTextField(label="Reason for the change", hint=STAYS, most=LONGEST_REASON, rows=4)


class WithdrawForm(PortalForm):
    submit_label = "Continue"
    reason = LongTextField(label="Reason for withdrawing", hint=STAYS, most=LONGEST_REASON, rows=4)


class FirmUpForm(PortalForm):
    submit_label = "Make it a pledge"
    amount = MoneyField(label="Amount of the pledge")


class ReduceForm(PortalForm):
    submit_label = "Continue"
    amount = MoneyField(label="Lower amount")
    decision_reference = TextField(label="Reference of the decision", hint="For example the minute of a board.", most=LONGEST_DECISION)
    reason = LongTextField(label="Reason", hint="It stays in the history. The host partner reads it.", most=LONGEST_REASON, rows=3)


class ConditionForm(PortalForm):
    submit_label = "Let it wait for this event"
    condition = TextField(
        label="Event that it waits for",
        named="the event that it waits for",
        hint="For example: the grant letter of the Ministry of Justice, or the vote of the full council.",
        most=LONGEST_CONDITION,
    )
    due_on = DayField(label="Decided by", named="the day by when it is decided", hint="If it is not met by then, the contribution lapses.")
    reason = LongTextField(label="Reason", hint=STAYS, most=LONGEST_REASON, rows=3)


class MetForm(PortalForm):
    submit_label = "The condition is met"
    met_on = DayField(label="Day on which the event came", named="the day on which the event came")
    reason = LongTextField(
        label="What shows it",
        named="what shows it",
        hint="For example the date of the letter. You can add the letter itself on the next page.",
        required=False,
        most=LONGEST_REASON,
        rows=3,
    )


class UnmetForm(PortalForm):
    submit_label = "The condition is open again"
    submit_kind = "warning"
    unmet_on = DayField(label="Open again from", named="the day from which it is open again")
    reason = LongTextField(label="Reason", hint=STAYS, most=LONGEST_REASON, rows=3)


class LapseForm(PortalForm):
    submit_label = "Continue"
    reason = LongTextField(label="Reason", hint="It stays in the history. The partner reads it.", most=LONGEST_REASON, rows=3)


class TermsForm(PortalForm):
    submit_label = "Set the terms"
    pot = ChoiceField(
        label="Legal basis, and so the pot",
        named="the legal basis",
        choices=LegalBasis.choices,
        hint="Section 75 takes NHS bodies and councils only. Each basis is a pot of its own.",
    )
    purpose = ChoiceField(label="Only for", named="what it is for", required=False, empty="Anything that the fund pays for")
    districts = ChoicesField(label="Only in these districts", named="the districts", required=False, hint="Tick none for the whole area.")
    use_until = DayField(label="Usable until", named="the last day of use", required=False, hint="Leave it empty if there is no such day.")

    def __init__(self, *args: Any, purposes: Sequence[str], districts: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].offer([(one, one) for one in purposes])
        self.fields["districts"].offer(districts)


class EvidenceForm(PortalForm):
    submit_label = "Add the file"
    file = FileField(
        label="File",
        named="the evidence",
        hint="A PDF, a Word document or an Excel workbook, up to 10 MB. It is checked for viruses.",
        kinds=EVIDENCE_KINDS,
    )


class ContributionFilter(FilterForm):
    search = SearchField(label="Reference", most=20)
    state = ChoiceField(
        label="State",
        required=False,
        empty="All states",
        choices=[*ContributionState.choices, (CONDITIONAL, "Conditional"), *Progress.choices],
    )
    fund = ChoiceField(label="Fund", required=False, empty="All funds")

    def __init__(self, *args: Any, funds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].offer(funds)

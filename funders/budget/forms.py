"""Add a line, set money aside, commit, release, and the filter of the allocations."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from commissioning.areas.models import ContractArea
from commissioning.kernel.forms import ChoiceField, FilterForm, LongTextField, MoneyField, PercentField, PortalForm, RadioField, TextField
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import join
from funders.budget.models import BudgetLine, Purpose
from funders.budget.rules import LONGEST_LABEL, LONGEST_REASON
from funders.contributions.rules import LONGEST_DECISION
from funders.pool.models import LegalBasis

ASIDE, BACK = "aside", "back"


class LineForm(PortalForm):
    submit_label = "Add the line"
    label = TextField(label="Name of the line", most=LONGEST_LABEL)
    purpose = RadioField(label="What it is for", named="what it is for", choices=Purpose.choices)
    area = ChoiceField(label="Contract area", hint="Only for services of a contract area.", required=False, empty="None")
    cap_percent = PercentField(
        label="Cap",
        named="the cap",
        hint="Only for management of the fund: at most this part of the money that is secured for a year.",
        required=False,
    )

    def __init__(self, *args: Any, areas: Sequence[ContractArea], **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = {one.code: one for one in areas}
        self.fields["area"].offer([(one.code, one.name) for one in areas])

    def clean_area(self) -> ContractArea | None:
        return self.areas.get(self.cleaned_data["area"] or "")


class AllocateForm(PortalForm):
    submit_label = "Write it down"
    line = ChoiceField(label="Line", empty="Choose a line")
    year = ChoiceField(label="Financial year", empty="Choose a year")
    pot = ChoiceField(label="Pot", empty="Choose a pot", choices=LegalBasis.choices)
    direction = RadioField(
        label="What happens", named="what happens", choices=[(ASIDE, "Set money aside"), (BACK, "Take money back from the line")]
    )
    amount = MoneyField(label="Amount")
    reason = TextField(label="What it is for, or why it is taken back", named="what it is for", most=LONGEST_REASON)
    decision_reference = TextField(
        label="Decision of the partnership board",
        hint="Needed above the board’s limit. For example the number of a minute.",
        required=False,
        most=LONGEST_DECISION,
        width="20",
    )

    def __init__(self, *args: Any, lines: Sequence[BudgetLine], years: Sequence[FinancialYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = {str(one.pk): one for one in lines}
        self.fields["line"].offer([(str(one.pk), one.label) for one in lines])
        self.fields["year"].offer([(str(year.start), str(year)) for year in years])
        self.initial.setdefault("direction", ASIDE)

    @property
    def chosen(self) -> dict[str, Any]:
        """What the action is told; an amount below zero takes back."""
        cleaned = dict(self.cleaned_data)
        sign = Decimal(-1) if cleaned.pop("direction") == BACK else Decimal(1)
        line = self.lines[cleaned.pop("line")]
        return {**cleaned, "line": line, "year": int(cleaned["year"]), "amount": sign * cleaned["amount"]}


class CommitForm(PortalForm):
    submit_label = "Commit this contract"
    line = RadioField(label="Line that pays for it", named="the line that pays for it")

    def __init__(self, *args: Any, free: Mapping[BudgetLine, Mapping[int, Decimal]], **options: Any) -> None:
        """:param free: the lines that may pay for it, each with what is set aside and not committed, in pounds by year."""
        super().__init__(*args, **options)
        self.lines = {str(one.pk): one for one in free}
        self.fields["line"].offer([(str(one.pk), one.label, self._said(years)) for one, years in free.items()])

    @staticmethod
    def _said(years: Mapping[int, Decimal]) -> str:
        return (
            join([f"{as_pounds(amount)} in {FinancialYear(year)}" for year, amount in sorted(years.items()) if amount] or ["nothing"])
            + " free"
        )

    def clean_line(self) -> BudgetLine:
        return self.lines[self.cleaned_data["line"]]


class ReleaseForm(PortalForm):
    submit_label = "Release the commitment"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays in the record. Partners read it.", most=LONGEST_REASON, rows=3)


class AllocationFilter(FilterForm):
    year = ChoiceField(label="Financial year", required=False, empty="All years")
    line = ChoiceField(label="Line", required=False, empty="All lines")

    def __init__(self, *args: Any, lines: Sequence[BudgetLine], years: Sequence[FinancialYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["line"].offer([(str(one.pk), one.label) for one in lines])
        self.fields["year"].offer([(year.code, str(year)) for year in years])

"""The forms of a tender's officers."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.layout import HTML, Div, Fieldset
from django.template.loader import render_to_string

from commissioning.areas.models import ContractArea
from commissioning.kernel.forms import (
    Act,
    Buttons,
    ChoiceField,
    ChoicesField,
    CountField,
    DayField,
    FilterForm,
    LongTextField,
    MomentField,
    MoneyField,
    PercentField,
    PortalForm,
    SearchField,
    TextField,
    TickField,
)
from commissioning.kernel.working_days import next_working_day
from commissioning.organisations.models import Membership
from commissioning.tenders.actions.drafting import CriterionText
from commissioning.tenders.queries import hint_of
from commissioning.tenders.registry import funds
from commissioning.tenders.rules import (
    REASONABLE_DAYS,
    USUAL_OPTION_MONTHS,
    USUAL_TERM_MONTHS,
    london_moment,
    weights_total,
)
from commissioning.tenders.states import TenderState

MOST_CRITERIA = 20
AreaChoices = Sequence[tuple[ContractArea, list[str]]]


class TenderFilter(FilterForm):
    search = SearchField(label="Title, reference or commissioner")
    state = ChoiceField(label="Stage", required=False, empty="All stages", choices=TenderState.choices)


class WordsForm(PortalForm):
    """Title, dates and term."""

    title = TextField(
        label="Title", most=160, hint="What the service is and when it runs, for example Integrated domestic abuse services 2027 to 2032"
    )
    description = LongTextField(label="What the tender is for", words=400, named="what the tender is for")
    fund_code = ChoiceField(label="Pooled fund that pays", empty="No fund chosen yet", required=False)
    contract_starts_on = DayField(label="Contracts start on", named="the day on which contracts start")
    term_months = CountField(
        label="Term in months", initial=USUAL_TERM_MONTHS, least=1, most=120, hint="60 months are five years", width="3"
    )
    option_months = CountField(
        label="Options to extend, in months",
        named="the options in months",
        initial=USUAL_OPTION_MONTHS,
        most=108,
        hint="48 months are four years",
        width="3",
    )
    deadline = MomentField(
        label="Deadline for bids",
        named="the deadline for bids",
        hint="A working day, London time. A bid received at exactly that second is late.",
    )
    submit_label = "Save"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund_code"].offer([(fund.code, fund.name) for fund in funds()])


class LotAmounts:
    """One box for the yearly amount of each contract area; an empty box leaves the area out. Mixed into a form."""

    def add_areas(self, areas: AreaChoices, amounts: dict[int, Decimal]) -> None:
        self.areas = areas
        for area, districts in areas:
            self.fields[self.box_of(area)] = MoneyField(  # type: ignore[attr-defined]
                label=area.name,
                named=f"the yearly amount of {area.name}",
                hint=hint_of(area, districts),
                least=Decimal("0.01"),
                required=False,
                initial=amounts.get(area.pk),
            )

    @staticmethod
    def box_of(area: ContractArea) -> str:
        return f"amount_{area.code}"

    def lot_layout(self) -> list[Any]:
        together = [self.box_of(area) for area, _ in self.areas if not area.apart]
        apart = [self.box_of(area) for area, _ in self.areas if area.apart]
        note = HTML('<p class="govuk-hint">Pounds a year. Leave an area empty to leave it out.</p>')
        sets = [Fieldset("Lots: one for each contract area", note, *together)]
        if apart:
            note = HTML('<p class="govuk-hint">This area is contracted on its own. Leave it empty unless this tender is to include it.</p>')
            sets.append(Fieldset("Area under a contract of its own", note, *apart))
        return sets

    def lots(self) -> list[tuple[ContractArea, Decimal]]:
        """Areas with an amount, in the partnership's order."""
        cleaned = self.cleaned_data  # type: ignore[attr-defined]
        return [(area, cleaned[self.box_of(area)]) for area, _ in self.areas if cleaned.get(self.box_of(area))]


class NewTenderForm(LotAmounts, WordsForm):
    submit_label = "Save draft"

    def __init__(self, *args: Any, areas: AreaChoices, today: datetime.date, **options: Any) -> None:
        super().__init__(*args, **options)
        closes = next_working_day(today + datetime.timedelta(days=REASONABLE_DAYS))
        self.fields["deadline"].initial = london_moment(closes)
        self.fields["contract_starts_on"].initial = datetime.date(closes.year + (closes.month > 1), 4, 1)
        self.add_areas(areas, {})

    def layout(self) -> list[Any]:
        return list(WordsForm.base_fields) + self.lot_layout()

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WordsForm.base_fields}


class LotsForm(LotAmounts, PortalForm):
    all_optional = True
    submit_label = "Save lots"

    def __init__(self, *args: Any, areas: AreaChoices, amounts: dict[int, Decimal], **options: Any) -> None:
        super().__init__(*args, **options)
        self.add_areas(areas, amounts)

    def layout(self) -> list[Any]:
        return self.lot_layout()


class CriteriaForm(PortalForm):
    """The criteria as rows. A row that is left quite empty is taken out; "Add a criterion" gives one more."""

    all_optional = True

    def __init__(self, *args: Any, criteria: Sequence[CriterionText], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = self._row_count(len(criteria))
        for row in range(1, self.rows + 1):
            self._add_row(row, criteria[row - 1] if row <= len(criteria) else None)

    def _row_count(self, known: int) -> int:
        if not self.is_bound:
            return max(known, 1)
        sent = sum(name.startswith("title_") for name in self.data)
        return min(MOST_CRITERIA, sent + ("add" in self.data))

    def _add_row(self, row: int, one: CriterionText | None) -> None:
        named = f"of criterion {row}"
        filled = vars(one) if one else {"word_limit": 500, "minimum_mark": 2}
        fields = {
            "title": TextField(label="Title", named=f"the title {named}", most=120, required=False),
            "question": LongTextField(label="Question to bidders", named=f"the question {named}", words=200, rows=3, required=False),
            "weight_percent": PercentField(label="Weight", named=f"the weight {named}", least=Decimal("0.01"), required=False),
            "word_limit": CountField(label="Word limit", named=f"the word limit {named}", least=50, most=3000, required=False),
            "minimum_mark": CountField(
                label="Lowest mark that passes (0 to 5)", named=f"the lowest mark {named}", most=5, required=False, width="2"
            ),
        }
        for part, field in fields.items():
            field.initial = filled.get(part)
            self.fields[f"{part}_{row}"] = field

    def layout(self) -> list[Any]:
        rows: list[Any] = []
        for row in range(1, self.rows + 1):
            numbers = Div(f"weight_percent_{row}", f"word_limit_{row}", f"minimum_mark_{row}", css_class="field-row")
            rows.append(Fieldset(f"Criterion {row}", f"title_{row}", f"question_{row}", numbers, css_class="criterion-row"))
        return [*rows, HTML(render_to_string("commissioning/tenders/_weight_total.html", {"total": self.total}))]

    def buttons(self) -> Buttons:
        acts = (Act("Save criteria"), Act("Add a criterion", kind="secondary", name="add", value="1"))
        return Buttons(acts, self.cancel_url)

    @property
    def total(self) -> Decimal:
        """The weights as far as they can be read."""
        found = [self.fields[f"weight_percent_{row}"].initial for row in range(1, self.rows + 1)]
        if self.is_bound:
            found = (
                [self.cleaned_data.get(f"weight_percent_{row}") for row in range(1, self.rows + 1)] if hasattr(self, "cleaned_data") else []
            )
        return weights_total([weight for weight in found if isinstance(weight, Decimal)])

    def clean(self) -> dict[str, Any]:
        if "add" in self.data:
            return self.cleaned_data
        for row in range(1, self.rows + 1):
            if self._is_empty(row):
                continue
            for part in ("title", "question", "weight_percent", "word_limit", "minimum_mark"):
                name = f"{part}_{row}"
                if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
                    self.add_error(name, self.fields[name].blank_words())
        return self.cleaned_data

    def _is_empty(self, row: int) -> bool:
        parts = [f"{part}_{row}" for part in ("title", "question", "weight_percent")]
        return not any(name in self.errors or self.cleaned_data.get(name) not in (None, "") for name in parts)

    def criteria(self) -> list[CriterionText]:
        rows = [row for row in range(1, self.rows + 1) if not self._is_empty(row)]
        parts = ("title", "question", "weight_percent", "word_limit", "minimum_mark")
        return [CriterionText(**{part: self.cleaned_data[f"{part}_{row}"] for part in parts}) for row in rows]


class PeopleForm(PortalForm):
    """Who opens, who marks, and the conflicts assessment (as long as the tender is a draft)."""

    all_optional = True

    openers = ChoicesField(
        label="Opening officers",
        named="two opening officers",
        required=False,
        hint="Two, of different organisations. They see the bidders' names.",
    )
    evaluators = ChoicesField(
        label="Evaluators",
        named="the evaluators",
        required=False,
        hint="At least two, of two organisations. They see code names only. Nobody both opens and marks.",
    )
    assessment = LongTextField(
        label="Conflicts assessment",
        named="the conflicts assessment",
        words=500,
        required=False,
        hint="Who may influence this tender, which personal, professional or financial interests they have, and what is done about them.",
    )
    submit_label = "Save people"

    def __init__(self, *args: Any, openers: list[Membership], evaluators: list[Membership], with_assessment: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {self.key_of(one): one for one in (*openers, *evaluators)}
        self.fields["openers"].offer(self.choice(one) for one in openers)
        self.fields["evaluators"].offer(self.choice(one) for one in evaluators)
        if not with_assessment:
            del self.fields["assessment"]

    @staticmethod
    def key_of(one: Any) -> str:
        return f"{one.person.reference}:{one.organisation.code}"

    def choice(self, one: Membership) -> tuple[str, str, str]:
        return self.key_of(one), f"{one.person.job_title}, {one.organisation}", one.person.email

    def named(self) -> dict[str, Any]:
        """What `name_people` asks for."""
        chosen = {part: [self.people[key] for key in self.cleaned_data[part]] for part in ("openers", "evaluators")}
        return {**chosen, "assessment": self.cleaned_data.get("assessment")}


class PublishForm(PortalForm):
    sure = TickField(label="I have read the tender as bidders will see it", named="that you have read it")
    submit_label = "Publish tender"


class DeadlineForm(PortalForm):
    deadline = MomentField(label="New deadline", named="the new deadline", hint="Later than now, on a working day, London time.")
    reason = LongTextField(label="Reason", named="the reason", words=150, rows=3, hint="Shown on the public page.")
    submit_label = "Move the deadline and tell providers"


class AbandonForm(PortalForm):
    reason = LongTextField(label="Reason", named="the reason", words=150, rows=3, hint="Shown on the public page.")
    submit_label = "Abandon tender"
    submit_kind = "warning"

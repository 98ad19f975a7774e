"""What is asked of a scenario, saving it, and the filters of the saved ones."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from crispy_forms.layout import Div
from django.http import QueryDict

from commissioning.contracts.rules import add_months
from commissioning.kernel.forms import (
    ChoiceField,
    ChoicesField,
    CountField,
    FilterForm,
    LongTextField,
    MoneyField,
    PercentField,
    PortalForm,
    SearchField,
    TextField,
)
from commissioning.kernel.forms.forms import Unseen
from commissioning.kernel.quarters import FinancialYear
from funders.pool.rules import NOTHING
from funders.scenarios.rules import CUT, PARTS, WHATS, WITHDRAWAL, Ground, Question, ScenarioRefused
from funders.scenarios.rules.questions import LONGEST_NOTICE, MONTHS_A_YEAR, USUAL_NOTICE
from funders.scenarios.rules.saving import LONGEST_ASKED, LONGEST_NAME
from funders.scenarios.states import ScenarioState

USUAL, ALL = Decimal(10), Decimal(100)
PART = "part_"


class ScenarioForm(FilterForm):
    """One of three questions, by the address. What is not in the address has the usual value."""

    submit_label = "Work it out"
    what = Unseen()
    percent = PercentField(label="Cut of the whole requirement", named="the cut", hint="10 and 20 are usual", required=False)
    partner = ChoiceField(label="Who withdraws", named="who withdraws", required=False)
    start = ChoiceField(label="From", named="the month", required=False, empty="")
    contingency = MoneyField(label="Contingency used first", named="the contingency", hint="For all years together", required=False)
    notice = CountField(label="Notice of contracts in months", named="the notice", most=LONGEST_NOTICE, required=False)
    protected = ChoicesField(label="Kept whole", named="what is kept whole", required=False)

    def __init__(self, data: QueryDict, *, ground: Ground, today: date) -> None:
        self.kind = data.get("what", "") if data.get("what") in WHATS else CUT
        usual = {
            "what": self.kind,
            "percent": str(USUAL),
            "start": f"{usual_start(ground.years, today):%Y-%m}",
            "notice": str(USUAL_NOTICE),
        }
        filled = data.copy()
        for name, value in usual.items():
            if not filled.get(name):
                filled[name] = value
        super().__init__(filled)
        self.ground = ground
        self.fields["start"].offer([(f"{day:%Y-%m}", _month(day)) for day in months(ground.years)])
        self.fields["protected"].offer([(str(place), one.label) for place, one in enumerate(ground.lines)])
        self.fields["partner"].offer([(one.key, one.name) for one in ground.givers])
        if self.kind == PARTS:
            for one in ground.givers:
                self.fields[PART + one.key] = PercentField(
                    label=f"{one.name} gives less by", named=f"what {one.name} gives less", required=False
                )

    def layout(self) -> list[Any]:
        own = {CUT: ["percent"], WITHDRAWAL: ["partner"], PARTS: [PART + one.key for one in self.ground.givers]}
        who = [Div(*own[PARTS], css_class="filter__fields")] if self.kind == PARTS else own[self.kind]
        return [*who, "start", "contingency", "notice", "protected"]

    @property
    def is_asked(self) -> bool:
        """Whether it says who gives less: the pages of the second and third question begin without."""
        if self.kind == WITHDRAWAL:
            return bool(self.data.get("partner"))
        return self.kind == CUT or any(self.data.get(PART + one.key) for one in self.ground.givers)

    def question(self) -> Question:
        """What is asked.

        :raises ScenarioRefused: it cannot be read.
        """
        if not self.is_valid():
            raise ScenarioRefused(" ".join(str(sentence).rstrip(".") + "." for faults in self.errors.values() for sentence in faults))
        typed = self.cleaned_data
        year, _, month = typed["start"].partition("-")
        return Question(
            what=self.kind,
            starts_on=date(int(year), int(month), 1),
            percent=typed["percent"] if self.kind == CUT else NOTHING,
            parts=self._parts(),
            contingency=typed["contingency"] or NOTHING,
            protected=tuple(int(place) for place in typed["protected"] or []),
            notice_months=typed["notice"],
        )

    def _parts(self) -> tuple[tuple[str, Decimal], ...]:
        if self.kind == WITHDRAWAL:
            return ((self.cleaned_data["partner"], ALL),)
        found = [(one.key, self.cleaned_data.get(PART + one.key)) for one in self.ground.givers]
        return tuple((key, percent) for key, percent in found if percent)


def query_of(question: Question) -> str:
    """The question as it stands in an address."""
    own: dict[str, Any] = {CUT: {"percent": f"{question.percent.normalize():f}"}}.get(question.what, {})
    if question.what == WITHDRAWAL:
        own = {"partner": question.parts[0][0]}
    if question.what == PARTS:
        own = {PART + key: f"{percent.normalize():f}" for key, percent in question.parts}
    said = {"what": question.what, **own, "start": f"{question.starts_on:%Y-%m}", "contingency": str(question.contingency)}
    return urlencode({**said, "notice": question.notice_months, "protected": question.protected}, doseq=True)


def months(years: Sequence[int]) -> list[date]:
    first = FinancialYear(years[0]).first_day
    return [add_months(first, number) for number in range(MONTHS_A_YEAR * len(years))]


def usual_start(years: Sequence[int], today: date) -> date:
    """The first April of the fund that is still to come; its first when none is."""
    first_days = [FinancialYear(year).first_day for year in years]
    return next((day for day in first_days if day >= today), first_days[0])


def _month(day: date) -> str:
    year = FinancialYear.of(day)
    return f"{day:%B %Y}, the start of {year}" if day == year.first_day else f"{day:%B %Y}"


class SaveForm(PortalForm):
    submit_label = "Save the scenario"
    name = TextField(label="Name", named="a name", hint="As it stands in the list and over the paper.", most=LONGEST_NAME)
    asked = LongTextField(label="Question that the paper answers", named="the question that the paper answers", most=LONGEST_ASKED, rows=3)


class ShareForm(PortalForm):
    submit_label = "Share with the partnership"


class ArchiveForm(PortalForm):
    submit_label = "Archive the scenario"
    submit_kind = "warning"


class ScenarioFilter(FilterForm):
    search = SearchField(label="Name, organisation or reference")
    state = ChoiceField(label="State", required=False, empty="All but archived", choices=ScenarioState.choices)


class CompareForm(FilterForm):
    submit_label = "Compare"
    one = ChoiceField(label="First scenario", named="the first scenario", required=False)
    other = ChoiceField(label="Second scenario", named="the second scenario", required=False)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["one"].offer(offered)
        self.fields["other"].offer(offered)

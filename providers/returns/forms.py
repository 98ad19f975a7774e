"""The pages of a return, signing, questions and answers, and the filter of the list."""

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from commissioning.kernel.forms import (
    ChoiceField,
    FilterForm,
    LongTextField,
    PortalForm,
    RadioField,
    SearchField,
    TickField,
)
from commissioning.kernel.forms.base_field import PortalField
from commissioning.kernel.forms.forms import ONCE, VERSION
from commissioning.measures.kinds import Service, Unit
from commissioning.measures.models import Measure
from commissioning.periods.models import ReportingPeriod
from providers.returns.kinds import Part
from providers.returns.models import ReturnQuery
from providers.returns.queries.working import Working, key_from, name_of
from providers.returns.rules.checks import Finding
from providers.returns.rules.figures import Key, keys_of
from providers.returns.states import ReturnState

EXPLAIN, CORRECT, REOPEN = "explain", "correct", "reopen"
LONGEST_TYPED = 200
NOTES = {
    Part.MONEY: ("A credit note, if spend went down", "Only if spend to date is lower than last time: say what was credited."),
    Part.WORDS: (
        "What should your commissioner know?",
        "What went well, what got in the way, why a figure changed. Never write anything that points to a person or to a refuge.",
    ),
}


def figure_text(value: Decimal | None, unit: str) -> str:
    """A figure as a person would type it: "1,300", "121,250.00"."""
    if value is None:
        return ""
    return f"{value:,.2f}" if unit == Unit.POUNDS else f"{value:,.0f}"


class FigureField(PortalField):
    """One cell of a return. What was typed is read by the rules of returns, not here, so that it can be kept as it is."""

    inputmode = "numeric"
    autocomplete = "off"
    spellcheck = False
    width = "5"

    def __init__(self, measure: Measure, service: str, last: str) -> None:
        label = Service(service).label if service else measure.name
        is_money = measure.unit == Unit.POUNDS
        money = {"prefix": "£", "width": "10"} if is_money else {}
        hint = f"Last quarter: {'£' if is_money else ''}{last}" if last else ""
        super().__init__(label=label, named=f"{measure.name.lower()}, {label}", hint=hint, required=False, **money)
        if is_money:
            self.inputmode = "decimal"

    def to_python(self, value: Any) -> str:
        return str(value or "")[:LONGEST_TYPED]

    def shown(self, value: Any) -> Any:
        return value


class PartForm(PortalForm):
    """One page of a return: a box for each figure, last quarter's beside it, and words where the page has them."""

    submit_label = "Save and continue"
    all_optional = True  # a page may be left unfinished, so no box is marked as the optional one

    def __init__(self, data: Any = None, *, working: Working, part: str, **options: Any) -> None:
        self.working, self.part = working, Part(part)
        page = working.parts.get(part)
        super().__init__(data, version=page.version if page else 0, **options)
        boxes = {name_of(key): self._box(measure, key) for measure in working.keyed(part) for key in keys_of(measure, working.services)}
        self.fields = {**boxes, **self.fields}
        if self.part in NOTES:
            label, hint = NOTES[self.part]
            words = 100 if self.part == Part.MONEY else 500
            rows = 3 if self.part == Part.MONEY else 10
            self.fields["note"] = LongTextField(label=label, hint=hint, named="your words", required=False, words=words, rows=rows)
        self.initial = self.stored()

    def _box(self, measure: Measure, key: Key) -> FigureField:
        return FigureField(measure, key[1], figure_text(self.working.last_sheet.get(key), measure.unit))

    def stored(self) -> dict[str, str]:
        """What stands in the boxes: the saved figures, or what was typed there and is no figure yet."""
        units = {measure.code: measure.unit for measure in self.working.measures}
        values = {name_of(key): figure_text(self.working.figures.get(key), units[key[0]]) for key in self.working.cells(self.part)}
        page = self.working.parts.get(self.part)
        return {**values, **(page.typed if page else {}), "note": page.note if page else ""}

    @classmethod
    def with_problems(cls, *, working: Working, part: str) -> "PartForm":
        """The page as it was saved, with what is wrong on it beside the boxes; what is only missing is no error yet."""
        form = cls(working=working, part=part)
        if problems_of(working, part):
            page = working.parts.get(part)
            data = {**form.stored(), ONCE: str(uuid.uuid4()), VERSION: str(page.version if page else 0)}
            form = cls(data, working=working, part=part)
            form.is_valid()
            form.show(problems_of(working, part))
        return form

    def show_saved(self) -> None:
        """Beside each box what is saved by now, where that is not what was typed."""
        for name, saved in self.stored().items():
            if name in self.fields and self.data.get(name, "").strip() != saved and name != "note":
                box = self[name]
                box.help_text = f"{box.help_text} Saved by now: {saved or 'nothing'}".strip()

    def show(self, found: Iterable[Finding]) -> None:
        for finding in found:
            name = name_of(finding.key)
            self.add_error(name if name in self.fields else ("note" if "note" in self.fields else None), finding.sentence)

    @property
    def typed(self) -> dict[Key, str]:
        return {key_from(name): text for name, text in self.cleaned_data.items() if isinstance(self.fields.get(name), FigureField)}

    @property
    def said(self) -> str:
        """The words of the page, where it asks for any."""
        return str(self.cleaned_data.get("note", ""))


def problems_of(working: Working, part: str) -> list[Finding]:
    """What is wrong on a page, without what is only missing."""
    return [one for one in working.findings if one.part == part and not is_blank(working, one)]


def is_blank(working: Working, finding: Finding) -> bool:
    return finding.rule == "H14" or (finding.rule == "H03" and finding.key not in working.typed)


class SendForm(PortalForm):
    submit_label = "Send for sign-off"


class CertifyForm(PortalForm):
    submit_label = "Certify and submit"
    declared = TickField(label="", named="that you have checked the figures")

    def __init__(self, *args: Any, declaration: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["declared"].label = declaration


class HandBackForm(PortalForm):
    submit_label = "Hand back"
    reason = LongTextField(
        label="What has to be changed?",
        named="what has to be changed",
        hint="The data officer reads this beside the return. Never write anything that points to a person.",
        words=200,
        rows=4,
    )


class AskForm(PortalForm):
    submit_label = "Send query"
    question = LongTextField(
        label="What do you want to know about this figure?",
        named="what you want to know",
        hint="The provider's data officer and certifier read it. Never write anything that points to a person.",
        words=200,
        rows=4,
    )


class AnswerForm(PortalForm):
    """Explain, correct one figure, or take the return back to correct several."""

    submit_label = "Send answer"
    how = RadioField(label="Is the figure right?", named="whether the figure is right", initial=EXPLAIN)
    answer = LongTextField(
        label="Your answer",
        named="your answer",
        hint="Your commissioner reads it beside the figure. Never write anything that points to a person.",
        words=200,
        rows=4,
    )

    def __init__(self, *args: Any, query: ReturnQuery, may_correct: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_correct:
            del self.fields["how"]
            return
        choices: list[tuple[str, ...]] = [(EXPLAIN, "Yes, it stands as it is")]
        if query.measure.entered:
            choices.append((CORRECT, "No, one figure has to be corrected", "Your certifier certifies the return again."))
            box = FigureField(query.measure, query.service, "")
            box.label, box.help_text = "The corrected figure", "Only if the figure is not right."
            self.fields = {"how": self.fields["how"], "figure": box, **self.fields}
        choices.append((REOPEN, "No, several figures have to be corrected", "The return becomes a draft again, with all its figures."))
        self.fields["how"].offer(choices)


class CloseForm(PortalForm):
    submit_label = "Close query"
    submit_kind = "secondary"


class AcceptForm(PortalForm):
    submit_label = "Accept this return"


class ReturnFilter(FilterForm):
    text = SearchField(label="Area, provider or reference", most=80)
    period = ChoiceField(label="Period", empty="All periods", required=False)
    state = ChoiceField(label="State", empty="All states", required=False, choices=ReturnState.choices)

    def __init__(self, *args: Any, periods: Sequence[ReportingPeriod], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["period"].offer([(period.code, period.name) for period in periods])

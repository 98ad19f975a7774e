"""Forms of the evaluation: each page of marks is one form, built from what there is to mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.template.loader import render_to_string

from commissioning.evaluation.actions.marking import Given
from commissioning.evaluation.actions.moderating import Agreed
from commissioning.evaluation.queries.marking import MarkingPage
from commissioning.evaluation.queries.moderation import Answered
from commissioning.evaluation.queries.results import LotResult
from commissioning.evaluation.rules import SCALE, shown
from commissioning.kernel.forms import Act, Buttons, LongTextField, PortalForm, RadioField

LONGEST_REASON_WORDS = 400
LEVELS = [(str(mark), f"{mark}: {name}", text) for mark, (name, text) in SCALE.items()]
SHORT_LEVELS = [(str(mark), str(mark)) for mark in SCALE]


@dataclass(frozen=True)
class Piece:
    """A part of a form's page drawn by a template of its own. After a refusal it also shows what is saved by now, to compare."""

    template: str
    what: Any
    was_refused: bool = False

    def render(self, form: forms.BaseForm, context: Any, **options: Any) -> str:
        return render_to_string(self.template, {"what": self.what, "was_refused": self.was_refused})


class DeclarationForm(PortalForm):
    """An evaluator's word on interests."""

    submit_label = "Declare"
    interest = RadioField(
        label="Do you have an interest?",
        named="whether you have an interest",
        choices=[
            ("no", "No", "I have no personal, professional or financial tie, direct or indirect, to anybody who may bid."),
            ("yes", "Yes", "I have a tie that could influence me, or that others could think does."),
        ],
    )
    details = LongTextField(
        label="What the interest is",
        named="what the interest is",
        words=200,
        required=False,
        hint="With whom, and of what kind. Only if you have one.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("interest") == "yes" and not cleaned.get("details") and "details" not in self.errors:
            self.add_error("details", "Say what the interest is: with whom, and of what kind")
        return cleaned


class MarksForm(PortalForm):
    """All marks of one evaluator for one offer on one page. What is left out may be saved; giving them takes everything."""

    all_optional = True

    def __init__(self, *args: Any, page: MarkingPage, **options: Any) -> None:
        self.page = page
        initial: dict[str, Any] = {}
        for one in page.questions:
            if one.mark:
                number = one.criterion.number
                initial[f"mark_{number}"] = "" if one.mark.value is None else str(one.mark.value)
                initial[f"reason_{number}"] = one.mark.reason
        super().__init__(*args, initial=initial, version=page.version, **options)
        for one in page.questions:
            self._ask(one.criterion.number)
        if page.is_given:
            self.fields["because"] = LongTextField(
                label="Why you change your marks", named="why you change your marks", words=LONGEST_REASON_WORDS, rows=3, required=False
            )

    def _ask(self, number: int) -> None:
        self.fields[f"mark_{number}"] = RadioField(
            label=f"Your mark for criterion {number}", named=f"the mark for criterion {number}", choices=LEVELS, required=False
        )
        self.fields[f"reason_{number}"] = LongTextField(
            label=f"Your reason for criterion {number}",
            named=f"the reason for criterion {number}",
            words=LONGEST_REASON_WORDS,
            rows=4,
            required=False,
            hint="Tie it to the answer and to the words of the scale. The panel reads it in moderation.",
        )

    def layout(self) -> list[Any]:
        found: list[Any] = []
        for one in self.page.questions:
            number = one.criterion.number
            answer = Div(Piece("commissioning/evaluation/_question.html", one, self.is_bound), css_class="govuk-grid-column-one-half")
            marks = Div(f"mark_{number}", f"reason_{number}", css_class="govuk-grid-column-one-half")
            found.append(Div(answer, marks, css_class="govuk-grid-row", css_id=f"criterion-{number}"))
        return [*found, "because"] if self.page.is_given else found

    def buttons(self) -> Buttons:
        if self.page.is_given:
            return Buttons((Act("Change these marks", name="act", value="give"),), self.cancel_url)
        keep = Act("Save and finish later", "secondary", name="act", value="save")
        return Buttons((Act("Give these marks", name="act", value="give"), keep), self.cancel_url)

    def marks(self) -> dict[int, Given]:
        """What was chosen and written, by number of criterion."""
        return {number: Given(self._mark(number), self.cleaned_data[f"reason_{number}"]) for number in self._numbers()}

    def _mark(self, number: int) -> int | None:
        chosen = self.cleaned_data[f"mark_{number}"]
        return int(chosen) if chosen else None

    def _numbers(self) -> list[int]:
        return [one.criterion.number for one in self.page.questions]


class AgreementForm(PortalForm):
    """What the panel agreed for one offer: any of its criteria, each with its reason."""

    submit_label = "Save the agreed marks"
    all_optional = True

    def __init__(self, *args: Any, answers: Sequence[Answered], **options: Any) -> None:
        self.answers = answers
        super().__init__(*args, **options)
        for one in answers:
            self._ask(one)

    def _ask(self, answer: Answered) -> None:
        number, agreed = answer.criterion.number, answer.agreed
        limits = " to ".join(str(one) for one in sorted({min(answer.values), max(answer.values)})) if answer.values else "the marks given"
        self.fields[f"mark_{number}"] = RadioField(
            label=f"Agreed mark for criterion {number}",
            named=f"the agreed mark for criterion {number}",
            choices=SHORT_LEVELS,
            inline=True,
            required=False,
            initial=str(agreed.value) if agreed else "",
        )
        self.fields[f"reason_{number}"] = LongTextField(
            label=f"Why this mark, by the words of the scale, for criterion {number}",
            named=f"the reason for criterion {number}",
            words=LONGEST_REASON_WORDS,
            rows=4,
            required=False,
            initial=agreed.reason if agreed else "",
            hint="The bidder will read this reason.",
        )
        self.fields[f"outside_{number}"] = LongTextField(
            label=f"Second reason for criterion {number}, only if the agreed mark is not {limits}",
            named=f"the second reason for criterion {number}",
            words=LONGEST_REASON_WORDS,
            rows=2,
            required=False,
            initial=agreed.outside_reason if agreed else "",
        )
        self.fields[f"version_{number}"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=str(agreed.version if agreed else 0)
        )

    def layout(self) -> list[Any]:
        found: list[Any] = []
        for one in self.answers:
            number = one.criterion.number
            given = Piece("commissioning/evaluation/_answered.html", one, self.is_bound)
            found += [
                given,
                f"mark_{number}",
                f"reason_{number}",
                f"outside_{number}",
                HTML('<hr class="govuk-section-break govuk-section-break--l govuk-section-break--visible">'),
            ]
        return found

    def renew_all(self) -> None:
        """After a stale edit: what was typed stays, and the next save is against what is agreed by now."""
        self.data = self.data.copy()
        for one in self.answers:
            self.data[f"version_{one.criterion.number}"] = str(one.agreed.version if one.agreed else 0)

    def marks(self) -> dict[int, Agreed]:
        """The criteria about which something was chosen or written."""
        found = {}
        for one in self.answers:
            number = one.criterion.number
            mark, reason = self.cleaned_data[f"mark_{number}"], self.cleaned_data[f"reason_{number}"]
            outside = self.cleaned_data[f"outside_{number}"]
            if mark or reason or outside:
                found[number] = Agreed(int(mark) if mark else None, reason, outside, _whole(self.cleaned_data[f"version_{number}"]))
        return found


class ReasonedForm(PortalForm):
    """Begin the moderation of a lot, with a reason where somebody is missing."""

    submit_label = "Begin moderation"
    without_because = LongTextField(
        label="Why moderation begins without them", named="why moderation begins without them", words=200, rows=3, required=False
    )

    def __init__(self, *args: Any, missing: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if not missing:
            del self.fields["without_because"]


class ConfirmForm(PortalForm):
    """A click that confirms a record, bound to the hash of what is on the page."""

    submit_label = "I confirm this record"
    record_hash = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class ProposalForm(PortalForm):
    """Award a lot to the first of its ranking, or not at all; with a reason."""

    submit_label = "Propose"
    decision = RadioField(label="What do you propose?", named="what you propose")
    reason = LongTextField(
        label="Reason", named="the reason", words=LONGEST_REASON_WORDS, hint="Who decides reads it, and so may the public, later."
    )

    def __init__(self, *args: Any, result: LotResult, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("none", "Do not award this lot")]
        if first := result.first:
            name = first.organisation or first.ranked.name
            choices.insert(0, ("first", f"Award to {name}, first with {shown(first.ranked.score)}"))
        self.fields["decision"].offer(choices)  # type: ignore[attr-defined]


class DecisionForm(PortalForm):
    """Approve a proposed award, or send it back with a reason."""

    because = LongTextField(label="Reason, if you send it back", named="the reason", words=LONGEST_REASON_WORDS, rows=3, required=False)

    def buttons(self) -> Buttons:
        back = Act("Send it back", "secondary", name="act", value="back")
        return Buttons((Act("Approve the award", name="act", value="approve"), back), self.cancel_url)


class PlainForm(PortalForm):
    """A button that is sent once."""

    def __init__(self, *args: Any, label: str = "Go on", **options: Any) -> None:
        super().__init__(*args, **options)
        self.submit_label = label


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

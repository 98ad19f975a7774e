from collections.abc import Iterable, Sequence
from typing import Any

from commissioning.bids.rules import DECLARATIONS, Question
from commissioning.kernel.forms import Act, Buttons, ChoicesField, FileField, LongTextField, PortalForm, RadioField, TickField
from commissioning.tenders.queries import LotView

KINDS = ("pdf", "docx", "xlsx", "csv", "png", "jpg", "jpeg")


class LotsForm(PortalForm):
    lots = ChoicesField(label="Lots that you bid for", named="the lots that you bid for")
    submit_label = "Save and continue"

    def __init__(self, *args: Any, lots: Sequence[LotView], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_number = {str(one.lot.number): one.lot for one in lots}
        self.fields["lots"].offer((one.lot.number, one.label, one.hint) for one in lots)

    def chosen(self) -> list[Any]:
        return [self.by_number[number] for number in self.cleaned_data["lots"]]


class DraftText(LongTextField):
    """Counted like the final answer, but a text over its limit can be saved: the limit is asked for on submission."""

    def validate(self, value: str) -> None:
        limit, self.words = self.words, 0
        try:
            super().validate(value)
        finally:
            self.words = limit


class AnswerForm(PortalForm):
    """One answer. `copy` buttons put the answer of another lot below what is written, without saving."""

    all_optional = True

    def __init__(self, *args: Any, question: Question, others: Iterable[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        self.others = {str(one.lot): one for one in others if one.text}
        self.fields["text"] = DraftText(label="Your answer", words=question.word_limit, rows=14, required=False, initial=question.text)

    def buttons(self) -> Buttons:
        copies = [Act(f"Copy from Lot {lot}", kind="secondary", name="copy", value=lot) for lot in self.others]
        return Buttons((Act("Save and continue"), *copies), self.cancel_url, "Back to the bid without saving")

    def copies(self) -> bool:
        """Whether a copy was asked for: then the other lot's answer stands below what is written, and nothing is saved."""
        other = self.others.get(self.data.get("copy", ""))
        if other:
            self.data = self.data.copy()
            self.data["text"] = "\n\n".join(text for text in (self.cleaned_data["text"], other.text) if text)
        return "copy" in self.data


class CopyForm(PortalForm):
    source = RadioField(label="Copy from", named="the lot to copy from")

    def __init__(self, *args: Any, lots: Iterable[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].offer((number, f"Lot {number}") for number in lots)


class PlainForm(PortalForm):
    """One button."""


class DocumentForm(PortalForm):
    file = FileField(
        label="Add a document",
        named="the document",
        kinds=KINDS,
        hint="PDF, Word (.docx), Excel (.xlsx), CSV, PNG or JPG, up to 10 MB. Keep names and stories of people who use services out of it.",
    )
    submit_label = "Add document"


class SubmitForm(PortalForm):
    """The declarations, one tick each."""

    submit_label = "Submit this bid"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number, sentence in enumerate(DECLARATIONS, start=1):
            self.fields[f"declared_{number}"] = TickField(label=sentence, named=f"declaration {number}")


class WithdrawForm(PortalForm):
    submit_label = "Withdraw this bid"
    submit_kind = "warning"


class ConsentForm(PortalForm):
    sure = TickField(label="I open these bids together with an officer of another organisation", named="that you open the bids together")
    submit_label = "Give my word to open"

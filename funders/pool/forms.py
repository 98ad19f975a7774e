"""A fund, its cost lines, the money that is there already, its shares, and the reason of a version."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django.core.exceptions import ValidationError

from commissioning.kernel.forms import ChoiceField, CountField, LongTextField, MoneyField, PortalForm, RadioField, TextField
from commissioning.kernel.forms.numbers import NumberField
from commissioning.kernel.forms.words import begin
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation, Person, Sector
from funders.pool.models import Base, LegalBasis
from funders.pool.queries import Split
from funders.pool.rules import DOUBTFUL_DAYS, LONGEST_REASON, MOST_PARTS

YES_NO = [("yes", "Yes"), ("no", "No")]
SECTOR, PARTNER = "sector-", "partner-"


class QuantityField(NumberField):
    """How many: more than 0, with up to two places: "1,300", "0.5"."""

    largest = 99_999_999
    inputmode = "decimal"
    like = ", like 1,300 or 0.5"

    def figures(self, typed: str) -> tuple[str, str]:
        whole, part = super().figures(typed)
        if len(part) > 2:
            raise ValidationError(f"{begin(self.named)} must have no more than 2 figures after the point{self.like}", code="places")
        return whole, part

    def shown(self, value: Any) -> Any:
        return f"{value.normalize():,f}" if hasattr(value, "normalize") else value


class ChoosingForm(PortalForm):
    """What a host chooses beside the parts."""

    base = RadioField(
        label="What the sectors share",
        choices=[
            (Base.GAP, "The gap", "What is required, less what is pooled already."),
            (Base.TOTAL, "The total", "All that is required, with nothing taken off."),
        ],
    )
    credit_existing = RadioField(
        label="Credit for what is given already",
        hint="If yes, what a sector or partner gives already is taken off its share, and the others carry what is left.",
        choices=YES_NO,
        inline=True,
    )
    elsewhere_cost = CountField(
        label="Cost that falls elsewhere, in £ million a year",
        named="the cost that falls elsewhere",
        hint="What domestic abuse costs others who have no part in the split. The page of the fund says how much is left out.",
        required=False,
        most=999_999,
    )
    elsewhere = TextField(
        label="Where it falls", named="where it falls", hint="For example: housing, civil legal and others", required=False, most=120
    )

    doubtful_days = CountField(
        label="Days after which late money no longer counts as secured",
        named="the days",
        hint="What is agreed and has not come so many days after its day is left out of what is secured, until it comes. 90 if left empty.",
        required=False,
        most=999,
    )

    def clean_credit_existing(self) -> bool:
        return bool(self.cleaned_data["credit_existing"] == "yes")

    def clean_doubtful_days(self) -> int:
        typed = self.cleaned_data["doubtful_days"]
        return DOUBTFUL_DAYS if typed is None else int(typed)

    def clean_elsewhere_cost(self) -> int:
        return self.cleaned_data["elsewhere_cost"] or 0


class DetailsForm(ChoosingForm):
    submit_label = "Save the fund"
    name = TextField(label="Name of the fund", most=120)
    code = TextField(label="Short name", hint="It stands in the address of the fund, like kent-2027.", most=40, width="20")
    first_year = ChoiceField(label="First financial year")
    last_year = ChoiceField(label="Last financial year")
    pool_manager = ChoiceField(label="Pool manager", hint="A finance officer of your organisation, which is the host partner.")
    source = TextField(label="Where the figures come from", named="where the figures come from", required=False, most=200)

    def __init__(self, *args: Any, years: Iterable[FinancialYear], managers: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(str(year.start), year.label) for year in years]
        self.fields["first_year"].offer(offered)
        self.fields["last_year"].offer(offered)
        self.managers = {one.reference: one for one in managers}
        self.fields["pool_manager"].offer([(key, f"{one.job_title}, {one.email}") for key, one in self.managers.items()])

    def layout(self) -> list[Any]:
        return [
            "name", "code", "first_year", "last_year", "pool_manager", "source",
            Fieldset("How the cost is shared", "base", "credit_existing", "elsewhere_cost", "elsewhere", "doubtful_days"),
        ]  # fmt: skip

    def clean_first_year(self) -> int:
        return int(self.cleaned_data["first_year"])

    def clean_last_year(self) -> int:
        return int(self.cleaned_data["last_year"])

    def clean_pool_manager(self) -> Person:
        return self.managers[self.cleaned_data["pool_manager"]]


class LineForm(PortalForm):
    submit_label = "Save the cost line"
    label = TextField(label="What is paid for", named="what is paid for", hint="For example: Community advisers: high-risk cases", most=120)
    quantity = QuantityField(label="Quantity")
    unit = TextField(label="Unit", hint="One of them, like case or post", most=40, width="20")
    unit_cost_amount = MoneyField(label="Cost of one unit")
    one_off_year = ChoiceField(
        label="When it is paid",
        hint="A cost that is paid once counts in its own financial year only.",
        required=False,
        empty="Each year",
    )

    def __init__(self, *args: Any, years: Iterable[FinancialYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["one_off_year"].offer([(str(year.start), f"Once, in {year}") for year in years])

    def clean_one_off_year(self) -> int | None:
        year = self.cleaned_data["one_off_year"]
        return int(year) if year else None


class SourceForm(PortalForm):
    submit_label = "Save this money"
    label = TextField(label="Source", hint="As it stands in the papers, like Councils", most=120)
    amount = MoneyField(label="Amount a year", hint="0 if it gives nothing: zero is an answer, and an empty box is not.")
    giver = ChoiceField(
        label="Sector or partner that gives it",
        hint="So that it can be credited to its share.",
        named="the sector or partner that gives it",
        required=False,
        empty="Not known, or several",
    )
    poolable = RadioField(
        label="Can it be kept in the pool?",
        named="whether it can be kept in the pool",
        choices=[("yes", "Yes"), ("no", "No", "It is shown, and does not make the gap smaller.")],
    )
    condition = TextField(
        label="What it waits for",
        named="what it waits for",
        hint="Only if it is conditional, like: the decision of the board in March. It then stands apart.",
        required=False,
        most=200,
    )
    pot = ChoiceField(
        label="Pot",
        hint=(
            "The law or paper on which it is given. Section 75 takes NHS bodies and local authorities only: a contribution of the police "
            "comes by a crime and disorder grant, and is kept in a pot of its own."
        ),
        required=False,
        empty="The usual one of its sector",
        choices=LegalBasis.choices,
    )
    note = TextField(label="Note", required=False, most=200)

    def __init__(self, *args: Any, partners: Iterable[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.partners = {f"{PARTNER}{one.code}": one for one in partners}
        sectors = [(f"{SECTOR}{value}", f"Sector: {label}") for value, label in Sector.choices]
        self.fields["giver"].offer([*sectors, *((key, one.name) for key, one in self.partners.items())])

    def clean_poolable(self) -> bool:
        return bool(self.cleaned_data["poolable"] == "yes")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("giver") or ""
        sector = chosen.removeprefix(SECTOR) if chosen.startswith(SECTOR) else ""
        return {**cleaned, "giver": self.partners.get(chosen), "sector": sector}


class SharesForm(PortalForm):
    """A part and a cost for each sector, in the order in which odd pennies are given out."""

    submit_label = "Save the shares"
    all_optional = True

    def __init__(self, *args: Any, split: Split, **options: Any) -> None:
        super().__init__(*args, **options)
        boxes: dict[str, Any] = {}
        for value, label in Sector.choices:
            boxes[f"parts_{value}"] = CountField(label="Parts", named=f"the parts of {label.lower()}", required=False, most=MOST_PARTS)
            boxes[f"cost_{value}"] = CountField(
                label="Cost, £ million a year",
                named=f"the cost to {label.lower()}",
                required=False,
                most=30_000,
            )
        self.fields = {**boxes, **self.fields}
        for one in split.shares:
            self.initial |= {f"parts_{one.sector}": one.parts, f"cost_{one.sector}": one.cost_parts or None}

    def layout(self) -> list[Any]:
        return [Fieldset(label, Div(f"parts_{value}", f"cost_{value}", css_class="field-row")) for value, label in Sector.choices]

    @property
    def told(self) -> dict[str, Mapping[str, Any]]:
        """The parts and costs of the sectors for which some were given; a part of 0 is no part."""
        parts = {value: self.cleaned_data.get(f"parts_{value}") for value in Sector.values}
        costs = {value: self.cleaned_data.get(f"cost_{value}") for value in Sector.values}
        return {
            "parts": {value: part for value, part in parts.items() if part},
            "costs": {value: cost for value, cost in costs.items() if cost},
        }


class MembersForm(PortalForm):
    """A part for each partner of the sectors that share the cost."""

    submit_label = "Save the partners’ parts"

    def __init__(self, *args: Any, partners: Mapping[str, Sequence[Organisation]], parts: Mapping[int, int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.partners = partners
        boxes = {f"part_{one.code}": CountField(label=one.name, named=f"the part of {one.name}", most=MOST_PARTS) for one in self.everybody}
        self.fields = {**boxes, **self.fields}
        self.initial |= {f"part_{one.code}": parts.get(one.pk, 1) for one in self.everybody}

    @property
    def everybody(self) -> list[Organisation]:
        return [one for members in self.partners.values() for one in members]

    def layout(self) -> list[Any]:
        named = dict(Sector.choices)
        return [Fieldset(named[sector], *(f"part_{one.code}" for one in members)) for sector, members in self.partners.items()]

    @property
    def told(self) -> dict[Organisation, int]:
        return {one: self.cleaned_data[f"part_{one.code}"] for one in self.everybody}


def reason_field(label: str) -> LongTextField:
    return LongTextField(label=label, hint="It stays with the version. Every partner reads it.", most=LONGEST_REASON, rows=4)


class OpenForm(PortalForm):
    submit_label = "Open the fund to its partners"
    reason = reason_field("Why these shares")


class VersionForm(ChoosingForm):
    submit_label = "Continue"
    from_year = ChoiceField(
        label="From which financial year it counts",
        named="the financial year from which it counts",
        hint="The years before keep their version: what was asked for them stays. A closed year takes no new version.",
    )
    reason = reason_field("Reason for the new version")

    def __init__(self, *args: Any, years: Iterable[FinancialYear], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["from_year"].offer([(str(year.start), year.label) for year in years])

    def clean_from_year(self) -> int:
        return int(self.cleaned_data["from_year"])


class ConfirmForm(PortalForm):
    """Nothing to fill in: a step that is confirmed."""

    submit_label = "Remove"
    submit_kind = "warning"


class DiscardForm(ConfirmForm):
    submit_label = "Drop the new version"


class PrepareForm(PortalForm):
    submit_label = "Prepare a new version"

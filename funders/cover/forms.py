from commissioning.kernel.forms import ChoiceField, FilterForm, LongTextField, PortalForm, SearchField
from funders.contributions.rules import LONGEST_REASON
from funders.cover.states import OverrideState


class ProposeForm(PortalForm):
    submit_label = "Propose the override"
    reason = LongTextField(
        label="Why the tender should go on without this money",
        named="the reason",
        hint="It stays with the override for good. Every partner of the fund reads it.",
        most=LONGEST_REASON,
        rows=5,
    )


class ConfirmForm(PortalForm):
    submit_label = "Confirm as second signatory"
    submit_kind = "warning"


class WithdrawForm(PortalForm):
    submit_label = "Withdraw the override"
    submit_kind = "warning"
    reason = LongTextField(label="Reason", hint="It stays with the override. Partners read it.", most=LONGEST_REASON, rows=4)


class OverrideFilter(FilterForm):
    search = SearchField(label="Tender, reference or fund")
    state = ChoiceField(label="How it stands", named="how it stands", required=False, empty="All", choices=OverrideState.choices)

from django import forms

from commissioning.contracts.states import ContractState
from commissioning.kernel.forms import ChoiceField, FilterForm, PortalForm, SearchField, TickField


class RegisterFilter(FilterForm):
    search = SearchField(label="Area, provider, title or reference")
    state = ChoiceField(label="State", required=False, empty="All states", choices=ContractState.choices)


class MakeForm(PortalForm):
    """Draw up a contract."""

    submit_label = "Draw up the contract"


class SignForm(PortalForm):
    """A signature: bound to the hash of the terms on the page."""

    submit_label = "Sign the contract"
    agree = TickField(
        label="I have read these terms and sign them for my organisation, which has given me the power to do so.",
        named="that you sign for your organisation",
    )
    terms_sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

"""The filter of the ledger."""

from commissioning.kernel.forms import ChoiceField, FilterForm, SearchField
from funders.ledger.models import Account


class LedgerFilter(FilterForm):
    search = SearchField(label="Words, partner or reference")
    account = ChoiceField(label="Account", required=False, empty="All accounts", choices=Account.choices)

from commissioning.kernel.forms import ChoiceField, FilterForm, SearchField

OPEN, ENDED = "open", "ended"


class PublicFilter(FilterForm):
    search = SearchField(label="Words in the title")
    show = ChoiceField(
        label="Show", required=False, empty="All tenders", choices=[(OPEN, "Open for bids now"), (ENDED, "Closed, awarded or abandoned")]
    )

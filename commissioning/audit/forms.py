from commissioning.audit.queries import TrailFilter
from commissioning.kernel.forms import DayField, FilterForm, SearchField


class TrailForm(FilterForm):
    """What the reader of the trail looks for."""

    search = SearchField(label="Words", help_text="In what was done, to what, by whom or why", most=100)
    person = SearchField(label="Person", help_text="Part of the job title or e-mail address", most=100)
    verb = SearchField(label="What was done", help_text="Such as published, pledged or was refused", most=60)
    object_type = SearchField(label="Kind of thing", help_text="Such as tender, contribution or page", most=60)
    object_reference = SearchField(label="Reference", help_text="Such as CB-7K3M9QXD", most=80)
    first_day = DayField(label="From", required=False)
    last_day = DayField(label="To", required=False)
    names = {"first_day": "the first day", "last_day": "the last day"}

    def wanted(self) -> TrailFilter:
        return TrailFilter(**self.chosen())

from typing import Any

from django.forms import HiddenInput

from commissioning.audit.queries import TrailFilter
from commissioning.kernel.forms import DayField, FilterForm, SearchField


class TrailForm(FilterForm):
    """What the reader of the trail looks for."""

    search = SearchField(label="Words", help_text="In the deed, the thing or the reason", most=100)
    person = SearchField(label="Person", help_text="Job title or e-mail address", most=100)
    verb = SearchField(label="What was done", help_text="Such as published", most=60)
    object_type = SearchField(label="Kind of thing", most=60, widget=HiddenInput())
    object_reference = SearchField(label="Reference", most=80, widget=HiddenInput())
    first_day = DayField(label="From", required=False)
    last_day = DayField(label="To", required=False)
    names = {"first_day": "the first day", "last_day": "the last day"}

    def layout(self) -> list[Any]:
        """The thing whose history is read stays chosen, though nobody types it."""
        return [*super().layout(), *(name for name in ("object_type", "object_reference") if self.data.get(name))]

    def thing(self) -> str:
        """The thing whose history is read, in words; "" when it is the whole trail."""
        chosen = self.chosen()
        return f"{chosen.get('object_type', '')} {chosen.get('object_reference', '')}".strip()

    def wanted(self) -> TrailFilter:
        return TrailFilter(**self.chosen())

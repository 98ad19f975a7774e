from datetime import date

from commissioning.kernel.forms import DayField, FilterForm


class DayForm(FilterForm):
    """On which day the areas are wanted."""

    on = DayField(label="Show the areas as they were on", hint="For example 31 3 2018, the last day of the name Shepway.", required=False)
    submit_label = "Show this day"

    def day(self, today: date) -> date:
        """The chosen day; today when none was chosen or it could not be read."""
        return self.chosen().get("on", today) if self.is_bound else today

from typing import Any

from commissioning.kernel.forms import ChoiceField, FilterForm, SearchField
from commissioning.needs.queries import scopes, topics


class FigureFilter(FilterForm):
    search = SearchField(label="Words", most=80)
    topic = ChoiceField(label="Topic", required=False, empty="All topics")
    scope = ChoiceField(label="Whom it counts", required=False, empty="Everybody")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topic"].offer([(topic, topic) for topic in topics()])
        self.fields["scope"].offer([(scope, scope) for scope in scopes()])

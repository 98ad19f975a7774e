from collections.abc import Iterable

from commissioning.kernel.tables import Column, Table
from commissioning.measures.models import Measure

LABELS = {
    "code": "Code",
    "name": "Measure",
    "section": "Section",
    "unit": "Counted in",
    "direction": "Good is",
    "definition": "What it is",
    "why": "Why it is asked",
    "how_to_count": "How to count",
    "example": "Example",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "source": "Source",
}


def measures_table(measures: Iterable[Measure]) -> Table:
    columns = [Column(key, label) for key, label in LABELS.items()]
    return Table(columns, [_row(measure) for measure in measures], "The outcome measures")


def _row(measure: Measure) -> dict[str, str]:
    row = {key: getattr(measure, key) for key in LABELS}
    return {**row, "section": measure.get_section_display(), "direction": measure.get_direction_display()}

from itertools import groupby

from commissioning.measures.kinds import Section
from commissioning.measures.models import Measure


def measures_by_section() -> list[tuple[Section, list[Measure]]]:
    """All measures in the order of the catalogue, under their sections."""
    return [(Section(name), list(found)) for name, found in groupby(Measure.objects.all(), key=lambda measure: measure.section)]

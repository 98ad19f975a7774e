import csv
from pathlib import Path

from django.db import transaction

from commissioning.measures.models import Measure
from commissioning.measures.rules import read_catalogue

CATALOGUE = Path(__file__).parent / "data" / "measures.csv"


@transaction.atomic
def load_measures(*, file: Path = CATALOGUE) -> int:
    """Bring the measures to what the reviewed file says; a code that left the file stays, because returns refer to it.

    :raises CatalogueRefused: the file has a fault; nothing is changed.
    """
    with file.open(newline="", encoding="utf-8") as rows:
        measures = read_catalogue(csv.DictReader(rows))
    changed = [name for name in measures[0] if name != "code"]
    Measure.objects.bulk_create(
        [Measure(**fields) for fields in measures], update_conflicts=True, unique_fields=["code"], update_fields=changed
    )
    return len(measures)

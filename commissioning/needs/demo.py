"""Figures of the papers of 2010 to 2020, each with its unit, scope, period, source and what is odd about it."""

import csv
from decimal import Decimal
from pathlib import Path

from commissioning.needs.models import NeedsFigure

FIGURES = Path(__file__).parent / "data" / "figures.csv"


def load() -> str:
    with FIGURES.open(newline="", encoding="utf-8") as file:
        for order, row in enumerate(csv.DictReader(file), start=1):
            words = {key: row[key] for key in ("topic", "label", "unit", "scope", "period", "source", "caveat")}
            numbers = {"value": Decimal(row["value"]), "margin": Decimal(row["margin"]) if row["margin"] else None, "order": order}
            NeedsFigure.objects.update_or_create(code=row["code"], defaults={**words, **numbers})
    return f"{NeedsFigure.objects.count()} figures of the papers of 2010 to 2020."

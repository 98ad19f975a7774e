"""The agreements of a partner as a table."""

from collections.abc import Iterable

from django.urls import reverse

from commissioning.kernel.tables import Column, Link, Table
from funders.contributions.models import Pledge


def agreements_table(pledges: Iterable[Pledge]) -> Table:
    columns = (Column("agreement", "Agreement", "link"), Column("fund", "Fund"), Column("pledged_at", "Pledged", "day"))
    rows = [
        {
            "agreement": Link(f"{one.reference} to sign (PDF)", reverse("partners:agreement", args=[one.reference])),
            "fund": str(one.fund),
            "pledged_at": one.pledged_at,
        }
        for one in pledges
    ]
    return Table(columns, rows, "Agreements to sign")

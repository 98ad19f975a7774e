"""The agreements of a partner, and what goes back to it, as tables."""

from collections.abc import Iterable

from django.urls import reverse

from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.tables import Column, Link, Table
from funders.contributions.models import Pledge
from funders.year_end.models import SurplusShare
from funders.year_end.tables import PAID_BACK, TO_PAY


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


def returned_table(shares: Iterable[SurplusShare]) -> Table:
    """:param shares: each with the payment that stands, as `standing`."""
    columns = (
        Column("year", "Year", "link"),
        Column("fund", "Fund"),
        Column("amount", "Your share", "money"),
        Column("state", "Standing", "tag"),
        Column("paid_on", "Paid on", "day"),
        Column("bank_reference", "Bank reference"),
    )
    rows = [
        {
            "year": Link(str(year), f"{reverse('year_end:years', args=[one.fund.code])}?year={year.code}"),
            "fund": str(one.fund),
            "amount": one.amount,
            "state": PAID_BACK if paid else TO_PAY,
            "paid_on": paid.paid_on if paid else None,
            "bank_reference": paid.bank_reference if paid else "",
        }
        for one in shares
        for year, paid in [(FinancialYear(one.pot.close.year), next(iter(one.standing), None))]  # type: ignore[attr-defined]
    ]
    return Table(columns, rows, "What goes back to you", notes=["What was left of a year and the board returned, by your agreed cash."])

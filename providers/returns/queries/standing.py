"""Who has reported for a period: told to every partner by contract, without a figure (a function of the database answers it)."""

import datetime
from dataclasses import dataclass

from django.db import connection

from commissioning.contracts.models import Contract
from commissioning.periods.models import ReportingPeriod

MISSING, RECEIVED, ACCEPTED = "missing", "received", "accepted"


@dataclass(frozen=True)
class Standing:
    """One contract's return: missing, received or accepted."""

    contract: Contract
    standing: str
    submitted_at: datetime.datetime | None


def standing_of(period: ReportingPeriod) -> list[Standing]:
    """Every live contract of the period, in the order of areas."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT contract_id, standing, submitted_at FROM portal_return_standing(%s)", [period.pk])
        found = {contract_id: (standing, submitted_at) for contract_id, standing, submitted_at in cursor.fetchall()}
    contracts = Contract.objects.live().filter(starts_on__lte=period.last_day, ends_on__gte=period.first_day)
    listed = contracts.select_related("area", "provider").order_by("area__order", "pk")
    return [Standing(contract, *found.get(contract.pk, (MISSING, None))) for contract in listed]

"""What of the money that is pooled already has arrived of the running fund for its first year: invented, and the fund says so.

The councils have paid half, the community safety partnerships all of theirs, the police nothing yet.
"""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from funders.contributions.demo import seat_of
from funders.pool.models import PooledFund
from funders.pooled import actions
from funders.pooled.models import PooledReceipt
from funders.pooled.queries import source_years

# Source, amount, the day on which it arrived (month and day), bank reference, note.
ARRIVED = (
    ("Councils", "47500.00", (4, 15), "BACS COUNCILS 1", "The county’s part of the first half"),
    ("Councils", "47500.00", (4, 22), "BACS COUNCILS 2", "Eleven districts and Medway, the first half"),
    ("Community safety partnerships", "39000.00", (5, 6), "BACS CSP", ""),
)


def load() -> str:
    fund = PooledFund.objects.select_related("host").prefetch_related("pooled_already", "cost_lines").get(code="kent-live")
    if not PooledReceipt.objects.filter(fund=fund).exists():
        with rls_scope([fund.host_id]):
            _keep(fund)
    return f"{PooledReceipt.objects.standing().filter(fund=fund).count()} receipts of money that is pooled already."


def _keep(fund: PooledFund) -> None:
    finance, today = seat_of(fund.host, Role.FINANCE), timezone.localdate()
    first = {one.source.label: one.source for one in source_years(fund) if one.year.start == fund.first_year}
    for label, amount, (month, day), bank_reference, note in ARRIVED:
        received_on = min(date(fund.first_year, month, day), today)
        at = min(timezone.make_aware(datetime.combine(received_on, time(10, 0))), timezone.now())
        told = {"amount": Decimal(amount), "received_on": received_on, "bank_reference": bank_reference, "note": note}
        actions.receive(source=first[label], year=fund.first_year, by=finance, at=at, **told)

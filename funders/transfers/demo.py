"""One transfer of the running fund, below the board's limit: invented, and the fund says so."""

from decimal import Decimal

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from funders.contributions.demo import seat_of
from funders.pool.models import LegalBasis, PooledFund
from funders.transfers import actions
from funders.transfers.models import PotTransfer

AMOUNT = Decimal("2500.00")
WHY = "The police grant pays for evening court support from January; the partnership agreement allows the same service."


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    if not PotTransfer.objects.filter(fund=fund).exists():
        with rls_scope([fund.host_id]):
            pots = {"from_pot": LegalBasis.PARTNERSHIP, "to_pot": LegalBasis.CRIME_GRANT}
            finance = seat_of(fund.host, Role.FINANCE)
            actions.move(fund=fund, year=fund.first_year, amount=AMOUNT, reason=WHY, by=finance, at=timezone.now(), **pots)
    return f"{PotTransfer.objects.filter(fund=fund).count()} transfer between pots."

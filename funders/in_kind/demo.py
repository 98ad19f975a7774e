"""One staff post in kind: the coordinator that Medway pays from the Public Health Grant. What the paper does not say is illustrative."""

from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from funders.contributions.demo import seat_of
from funders.in_kind import actions
from funders.in_kind.models import Gift
from funders.pool.models import PooledFund

SOURCE = (
    "Medway domestic abuse strategy 2020, 6.3: a coordinator paid through the Public Health Grant. FTE, months and rate are illustrative."
)


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    if not Gift.objects.filter(fund=fund).exists():
        year = FinancialYear(fund.first_year)
        medway = Organisation.objects.get(code="medway")
        morning = timezone.make_aware(datetime.combine(year.first_day.replace(month=2, day=12), time(10, 30)))
        with rls_scope([medway.pk]):
            made = actions.give_post(
                fund=fund,
                funder=medway,
                title="Domestic abuse coordinator",
                fte=Decimal("0.60"),
                annual_rate=Decimal("41385.00"),
                starts_on=year.first_day.replace(month=9),
                ends_on=year.last_day,
                evidence_note="The post stands in the strategy of 2020, paragraph 6.3.",
                source=SOURCE[:200],
                by=seat_of(medway, Role.FUNDER_OFFICER),
                at=morning,
            )
            approver = seat_of(medway, Role.FUNDER_APPROVER)
            actions.agree(gift=made, decision_reference="Cabinet, minute 14", by=approver, version=made.version, at=morning)
    return f"{Gift.objects.filter(fund=fund).count()} staff post in kind, which is in no sum of money."

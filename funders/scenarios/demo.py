"""Four scenarios of the fund of the 2012 report that are shared: 10 and 20 % less, pro rata and with the court advisers kept whole."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from funders.contributions.demo import seat_of
from funders.pool.models import PooledFund
from funders.scenarios import actions
from funders.scenarios.models import Scenario
from funders.scenarios.rules import CUT, Question

COURT_ADVISERS = 1
ASKED = "The framework of 2017 asks for a contingency of 10 to 20%. What is lost at {percent}% if {how}?"
WAYS = {
    "pro rata": ("every line is cut alike", ()),
    "court advisers kept whole": ("the court advisers are kept whole", (COURT_ADVISERS,)),
}


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-2013")
    if not Scenario.objects.filter(fund=fund).exists():
        for percent in (10, 20):
            for way in WAYS:
                _keep(fund, percent, way)
    return f"{Scenario.objects.filter(fund=fund).count()} shared scenarios of the fund of the 2012 report."


def _keep(fund: PooledFund, percent: int, way: str) -> None:
    how, protected = WAYS[way]
    officer, now = seat_of(fund.host, Role.COMMISSIONER), timezone.now()
    question = Question(CUT, date(fund.first_year, 4, 1), percent=Decimal(percent), protected=protected)
    words = {"name": f"{percent}% less, {way}", "asked": ASKED.format(percent=percent, how=how)}
    with rls_scope([fund.host_id]):
        made = actions.keep(fund=fund, question=question, by=officer, at=now, **words)
        actions.share(scenario=made, by=officer, version=made.version, at=now)

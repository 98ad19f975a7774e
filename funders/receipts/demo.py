"""The first year of the running fund: counter-signed, invoiced and paid as far as the days have come; health is behind with one instalment."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions.demo import seat_of
from funders.contributions.models import Contribution
from funders.pool.models import PooledFund
from funders.receipts import actions
from funders.receipts.models import Instalment, Receipt, Schedule
from funders.receipts.queries import with_received

QUARTERLY = 4
BEHIND = "nhs"


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    if not Schedule.objects.filter(contribution__fund=fund).exists():
        finance = seat_of(fund.host, Role.FINANCE)
        with rls_scope([fund.host_id]):
            for contribution in Contribution.objects.filter(fund=fund, state="agreed", year=fund.first_year).order_by("pk"):
                _keep(contribution, finance)
    received = Receipt.objects.standing().filter(fund=fund).count()
    return f"{Instalment.objects.filter(fund=fund).count()} instalments of the first year, {received} received; one of health is overdue."


def _keep(contribution: Contribution, finance: Seat) -> None:
    """One partner's first year, until today."""
    today = timezone.localdate()
    planned_on = date(contribution.year, 3, 2)
    actions.countersign(contribution=contribution, plan=QUARTERLY, by=finance, at=_morning(planned_on))
    for one in with_received(contribution.instalments.all()).order_by("number"):
        invoiced_on = one.due_on - timedelta(days=28)
        if invoiced_on > today:
            continue
        number = f"INV-{contribution.year}-{one.funder.code.upper()}-{one.number}"
        actions.invoice(instalment=one, invoice_reference=number, by=finance, version=one.version, at=_morning(invoiced_on))
        if one.due_on <= today and not (contribution.funder.code == BEHIND and one.number == _latest_due(contribution, today)):
            _pay(one, finance)


def _pay(instalment: Instalment, finance: Seat) -> None:
    instalment.refresh_from_db()
    bank = f"BACS {instalment.due_on:%d%m%y} {instalment.funder.code.upper()}"
    told = {"amount": instalment.amount, "received_on": instalment.due_on, "bank_reference": bank, "at": _morning(instalment.due_on)}
    actions.receive(instalment=instalment, by=finance, version=instalment.version, **told)


def _latest_due(contribution: Contribution, today: date) -> int:
    return max((one.number for one in contribution.instalments.all() if one.due_on <= today), default=0)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 0)))

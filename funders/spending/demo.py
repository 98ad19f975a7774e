"""The first invoices of the running fund: one paid after two approvals, one approved once, one just sent. The amounts are a quarter of a contract."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from commissioning.contracts.models import Contract
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from funders.budget.queries import committed_to
from funders.contributions.demo import seat_of
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.spending import actions
from funders.spending.models import ProviderInvoice
from funders.spending.queries.invoices import room_in_pots

QUARTER = Decimal(4)
SENT, APPROVED, PAID = (timedelta(days=days) for days in (20, 14, 9))
# Contract area, and how far its first invoice has come.
INVOICES = (("mid-and-east", "paid"), ("north-and-maidstone", "halfway"), ("dover-and-thanet", "submitted"))


def load() -> str:
    fund = PooledFund.objects.select_related("host").get(code="kent-live")
    if not ProviderInvoice.objects.filter(fund=fund).exists():
        for area, state in INVOICES:
            for contract in Contract.objects.filter(commitments__fund=fund, area__code=area).select_related("provider").distinct():
                _keep(fund, contract, state)
    return f"{ProviderInvoice.objects.filter(fund=fund).count()} invoices of providers."


def _keep(fund: PooledFund, contract: Contract, state: str) -> None:
    today = timezone.localdate()
    sent, approved, paid = (timezone.make_aware(datetime.combine(today - ago, time(10, 0))) for ago in (SENT, APPROVED, PAID))
    amount = (committed_to(contract)[fund.first_year] / QUARTER).quantize(Decimal("0.01"))
    told = {"year": fund.first_year, "services": "First quarter", "invoiced_on": sent.date()}
    with rls_scope([contract.provider_id, fund.host_id]):
        certifier = seat_of(contract.provider, Role.CERTIFIER)
        number = f"{contract.provider.code.upper()}-{contract.area.order}-1"
        invoice = actions.send_invoice(contract=contract, number=number, amount=amount, by=certifier, at=sent, **told)
        hands = [seat_of(fund.host, Role.COMMISSIONER), seat_of(fund.host, Role.LEAD_OFFICER)]
        for hand in {"paid": hands, "halfway": hands[:1]}.get(state, []):
            if invoice.state != "approved":
                invoice = actions.approve(invoice=invoice, by=hand, version=invoice.version, at=approved)
        if state == "paid" and sum(room_in_pots(invoice).values(), NOTHING) >= amount:
            pay = {"paid_on": paid.date(), "bank_reference": f"BACS {number}", "version": invoice.version}
            actions.pay(invoice=invoice, by=seat_of(fund.host, Role.FINANCE), at=paid, **pay)

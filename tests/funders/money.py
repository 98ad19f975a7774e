"""Money on its whole way in tests: agreed and received in two pots, set aside, committed, invoiced, approved, paid."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commissioning.contracts.models import Contract
from commissioning.organisations.models import Sector
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.budget import actions as budget
from funders.budget.models import Allocation, BudgetLine
from funders.pool.models import PooledFund
from funders.receipts import actions as receipts
from funders.spending import actions
from funders.spending.models import Payment, ProviderInvoice
from tests.factories import make_area, make_contract, make_contribution, make_organisation, make_seat, moment

NOON = moment("2026-11-22 12:00")
TODAY = date(2026, 11, 22)


@dataclass
class Money:
    """A host with its hands, two partners with £12,000 agreed for 2026/27 in two pots, and a contract at £9,000 a year."""

    fund: PooledFund
    at: datetime = NOON
    finance: Seat = field(init=False)
    other_finance: Seat = field(init=False)
    officer: Seat = field(init=False)
    lead: Seat = field(init=False)
    provider: Seat = field(init=False)
    contract: Contract = field(init=False)

    def __post_init__(self) -> None:
        self.fund.pooled_already.update(amount=0)
        host = self.fund.host
        self.finance, self.other_finance = (make_seat(Role.FINANCE, organisation=host) for _ in range(2))
        self.officer, self.lead = make_seat(Role.COMMISSIONER, organisation=host), make_seat(Role.LEAD_OFFICER, organisation=host)
        self.provider = make_seat(Role.CERTIFIER, organisation=make_organisation(is_provider=True))
        told = {"commissioner": host, "provider": self.provider.organisation, "annual_amount": Decimal("9000")}
        self.contract = make_contract(area=make_area(), starts_on=date(2026, 4, 1), ends_on=date(2031, 3, 31), **told)
        health, police = (make_organisation(sector=sector, is_funder=True) for sector in (Sector.HEALTH, Sector.CRIMINAL_JUSTICE))
        for year in (2026, 2027, 2028):
            self.give(health, "8000.00", year)
            self.give(police, "4000.00", year)

    def give(self, partner: Any, amount: str, year: int) -> None:
        by, approver = make_seat(Role.FUNDER_OFFICER, organisation=partner), make_seat(Role.FUNDER_APPROVER, organisation=partner)
        made = make_contribution(fund=self.fund, by=by, year=year, amount=amount, agreed_by=approver)
        if year == 2026:
            receipts.countersign(contribution=made, plan=1, by=self.finance, at=self.at)
            (instalment,) = made.instalments.all()
            told = {"invoice_reference": f"INV {made.pk}", "version": 1, "by": self.finance, "at": self.at}
            instalment = receipts.invoice(instalment=instalment, **told)
            arrived = {"amount": Decimal(amount), "received_on": date(2026, 4, 1), "bank_reference": f"IN {made.pk}"}
            receipts.receive(instalment=instalment, version=2, by=self.finance, at=self.at, **arrived)

    def line(self, label: str = "IDVA service, West", **changes: Any) -> BudgetLine:
        told = {"purpose": "area", "area": self.contract.area, "cap_percent": None, "by": self.finance, "at": self.at}
        return budget.add_line(fund=self.fund, label=label, **{**told, **changes})

    def set_aside(self, line: BudgetLine, amount: str, pot: str = "s75", year: int = 2026, **changes: Any) -> Allocation:
        told = {"reason": "The service of the area", "by": self.finance, "at": self.at}
        return budget.allocate(line=line, year=year, pot=pot, amount=Decimal(amount), **{**told, **changes})

    def funded(self, years: tuple[int, ...] = (2026, 2027, 2028)) -> BudgetLine:
        """A line with £6,000 and £3,000 of the two pots in each year of the fund."""
        line = self.line()
        for year in years:
            self.set_aside(line, "6000.00", year=year)
            self.set_aside(line, "3000.00", "crime_grant", year)
        return line

    def commit(self, **changes: Any) -> BudgetLine:
        line = changes.pop("line", None) or self.funded()
        budget.commit(contract=self.contract, line=line, **{"by": self.officer, "at": self.at, **changes})
        return line

    def invoice(self, amount: str = "2250.00", number: str = "S-1", **changes: Any) -> ProviderInvoice:
        told = {"year": 2026, "services": "July to September 2026", "invoiced_on": TODAY, "by": self.provider, "at": self.at}
        return actions.send_invoice(contract=self.contract, amount=Decimal(amount), number=number, **{**told, **changes})

    def approve(self, invoice: ProviderInvoice, **changes: Any) -> ProviderInvoice:
        return actions.approve(invoice=invoice, **{"by": self.officer, "version": invoice.version, "at": self.at, **changes})

    def pay(self, invoice: ProviderInvoice, **changes: Any) -> Payment:
        told = {"paid_on": TODAY, "bank_reference": "OUT 1", "by": self.finance, "version": invoice.version, "at": self.at}
        return actions.pay(invoice=invoice, **{**told, **changes})

    def reverse(self, payment: Payment, **changes: Any) -> Payment:
        told = {"reason": "It was paid to the wrong account", "by": self.finance, "at": self.at}
        return actions.reverse_payment(payment=payment, **{**told, **changes})

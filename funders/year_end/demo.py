"""The pilot fund, whose years are over: the first closed with an outturn, a board's choice per pot and a share paid back; the second
prepared, waiting for the board; the third still to be prepared. All of its figures are invented, and the fund says so.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from commissioning.contracts.demo import STARTS_ON
from commissioning.contracts.models import Contract
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from funders.budget import actions as budget
from funders.contributions import actions as giving
from funders.contributions.demo import seat_of
from funders.contributions.models import Contribution
from funders.contributions.queries import version_of
from funders.pool.models import LegalBasis, PooledFund
from funders.receipts import actions as receipts
from funders.spending import actions as spending
from funders.year_end import actions
from funders.year_end.models import SurplusShare, YearClose

CODE, AREA = "kent-pilot", "north-and-maidstone"
ONE_PAYMENT = 1
# What each partner gives in each year, with its decision, in pounds.
GIVEN = (
    ("kcc", "120000.00", "Cabinet Member decision 23/00009"),
    ("nhs", "60000.00", "Finance committee, minute 4"),
    ("pcc", "80000.00", "Decision notice 2023-02"),
)
SET_ASIDE = {LegalBasis.SECTION_75: Decimal("165000.00"), LegalBasis.CRIME_GRANT: Decimal("78000.00")}
# The provider's invoices by year of the fund: amount, and the days on which it was approved and paid (month and day).
INVOICES = (
    (("121500.00", (10, 16), (10, 24)), ("116250.00", (3, 16), (3, 24))),
    (("121500.00", (10, 16), (10, 24)), ("110400.00", (3, 26), (4, 14))),
    (("121500.00", (10, 16), (10, 24)), ("121500.00", (3, 16), (3, 24))),
)
CHOICES = {LegalBasis.SECTION_75: "carry", LegalBasis.CRIME_GRANT: "return"}


def load() -> str:
    fund = PooledFund.objects.select_related("host").prefetch_related("pooled_already").get(code=CODE)
    if not YearClose.objects.filter(fund=fund).exists():
        _promise(fund)
        with rls_scope([fund.host_id]):
            _set_aside(fund)
        for number, invoices in enumerate(INVOICES):
            _receive(fund, fund.first_year + number)
            _spend(fund, fund.first_year + number, invoices)
            if number == 0:
                _close(fund)
        with rls_scope([fund.host_id]):
            actions.prepare(fund=fund, by=seat_of(fund.host, Role.FINANCE), at=_on(fund.last_year, 4, 24))
    closed = YearClose.objects.filter(fund=fund, state="closed").count()
    return f"The pilot fund: {closed} year closed, one prepared and waiting for the board, one to be prepared."


def _promise(fund: PooledFund) -> None:
    years = range(fund.first_year, fund.last_year + 1)
    for code, amount, decision in GIVEN:
        funder = Organisation.objects.get(code=code)
        with rls_scope([funder.pk]):
            told = {"fund": fund, "funder": funder, "amounts": dict.fromkeys(years, Decimal(amount)), "conditions": ""}
            made = giving.pledge(by=seat_of(funder, Role.FUNDER_OFFICER), at=_on(fund.first_year, 2, 10), **told)
            version = version_of(list(made.contributions.all()))
            decided = {"years": list(years), "decision_reference": decision, "version": version, "at": _on(fund.first_year, 2, 20)}
            giving.agree(pledge=made, by=seat_of(funder, Role.FUNDER_APPROVER), **decided)


def _set_aside(fund: PooledFund) -> None:
    """One line for the services of the area, and its contract."""
    finance, at, contract = seat_of(fund.host, Role.FINANCE), _on(fund.first_year, 4, 1), _contract(fund)
    label = f"Services, {contract.area}"
    line = budget.add_line(fund=fund, label=label, purpose="area", area=contract.area, cap_percent=None, by=finance, at=at)
    why = {"reason": "The services of the pilot", "decision_reference": f"Partnership board, March {fund.first_year}, minute 3"}
    for year in range(fund.first_year, fund.last_year + 1):
        for pot, amount in SET_ASIDE.items():
            budget.allocate(line=line, year=year, pot=pot, amount=amount, by=finance, at=at, **why)
    budget.commit(contract=contract, line=line, by=seat_of(fund.host, Role.COMMISSIONER), at=at)


def _receive(fund: PooledFund, year: int) -> None:
    """Every partner pays its year in April, in one payment."""
    finance = seat_of(fund.host, Role.FINANCE)
    with rls_scope([fund.host_id]):
        for one in Contribution.objects.secured().filter(fund=fund, year=year).select_related("funder").order_by("pk"):
            mark = f"{year}-{one.funder.code.upper()}"
            receipts.countersign(contribution=one, plan=ONE_PAYMENT, by=finance, at=_on(year, 3, 2))
            (instalment,) = one.instalments.all()
            told = {"invoice_reference": f"INV-P-{mark}", "version": instalment.version, "at": _on(year, 3, 4)}
            instalment = receipts.invoice(instalment=instalment, by=finance, **told)
            arrived = {"amount": one.amount, "received_on": instalment.due_on, "bank_reference": f"BACS P {mark}"}
            receipts.receive(instalment=instalment, version=instalment.version, by=finance, at=_on(year, 4, 2), **arrived)


def _spend(fund: PooledFund, year: int, invoices: Iterable[tuple[str, tuple[int, int], tuple[int, int]]]) -> None:
    """The provider's invoices of one year: sent and approved in it, paid in it or, the one that is accrued, in the next April."""
    contract, finance = _contract(fund), seat_of(fund.host, Role.FINANCE)
    hands = [seat_of(fund.host, Role.COMMISSIONER), seat_of(fund.host, Role.LEAD_OFFICER)]
    with rls_scope([contract.provider_id, fund.host_id]):
        for number, (amount, approved, paid) in enumerate(invoices, start=1):
            approved_on, mark = _in_year(year, *approved), f"{contract.provider.code.upper()}-P{year}-{number}"
            told = {"year": year, "services": f"Half {number} of the year", "invoiced_on": approved_on.date(), "number": mark}
            sender = seat_of(contract.provider, Role.CERTIFIER)
            invoice = spending.send_invoice(contract=contract, amount=Decimal(amount), by=sender, at=approved_on, **told)
            for hand in hands:
                if invoice.state != "approved":
                    invoice = spending.approve(invoice=invoice, by=hand, version=invoice.version, at=approved_on)
            paid_at = _in_year(year, *paid) if paid[0] != 4 else _on(year + 1, *paid)
            money = {"paid_on": paid_at.date(), "bank_reference": f"BACS {mark}", "version": invoice.version}
            spending.pay(invoice=invoice, by=finance, at=paid_at, **money)


def _close(fund: PooledFund) -> None:
    """The first year: prepared in April, confirmed with the board's choice in May, the returned share paid in June."""
    after = fund.first_year + 1
    finance, lead = seat_of(fund.host, Role.FINANCE), seat_of(fund.host, Role.LEAD_OFFICER)
    with rls_scope([fund.host_id]):
        close = actions.prepare(fund=fund, by=finance, at=_on(after, 4, 20))
        decided = {"decision_reference": f"Partnership board, May {after}, minute 5", "choices": CHOICES}
        actions.confirm(close=close, by=lead, version=close.version, at=_on(after, 5, 12), **decided)
        for share in SurplusShare.objects.filter(pot__close=close, pot__choice="return").select_related("funder", "fund"):
            paid = {"paid_on": date(after, 6, 3), "bank_reference": f"BACS P BACK {share.funder.code.upper()}"}
            actions.pay_share(share=share, by=finance, at=_on(after, 6, 3), **paid)


def _contract(fund: PooledFund) -> Contract:
    found = Contract.objects.signed().filter(commissioner=fund.host, starts_on=STARTS_ON, area__code=AREA)
    return found.select_related("area", "provider").prefetch_related("options", "extensions").get()


def _in_year(year: int, month: int, day: int) -> datetime:
    """A morning of the financial year that begins in April of `year`."""
    return _on(year + (month < 4), month, day)


def _on(year: int, month: int, day: int) -> datetime:
    return timezone.make_aware(datetime.combine(date(year, month, day), time(10, 0)))

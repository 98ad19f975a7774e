"""Two funds of one host and two partners, made once for all lives of the money: one with nothing, one that spends already."""

from dataclasses import dataclass, field
from datetime import datetime

from commissioning.contracts.models import Contract
from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.banking.models import BankImport, BankRow
from funders.banking.rules.rows import RowKind
from funders.banking.states import ImportState
from funders.budget.models import BudgetLine
from funders.contributions.models import Contribution
from funders.pool.models import PooledFund
from tests.factories import make_fund, make_organisation, make_seat
from tests.funders.money import NOON, TODAY, Money


@dataclass
class World:
    """Seats are made once. `all_hands` sits everywhere at the host, `turncoat` approves for a partner and pays for the host."""

    money: Money = field(init=False)
    funds: list[PooledFund] = field(init=False)
    lines: dict[int, BudgetLine] = field(init=False)
    partners: list[Organisation] = field(init=False)
    officers: dict[int, Seat] = field(init=False)
    approvers: dict[int, Seat] = field(init=False)
    payers: list[Seat] = field(init=False)
    signers: list[Seat] = field(init=False)
    closers: list[Seat] = field(init=False)

    def __post_init__(self) -> None:
        host = make_organisation("Host of the money", is_commissioner=True, is_funder=True)
        rich, poor = make_fund(host=host), make_fund(host=host)
        self.money = Money(rich)
        poor.pooled_already.update(amount=6000, pot="crime_grant", sector="councils")
        self.funds = [PooledFund.objects.select_related("host").get(pk=one.pk) for one in (poor, rich)]
        self.money.commit()
        area = self.money.contract.area
        self.money.fund = poor
        poor_line = self.money.line()
        rich_line = BudgetLine.objects.get(fund=rich, area=area)
        self.money.fund = rich
        self.lines = {poor.pk: poor_line, rich.pk: rich_line}
        self.money.pay(self.money.approve(self.money.invoice("100.00", "S-0")), bank_reference="OUT 0")
        self.partners = list(Organisation.objects.filter(pk__in=Contribution.objects.filter(fund=rich).values("funder")).order_by("pk"))
        self.officers = {one.pk: make_seat(Role.FUNDER_OFFICER, organisation=one) for one in self.partners}
        self.approvers = {one.pk: make_seat(Role.FUNDER_APPROVER, organisation=one) for one in self.partners}
        self._sit(host)
        PooledFund.objects.filter(pk=rich.pk).update(board_limit_amount=5000)

    def _sit(self, host: Organisation) -> None:
        all_hands = make_seat(Role.FINANCE, Role.COMMISSIONER, organisation=host)
        turncoat = make_seat(Role.FINANCE, organisation=host, person=next(iter(self.approvers.values())).person)
        self.payers = [self.money.finance, self.money.finance, self.money.other_finance, all_hands, turncoat]
        self.signers = [self.money.officer, self.money.officer, self.money.lead, all_hands]
        preparer = Seat(person=self.money.finance.person, organisation=host, roles=frozenset({Role.LEAD_OFFICER}))
        self.closers = [self.money.lead, self.money.lead, self.money.lead, preparer]

    @property
    def contract(self) -> Contract:
        return self.money.contract


def confirmed_file(fund: PooledFund, row: dict[str, object], by: Seat, at: datetime = NOON) -> BankImport:
    """A bank file of one row that is read and confirmed, as reading leaves it behind."""
    told = {"name": "bank.csv", "size": 1, "sha256": "0" * 64, "file": "bank/none", "encoding": "utf-8", "separator": ","}
    shape = {"heading": [], "heading_row": 1, "samples": [], "lines": 2, "state": ImportState.POSTING}
    hands = {"uploaded_at": at, "uploaded_by": by.actor, "confirmed_at": at, "confirmed_by": by.actor}
    made = BankImport.objects.create(fund=fund, host_id=fund.host_id, **told, **shape, **hands)
    kind = RowKind.MATCHED if row.get("instalment") else RowKind.UNMATCHED
    BankRow.objects.create(
        bank_import=made, fund=fund, host_id=fund.host_id, number=2, kind=kind, happened_on=TODAY, text="JUMBLE SALE", **row
    )
    return made

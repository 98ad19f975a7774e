"""The door of the house for Django: every model of this house belongs to the app `funders`."""

from funders.banking.models import BankImport, BankMapping, BankRow, SuspenseReturn
from funders.budget.models import Allocation, BudgetLine, Carried, ClosedYear, Commitment, Moved
from funders.calls.models import Call, CallPayment, CallReceipt, CallReminder, CallShare
from funders.contributions.models import Contribution, ContributionEvent, Evidence, Pledge
from funders.cover.models import CoverAlert, Override
from funders.in_kind.models import Gift, GiftEvent, GiftEvidence
from funders.ledger.models import LedgerLine, LedgerTransaction
from funders.pool.models import CostLine, CostModel, MemberShare, PooledAlready, PooledFund, SectorShare
from funders.pooled.models import PooledReceipt
from funders.receipts.models import Instalment, InstalmentReminder, MoneyEvidence, Receipt, Schedule
from funders.scenarios.models import Scenario
from funders.spending.models import Payment, ProviderInvoice
from funders.transfers.models import PotTransfer
from funders.year_end.models import Accrual, PotClose, SharePayout, SurplusShare, YearClose

__all__ = [
    "Accrual",
    "Allocation",
    "BankImport",
    "BankMapping",
    "BankRow",
    "BudgetLine",
    "Call",
    "CallPayment",
    "CallReceipt",
    "CallReminder",
    "CallShare",
    "Carried",
    "ClosedYear",
    "Commitment",
    "Contribution",
    "ContributionEvent",
    "CostLine",
    "CostModel",
    "CoverAlert",
    "Evidence",
    "Gift",
    "GiftEvent",
    "GiftEvidence",
    "Instalment",
    "InstalmentReminder",
    "LedgerLine",
    "LedgerTransaction",
    "MemberShare",
    "MoneyEvidence",
    "Moved",
    "Override",
    "Payment",
    "Pledge",
    "PooledAlready",
    "PooledFund",
    "PooledReceipt",
    "PotClose",
    "PotTransfer",
    "ProviderInvoice",
    "Receipt",
    "Scenario",
    "Schedule",
    "SectorShare",
    "SharePayout",
    "SurplusShare",
    "SuspenseReturn",
    "YearClose",
]

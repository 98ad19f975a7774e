"""The door of the house for Django: every model of this house belongs to the app `funders`."""

from funders.budget.models import Allocation, BudgetLine, Commitment
from funders.calls.models import Call, CallPayment, CallReceipt, CallReminder, CallShare
from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.ledger.models import LedgerLine, LedgerTransaction
from funders.pool.models import CostLine, PooledAlready, PooledFund, SectorShare
from funders.receipts.models import Instalment, InstalmentReminder, Receipt, Schedule
from funders.spending.models import Payment, ProviderInvoice
from funders.scenarios.models import Scenario

__all__ = [
    "Allocation",
    "BudgetLine",
    "Commitment",
    "Call",
    "CallPayment",
    "CallReceipt",
    "CallReminder",
    "CallShare",
    "Contribution",
    "ContributionEvent",
    "CostLine",
    "Instalment",
    "InstalmentReminder",
    "LedgerLine",
    "LedgerTransaction",
    "Payment",
    "Pledge",
    "PooledAlready",
    "PooledFund",
    "ProviderInvoice",
    "Receipt",
    "Scenario",
    "Schedule",
    "SectorShare",
]

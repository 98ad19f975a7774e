"""The door of the house for Django: every model of this house belongs to the app `funders`."""

from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.ledger.models import LedgerLine, LedgerTransaction
from funders.pool.models import CostLine, PooledAlready, PooledFund, SectorShare
from funders.receipts.models import Instalment, InstalmentReminder, Receipt, Schedule

__all__ = [
    "Contribution",
    "ContributionEvent",
    "CostLine",
    "Instalment",
    "InstalmentReminder",
    "LedgerLine",
    "LedgerTransaction",
    "Pledge",
    "PooledAlready",
    "PooledFund",
    "Receipt",
    "Schedule",
    "SectorShare",
]

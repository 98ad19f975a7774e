"""The door of the house for Django: every model of this house belongs to the app `funders`."""

from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.pool.models import CostLine, PooledAlready, PooledFund, SectorShare

__all__ = ["Contribution", "ContributionEvent", "CostLine", "Pledge", "PooledAlready", "PooledFund", "SectorShare"]

"""What is being written becomes a version that nobody can change."""

from datetime import datetime

from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from funders.pool.models import Choices, CostLine, CostModel, MemberShare, PooledAlready, PooledFund, SectorShare

PARTS: tuple[type[CostLine] | type[PooledAlready] | type[SectorShare] | type[MemberShare], ...] = (
    CostLine,
    PooledAlready,
    SectorShare,
    MemberShare,
)
CHOICES = ("base", "credit_existing", "elsewhere_cost", "elsewhere", "doubtful_days")


def stamp(
    fund: PooledFund, *, reason: str, by: Seat, at: datetime, chosen: Choices | None = None, from_year: int | None = None
) -> CostModel:
    """The next version of a fund that the caller has locked, of the rows that no version holds yet.

    :param from_year: the first financial year that it counts for; without it the fund's first.
    """
    number = CostModel.objects.filter(fund=fund).count() + 1
    choices = {name: getattr(chosen or fund, name) for name in CHOICES}
    told = {"made_at": at, "made_by": by.person, "valid_from": in_london(at).date(), "reason": reason.strip()}
    begins = fund.first_year if from_year is None else from_year
    made = CostModel.objects.create(fund=fund, number=number, from_year=begins, **choices, **told)
    for part in PARTS:
        part._default_manager.filter(fund=fund, cost_model=None).update(cost_model=made)
    return made

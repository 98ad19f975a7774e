"""Who is told that a fund asks for money. No letter holds a figure: it leads to the page that does."""

from dataclasses import dataclass

from funders.pool.models import PooledFund
from funders.pool.queries import asks_of, officers_of, requirement_of, split_of


@dataclass(frozen=True)
class FundLetter:
    """An e-mail to be."""

    to: list[str]
    template: str
    context: dict[str, str]


def about_opening(fund: PooledFund) -> FundLetter:
    """A fund is open: the officers of each partner that it asks have to answer."""
    return FundLetter(_asked(fund), "emails/funders/fund_opened.txt", _context(fund))


def about_version(fund: PooledFund) -> FundLetter:
    """What a fund asks for has changed."""
    return FundLetter(_asked(fund), "emails/funders/fund_version.txt", _context(fund))


def _asked(fund: PooledFund) -> list[str]:
    return officers_of(ask.funder for ask in asks_of(requirement_of(fund), split_of(fund)) if ask.amount)


def _context(fund: PooledFund) -> dict[str, str]:
    return {"fund": str(fund), "host": str(fund.host), "fund_code": fund.code}

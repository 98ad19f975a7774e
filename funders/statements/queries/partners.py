"""What each partner is asked for and has said, year by year and over all years."""

from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.quarters import FinancialYear
from commissioning.organisations.models import Organisation
from funders.contributions.models import CONDITIONAL, Contribution
from funders.pool.queries import (
    Ask,
)
from funders.pool.rules import NOTHING, missing
from funders.statements.rules import Answer


@dataclass(frozen=True)
class PartnerYear:
    """What one partner is asked for and has said in one year, each certainty for itself. Pledged is not agreed."""

    funder: Organisation
    year: FinancialYear
    asked: Decimal
    agreed: Decimal
    pledged: Decimal
    conditional: Decimal = NOTHING
    indicative: Decimal = NOTHING
    limits: str = ""
    answer: Answer = Answer.NONE

    @property
    def outstanding(self) -> Decimal:
        """What it is asked for and has neither agreed nor pledged. An indicative figure is no pledge, and an answer of £0 is none."""
        return missing(self.asked, self.agreed + self.conditional + self.pledged)

    @property
    def says_something(self) -> bool:
        return bool(self.asked) or self.answer != Answer.NONE

    @property
    def is_unanswered(self) -> bool:
        """Whether it is asked for something and has not even answered £0."""
        return bool(self.asked) and self.answer == Answer.NONE


@dataclass(frozen=True)
class PartnerTotal:
    """The same over all years of the fund."""

    funder: Organisation
    years: tuple[PartnerYear, ...]

    @property
    def asked(self) -> Decimal:
        return sum((one.asked for one in self.years), NOTHING)

    @property
    def agreed(self) -> Decimal:
        return sum((one.agreed for one in self.years), NOTHING)

    @property
    def pledged(self) -> Decimal:
        return sum((one.pledged for one in self.years), NOTHING)

    @property
    def conditional(self) -> Decimal:
        return sum((one.conditional for one in self.years), NOTHING)

    @property
    def indicative(self) -> Decimal:
        return sum((one.indicative for one in self.years), NOTHING)

    @property
    def outstanding(self) -> Decimal:
        return sum((one.outstanding for one in self.years), NOTHING)


def partner_totals(
    years: list[FinancialYear], asks: list[Ask], once: dict[int, list[Ask]], contributions: list[Contribution]
) -> list[PartnerTotal]:
    """The partners that are asked, in the order of their sectors, then others that give without being asked.

    :param once: what is asked in the years that bear one-off costs; `asks` is that of any other year.
    """
    asked = {year.start: {ask.funder.pk: ask.amount for ask in once.get(year.start, asks)} for year in years}
    funders = {ask.funder.pk: ask.funder for ask in asks}
    funders |= {one.funder_id: one.funder for one in contributions if one.funder_id not in funders}
    given = {(one.funder_id, one.year): one for one in contributions}
    return [
        PartnerTotal(
            funder, tuple(_partner_year(funder, year, asked[year.start].get(pk, NOTHING), given.get((pk, year.start))) for year in years)
        )
        for pk, funder in funders.items()
    ]


def _partner_year(funder: Organisation, year: FinancialYear, asked: Decimal, given: Contribution | None) -> PartnerYear:
    """:param given: the one contribution of the partner that stands in the year, if there is one."""
    amounts = {"agreed": NOTHING, "pledged": NOTHING, CONDITIONAL: NOTHING, "indicative": NOTHING}
    if given and not given.is_nothing:
        amounts[given.standing] = given.amount
    answer = Answer.NONE if given is None else Answer.NOTHING if given.is_nothing else Answer.GIVEN
    return PartnerYear(funder, year, asked, limits=given.limits if given else "", answer=answer, **amounts)

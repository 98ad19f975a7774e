"""Reasons that this house may give why a step of the cycle may not be taken: agreed money that does not cover it."""

from collections.abc import Iterable

from django.urls import reverse

from commissioning.evaluation.models import Award
from commissioning.kernel.gates import Blocker, register_gate
from commissioning.kernel.money import as_pounds
from commissioning.tenders.models import Tender
from commissioning.tenders.registry import FundChoice, register_funds
from funders.contributions.models import Contribution
from funders.ledger.queries import received_for
from funders.pool.models import PooledFund
from funders.pool.rules import NOTHING
from funders.statements.queries import fund_of_tender, positions_of
from funders.statements.rules import uncovered_years


@register_funds
def funds_that_can_pay() -> Iterable[FundChoice]:
    """Pooled funds in the order of the fund pages."""
    return [FundChoice(fund.code, fund.name) for fund in PooledFund.objects.order_by("order", "code")]


def fund_covers_tender(tender: Tender) -> Iterable[Blocker]:
    """Every year of the term that lies inside the tender's fund must be covered by pooled and agreed money."""
    if not tender.fund_code:
        return
    fund = fund_of_tender(tender)
    if fund is None:
        yield Blocker(f"There is no fund with the code {tender.fund_code}. Choose one of the pooled funds.", reverse("pool:list"))
        return
    annual = sum((lot.annual_amount for lot in tender.lots.all()), NOTHING)
    secured = {one.year: one.secured for one in positions_of(fund)}
    for one in uncovered_years(annual=annual, starts_on=tender.contract_starts_on, months=tender.term_months, secured=secured):
        yield Blocker(one.sentence, reverse("pool:fund", args=[fund.code]))


def fund_covers_award(award: Award) -> Iterable[Blocker]:
    """What was covered when the tender was published must still be covered when a lot of it is awarded."""
    if award.provider_id is not None:
        yield from fund_covers_tender(award.lot.tender)


def nothing_received(contribution: Contribution) -> Iterable[Blocker]:
    """What has arrived in the host's bank is not taken back with a word: the host reverses the receipt first."""
    received = received_for(contribution.pk)
    if received:
        sentence = f"{as_pounds(received)} has been received for this contribution. The host’s finance officer has to reverse it first."
        yield Blocker(sentence, f"{reverse('receipts:list')}?search={contribution.reference}")


register_gate("contribution.withdraw", nothing_received)
register_gate("tender.publish", fund_covers_tender)
register_gate("award.approve", fund_covers_award)

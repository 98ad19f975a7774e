"""Reasons that this house may give why a step of the cycle may not be taken: agreed money that does not cover it."""

from collections.abc import Iterable

from django.urls import reverse

from commissioning.contracts.models import Contract, ContractOption
from commissioning.evaluation.models import Award
from commissioning.kernel.gates import Blocker, register_gate, register_hold
from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.tenders.models import Tender
from commissioning.tenders.registry import FundChoice, register_funds
from funders.banking.queries.suspense import taken_out_of
from funders.budget.queries import TakenBack, allocated_by_pot, closed_years, secured_by_pot
from funders.contributions.models import Contribution
from funders.contributions.states import ContributionState
from funders.cover.queries import fund_of_option, fund_with_overrides, shut_years, uncovered_by
from funders.ledger.queries import received_for
from funders.pool.actions import lock
from funders.pool.models import LegalBasis, PooledFund
from funders.pool.queries import pooled_by_pot, requirement_in, requirement_of
from funders.pool.rules import NOTHING
from funders.pooled.models import PooledReceipt
from funders.pooled.queries import kept_back
from funders.receipts.models import Receipt, Schedule
from funders.spending.queries.budget import cash_by_pot
from funders.spending.queries.invoices import spent_beyond, standing_against
from funders.statements.queries import fund_of_tender


@register_funds
def funds_that_can_pay() -> Iterable[FundChoice]:
    """Open pooled funds in the order of the fund pages."""
    return [FundChoice(fund.code, fund.name) for fund in PooledFund.objects.open().order_by("order", "code")]


def fund_covers_tender(tender: Tender) -> Iterable[Blocker]:
    """Every year of the term must be covered by pooled and agreed money that nobody else takes, or two partners let it pass."""
    if not tender.fund_code:
        return
    fund = fund_with_overrides(tender)
    if fund is None:
        yield Blocker(f"There is no fund with the code {tender.fund_code}. Choose one of the pooled funds.", reverse("pool:list"))
        return
    for one in shut_years(tender, fund):
        yield Blocker(one.sentence, reverse("cover:tender", args=[tender.reference]))


def fund_covers_award(award: Award) -> Iterable[Blocker]:
    """What was covered when the tender was published must still be covered when a lot of it is awarded."""
    if award.provider_id is not None:
        yield from fund_covers_tender(award.lot.tender)


def hold_fund_of_tender(tender: Tender) -> None:
    """What is agreed in the fund of a tender stays agreed until whoever passes is done: withdrawals wait for the fund."""
    fund = fund_of_tender(tender)
    if fund is not None:
        lock(fund)


def hold_fund_of_award(award: Award) -> None:
    if award.provider_id is not None:
        hold_fund_of_tender(award.lot.tender)


def hold_fund_of_contract(contract: Contract) -> None:
    """The tender first, as everybody does who holds both."""
    if contract.award is not None:
        hold_fund_of_tender(Tender.objects.select_for_update(of=("self",)).get(pk=contract.award.lot.tender_id))


def nothing_received(contribution: Contribution) -> Iterable[Blocker]:
    """What has arrived in the host's bank is not taken back with a word: the host reverses the receipt first."""
    received = received_for(contribution.pk)
    if received:
        sentence = f"{as_pounds(received)} has been received for this contribution. The host’s finance officer has to reverse it first."
        yield Blocker(sentence, f"{reverse('receipts:list')}?search={contribution.reference}")


def year_takes_more(contribution: Contribution) -> Iterable[Blocker]:
    """A closed year takes no more money: nobody could set it aside, and no outturn would count it."""
    if contribution.year in closed_years(contribution.fund):
        year = FinancialYear(contribution.year)
        sentence = f"{year} is closed, so nothing more is agreed for it. Withdraw the pledge and make it for a year that is open."
        yield Blocker(sentence, f"{reverse('year_end:years', args=[contribution.fund.code])}?year={year.code}")


def version_of_open_years(change: tuple[PooledFund, int]) -> Iterable[Blocker]:
    """What was asked for a closed year, and what it had in the pool, stays as its outturn has it."""
    fund, from_year = change
    if closed := [year for year in closed_years(fund) if year >= from_year]:
        last = FinancialYear(max(closed))
        sentence = f"{last} is closed, so what counts for it stays. Let the new version count from {FinancialYear(last.start + 1)}."
        yield Blocker(sentence, reverse("year_end:years", args=[fund.code]))


def version_covers_what_is_set_aside(change: tuple[PooledFund, int]) -> Iterable[Blocker]:
    """A version that has less in the pool does not take away what is set aside already."""
    fund, from_year = change
    secured, set_aside = secured_by_pot(fund), allocated_by_pot(fund)
    planned, now = pooled_by_pot(requirement_in(fund, None)), requirement_of(fund)
    for (year, pot), amount in sorted(set_aside.items()):
        if year < from_year:
            continue
        left = secured.get((year, pot), NOTHING) - pooled_by_pot(now.in_year(year)).get(pot, NOTHING) + planned.get(pot, NOTHING)
        if amount > left:
            sentence = (
                f"{as_pounds(amount - left)} more is set aside from the pot “{LegalBasis(pot).label}” in {FinancialYear(year)} than "
                "the new version leaves in it. The host’s finance officer has to take it back first."
            )
            yield Blocker(sentence, reverse("spending:budget", args=[fund.code]))


def year_has_counted(contribution: Contribution) -> Iterable[Blocker]:
    """What the outturn of a closed year has counted as secured stays: it was spent, carried or shared."""
    if contribution.standing == ContributionState.AGREED and contribution.year in closed_years(contribution.fund):
        year = FinancialYear(contribution.year)
        sentence = (
            f"{year} is closed, and its outturn counts this money. What is not paid of it stays your debt; "
            "what you do not want to give any more, take off a year that is open."
        )
        yield Blocker(sentence, f"{reverse('year_end:years', args=[contribution.fund.code])}?year={year.code}")


def not_set_aside(contribution: Contribution) -> Iterable[Blocker]:
    """What was set aside on the strength of an agreed contribution is taken back first."""
    if contribution.standing != ContributionState.AGREED or contribution.year in closed_years(contribution.fund):
        return
    fund = PooledFund.objects.prefetch_related("pooled_already").get(pk=contribution.fund_id)
    key = (contribution.year, contribution.pot)
    left = secured_by_pot(fund).get(key, NOTHING) - contribution.amount
    over = allocated_by_pot(fund).get(key, NOTHING) - left
    if over > 0:
        sentence = (
            f"{as_pounds(over)} of this money is set aside in the budget of {FinancialYear(contribution.year)}. "
            "The host’s finance officer has to take it back first."
        )
        yield Blocker(sentence, reverse("spending:budget", args=[fund.code]))


def not_invoiced(contract: Contract) -> Iterable[Blocker]:
    """A commitment against which a provider has sent invoices is not released."""
    asked = standing_against(contract)
    if asked:
        sentence = f"The provider has sent invoices for {as_pounds(asked)}. Return those that are not paid; what is paid stays committed."
        yield Blocker(sentence, f"{reverse('spending:list')}?search={contract.area}")


def not_spent(taken: TakenBack) -> Iterable[Blocker]:
    """What has been paid out of a pot is not taken back from the line."""
    over = spent_beyond(taken)
    if over:
        yield Blocker(
            f"{as_pounds(over)} of it has been paid to providers already.", reverse("spending:budget", args=[taken.line.fund.code])
        )


def fund_covers_contract(contract: Contract) -> Iterable[Blocker]:
    """Agreed money must still cover a contract on the day on which it is signed."""
    if contract.award is not None:
        yield from fund_covers_tender(contract.award.lot.tender)


def nothing_taken_out(receipt: Receipt | PooledReceipt) -> Iterable[Blocker]:
    """A receipt of which something went into suspense and out of it again stands until that is taken back."""
    taken = taken_out_of(receipt.posting)
    if taken:
        yield Blocker(
            f"{as_pounds(taken)} of this receipt went into suspense and was assigned or returned from there. "
            "Reverse what was assigned first; what was returned to the payer stays."
        )


def nothing_paid_out(receipt: Receipt | PooledReceipt) -> Iterable[Blocker]:
    """A receipt stands while payments to providers rest on it: no pot pays out more than it received."""
    pot = receipt.source.pot if isinstance(receipt, PooledReceipt) else receipt.instalment.contribution.pot
    short = receipt.matched_amount - cash_by_pot(receipt.fund).get(pot, NOTHING)
    if receipt.matched_amount and short > 0:
        yield Blocker(
            f"{as_pounds(short)} of this money has been paid to providers already. Reverse those payments first, if they were wrong too.",
            f"{reverse('spending:list')}?fund={receipt.fund.code}",
        )


def fund_covers_extension(option: ContractOption) -> Iterable[Blocker]:
    """An option is exercised only into years that money which nobody else takes covers."""
    fund = fund_of_option(option)
    if fund is None:
        sentence = "Nothing says which pooled fund pays for this contract. Commit it to a line of the fund’s budget, then the option can be checked."
        yield Blocker(sentence, reverse("pool:list"))
        return
    for one in uncovered_by(option, fund):
        yield Blocker(one.sentence, reverse("pool:fund", args=[fund.code]))


def source_keeps_what_arrived(change: tuple[PooledFund, int]) -> Iterable[Blocker]:
    """The next version of a fund keeps each source of which money has arrived in a year that is open."""
    fund, from_year = change
    for sentence in kept_back(fund, from_year):
        yield Blocker(sentence, reverse("pooled:list", args=[fund.code]))


register_gate("fund.version", source_keeps_what_arrived)
register_gate("pooled_receipt.reverse", nothing_taken_out)
register_gate("pooled_receipt.reverse", nothing_paid_out)
register_gate("contract.extend", fund_covers_extension)
register_gate("receipt.reverse", nothing_taken_out)
register_gate("receipt.reverse", nothing_paid_out)
register_gate("contribution.withdraw", nothing_received)
register_gate("contribution.withdraw", not_set_aside)
register_gate("commitment.release", not_invoiced)
register_gate("allocation.take_back", not_spent)
register_gate("contract.sign", fund_covers_contract)


def not_countersigned(contribution: Contribution) -> Iterable[Blocker]:
    """What the host has counter-signed is fixed: the instalments add up to it."""
    if Schedule.objects.filter(contribution=contribution).exists():
        sentence = "The host has counter-signed this contribution and planned its instalments, so neither amount nor terms change any more. Withdraw it with a reason and pledge anew."
        yield Blocker(sentence, f"{reverse('receipts:list')}?search={contribution.reference}")


register_gate("contribution.agree", year_takes_more)
register_gate("fund.version", version_of_open_years)
register_gate("fund.version", version_covers_what_is_set_aside)
register_gate("contribution.withdraw", year_has_counted)
register_gate("contribution.condition", year_has_counted)
register_gate("contribution.terms", year_has_counted)
register_gate("contribution.condition", nothing_received)
register_gate("contribution.condition", not_set_aside)
register_gate("contribution.terms", not_countersigned)
register_gate("contribution.terms", not_set_aside)
register_gate("tender.publish", fund_covers_tender)
register_gate("award.approve", fund_covers_award)
register_hold("tender.publish", hold_fund_of_tender)
register_hold("award.approve", hold_fund_of_award)
register_hold("contract.sign", hold_fund_of_contract)

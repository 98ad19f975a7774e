"""How a financial year of a fund ends. Amounts are pounds. Pure: no clock, no database."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.money import as_pounds, split
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join, on, plural
from funders.contributions.rules import decision_wanted, reason_wanted
from funders.pool.rules import NOTHING
from funders.receipts.rules import LONGEST_REFERENCE

CHARITABLE = "charitable"
CARRY, CONTINGENCY, RETURN = "carry", "contingency", "return"


class YearEndRefused(Refusal):
    """The year cannot be prepared or closed like this."""


class PayoutRefused(Refusal):
    """A partner's share cannot be paid back, or the payment not reversed, like this."""


@dataclass(frozen=True)
class Outturn:
    """One pot in one year. `paid` is what left the bank in the year; `spent` is what was paid by its end for services of the year;
    `moved` what came from other pots (below zero: what went to them).
    """

    pot: str
    opening: Decimal = NOTHING
    received: Decimal = NOTHING
    paid: Decimal = NOTHING
    secured: Decimal = NOTHING
    spent: Decimal = NOTHING
    accrued: Decimal = NOTHING
    moved: Decimal = NOTHING

    @property
    def closing(self) -> Decimal:
        return self.opening + self.received - self.paid + self.moved

    @property
    def surplus(self) -> Decimal:
        """Below zero it is a deficit."""
        return self.secured - self.spent - self.accrued


def surplus_shares(surplus: Decimal, agreed: Sequence[Decimal]) -> list[Decimal]:
    """Each giver's share of a surplus or deficit by its agreed cash, to the penny: £1,000.00 on £190,000, £39,000 and £30,000
    are £733.59, £150.58 and £115.83. Nobody gave: nobody has a share.
    """
    return split(surplus, list(agreed)) if any(agreed) else []


def choices_for(pot: str, surplus: Decimal, *, has_givers: bool, is_last: bool) -> tuple[str, ...]:
    """What the board can choose for what is left of a pot; nothing where nothing is left.

    A restricted charitable grant keeps its purpose, so it is carried forward. After the fund's last year the rest goes back. A
    deficit is shared among the givers, and nothing of it is carried.
    """
    if not surplus:
        return ()
    if pot == CHARITABLE or not has_givers:
        return (CARRY,)
    if surplus < 0 or is_last:
        return (RETURN,)
    return (CARRY, CONTINGENCY, RETURN)


def check_preparation(*, year: int | None, today: datetime.date, waiting: int) -> None:
    """:param year: the first year of the fund that is not closed. :param waiting: invoices for it that nobody has decided on.
    :raises YearEndRefused:
    """
    if year is None:
        raise YearEndRefused("Every year of this fund is closed already.")
    ends = FinancialYear(year).last_day
    if today <= ends:
        raise YearEndRefused(f"{FinancialYear(year)} runs until {on(ends)}. It can be prepared from the day after.")
    if waiting:
        raise YearEndRefused(
            f"{plural(waiting, 'invoice')} for {FinancialYear(year)} {'waits' if waiting == 1 else 'wait'} for approval. "
            "Approve or return each of them first: what is approved and not paid is accrued."
        )


def check_asked(*, unsigned: int, unasked: int, year: int) -> None:
    """:param unsigned: agreed contributions of the year without a counter-signature. :param unasked: its instalments without an invoice.
    :raises YearEndRefused: money would count as left of which the partner was never asked.
    """
    waiting = [
        *([f"{plural(unsigned, 'agreed contribution')} without a counter-signature"] if unsigned else []),
        *([f"{plural(unasked, 'instalment')} without an invoice"] if unasked else []),
    ]
    if waiting:
        raise YearEndRefused(
            f"For {FinancialYear(year)} there {'is' if unsigned + unasked == 1 else 'are'} still {join(waiting)}. Counter-sign and invoice "
            "what is agreed, so that each partner’s debt stands; the partner withdraws what it will not give."
        )


def check_hands(*, prepared_by: int, confirmed_by: int) -> None:
    """:raises YearEndRefused: the same person twice."""
    if prepared_by == confirmed_by:
        raise YearEndRefused("You prepared this year end yourself, so another person, a lead officer of the host, has to confirm it.")


def check_unchanged(then: Collection[Outturn], now: Collection[Outturn]) -> None:
    """:raises YearEndRefused: the figures are not those that were prepared."""
    if set(then) != set(now):
        raise YearEndRefused(
            "The figures have changed since this was prepared: something was posted, agreed or set aside. A finance officer prepares it again."
        )


def check_decision(decision_reference: str) -> None:
    """:raises YearEndRefused: no reference of the board's decision."""
    if sentence := decision_wanted(decision_reference):
        raise YearEndRefused(sentence, field="decision_reference")


def check_choices(chosen: Mapping[str, str], possible: Mapping[str, Sequence[str]]) -> None:
    """:param possible: by pot, what the board can choose; nothing for a pot without a rest.
    :raises YearEndRefused: a pot without a choice, or one that is not possible for it.
    """
    for pot, choices in possible.items():
        if choices and chosen.get(pot) not in choices:
            only = choices == (CARRY,)
            sentence = "This money keeps its purpose: it can only be carried forward." if only else "Choose what becomes of what is left."
            raise YearEndRefused(sentence, field=f"choice_{pot}")


def kept_of_line(set_aside: Mapping[str, Decimal], spent: Mapping[str, Decimal], unpaid: Decimal) -> dict[str, Decimal]:
    """What a line keeps from each pot after the close: what was paid from it, and its part of invoices that are still to be paid.

    :param unpaid: invoices that are approved and not paid; the pots bear them in proportion to what each has left for the line.
    """
    left = {pot: amount - spent.get(pot, NOTHING) for pot, amount in set_aside.items() if amount > spent.get(pot, NOTHING)}
    parts = dict(zip(left, split(unpaid, list(left.values())), strict=True)) if unpaid and left else {}
    return {pot: spent.get(pot, NOTHING) + parts.get(pot, NOTHING) for pot in set_aside}


def check_payer(*, payer: int, hands: Collection[int | None]) -> None:
    """:param hands: who confirmed the year end, and who agreed the contribution for the partner.
    :raises PayoutRefused: one of them pays.
    """
    if payer in hands:
        raise PayoutRefused("You confirmed this year end, or agreed the money for the partner. Another finance officer has to pay.")


def check_room(*, amount: Decimal, owed: Decimal, held: Decimal, partner: str, year: int) -> None:
    """:param owed: what the partner still owes for the year. :param held: what the host holds of the pot now.
    :raises PayoutRefused: a partner in debt, or a pot that does not hold the share.
    """
    if owed > 0:
        raise PayoutRefused(
            f"{partner} still owes {as_pounds(owed)} for {FinancialYear(year)}. Its share can be paid when that has arrived: "
            "a share is not set off against a debt."
        )
    if amount > held:
        raise PayoutRefused(
            f"The pot holds {as_pounds(max(held, NOTHING))} now and this share is {as_pounds(amount)}. "
            "Wait until the partners that still owe something have paid."
        )


def check_payout(*, paid_on: datetime.date, decided_on: datetime.date, today: datetime.date, bank_reference: str) -> None:
    """:param decided_on: the day on which the year was closed with the board's decision.
    :raises PayoutRefused: a day that cannot be, or no bank reference.
    """
    if paid_on > today:
        raise PayoutRefused(f"The day of payment is after today, {on(today)}.", field="paid_on")
    if paid_on < decided_on:
        raise PayoutRefused(f"The year was closed on {on(decided_on)}, so its shares cannot have been paid before.", field="paid_on")
    tidy = bank_reference.strip()
    if not tidy or len(tidy) > LONGEST_REFERENCE or not tidy.isprintable():
        raise PayoutRefused(
            f"Enter the bank reference of the payment, in one line of {LONGEST_REFERENCE} characters or fewer.", field="bank_reference"
        )


def check_reversal(reason: str) -> None:
    """:raises PayoutRefused: no reason that others can read later."""
    if sentence := reason_wanted(reason):
        raise PayoutRefused(sentence, field="reason")

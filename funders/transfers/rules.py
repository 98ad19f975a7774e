"""Which money may go from one pot of a fund to another. Amounts are pounds. Pure: no clock, no database."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import Refusal
from funders.contributions.rules import LONGEST_DECISION, check_amount, decision_wanted, reason_wanted
from funders.pool.rules import NOTHING, WHY

SECTION_75, CHARITABLE = "s75", "charitable"


class TransferRefused(Refusal):
    """The money cannot be moved like this."""


@dataclass(frozen=True)
class Room:
    """What stands in a pot for one year, and what of it is free to go.

    `cash` is what was received for the year and is still there; `owed` what of what is set aside is still to be paid; `restricted`
    what of the cash was given for some purposes, districts or days only; `unallocated` what is secured and set aside for nothing;
    `eligible` what came from NHS bodies and local authorities and is certainly still there; `held` the whole pot, all years together.
    """

    held: Decimal = NOTHING
    cash: Decimal = NOTHING
    owed: Decimal = NOTHING
    restricted: Decimal = NOTHING
    unallocated: Decimal = NOTHING
    eligible: Decimal = NOTHING

    @property
    def bound(self) -> Decimal:
        """What of the cash has to stay: all of it where more is set aside than has come."""
        return min(max(NOTHING, self.cash), max(self.owed, self.restricted))

    @property
    def free(self) -> Decimal:
        """What may leave the pot, as far as the money goes."""
        return max(NOTHING, min(self.held, self.cash - self.bound, self.unallocated))


def check_pots(from_pot: str, to_pot: str) -> None:
    """:raises TransferRefused: the same pot twice, or pots that the law keeps apart; the sentence says why."""
    if from_pot == to_pot:
        raise TransferRefused("Choose two different pots.", field="to_pot")
    if from_pot == CHARITABLE:
        raise TransferRefused(f"Restricted charitable money never leaves its pot. {WHY[CHARITABLE]}", field="from_pot")
    if to_pot == CHARITABLE:
        raise TransferRefused(
            f"Other money is not put into the pot of restricted charitable grants, where it would be bound to their purpose. {WHY[CHARITABLE]}",
            field="to_pot",
        )


def check_year(year: int, *, fund_years: Collection[int], closed: Collection[int]) -> None:
    """:raises TransferRefused: not a year of the fund, or one that is closed."""
    if year not in fund_years:
        raise TransferRefused("Choose one of the fund’s years.", field="year")
    if year in closed:
        raise TransferRefused(f"{FinancialYear(year)} is closed: its money stays in the pots in which the board left it.", field="year")


def check_room(amount: Decimal, room: Room, *, year: int, to_pot: str) -> None:
    """:param room: of the pot that the money leaves.
    :raises TransferRefused: more than is there and free; the sentence says what holds it.
    """
    check_amount(amount)
    said = FinancialYear(year)
    if to_pot == SECTION_75 and amount > room.eligible:
        raise TransferRefused(
            f"{WHY[SECTION_75]} No other money may go into their pot. Of {said}, {as_pounds(room.eligible)} of this pot came from them and is "
            "certainly still there, because what was paid out counts as theirs first.",
            field="amount",
        )
    if amount > room.held:
        raise TransferRefused(f"The pot holds {as_pounds(max(NOTHING, room.held))} now. It would go below zero.", field="amount")
    if amount > room.cash - room.bound:
        stays = "set aside and still to be paid" if room.owed >= room.restricted else "given for some purposes, districts or days only"
        raise TransferRefused(
            f"{as_pounds(max(NOTHING, room.cash))} of {said} is in this pot and {as_pounds(room.bound)} of it is {stays}. "
            f"At most {as_pounds(room.free)} can be moved.",
            field="amount",
        )
    if amount > room.unallocated:
        raise TransferRefused(
            f"Only {as_pounds(max(NOTHING, room.unallocated))} of what is secured in this pot for {said} is set aside for nothing and not kept for "
            "contingency. Take money back from a line first.",
            field="amount",
        )


def check_limits(over: Decimal, *, year: int) -> None:
    """:param over: what would be set aside of limited money for something that it was not given for.
    :raises TransferRefused: what would stay was given for other purposes or districts than what is set aside.
    """
    if over > 0:
        raise TransferRefused(
            f"What would stay in this pot for {FinancialYear(year)} does not pay for what is set aside: {as_pounds(over)} of it was given for other "
            "purposes, districts or days. Move less.",
            field="amount",
        )


def is_above(amount: Decimal, *, undecided: Decimal, limit: Decimal) -> bool:
    """:param undecided: what has moved between the same two pots in the year without the board."""
    return undecided + amount > limit


def check_why(reason: str, decision_reference: str, *, above: bool, limit: Decimal) -> None:
    """:raises TransferRefused: no reason, or no decision of the board where one is needed."""
    if sentence := reason_wanted(reason):
        raise TransferRefused(sentence, field="reason")
    if above and decision_wanted(decision_reference):
        raise TransferRefused(
            f"Above {as_pounds(limit)} between two pots in a year, at once or bit by bit, the partnership board decides. Enter the reference of its "
            "decision; another finance officer then confirms.",
            field="decision_reference",
        )
    if len(decision_reference.strip()) > LONGEST_DECISION:
        raise TransferRefused(f"The reference must be one line of {LONGEST_DECISION} characters or fewer.", field="decision_reference")


def check_second(*, proposed_by: int, confirmer: int) -> None:
    """:raises TransferRefused: the same person twice."""
    if proposed_by == confirmer:
        raise TransferRefused("You proposed this transfer, so another finance officer has to confirm it.")


def check_reason(reason: str) -> None:
    """:raises TransferRefused: no reason that others can read later."""
    if sentence := reason_wanted(reason):
        raise TransferRefused(sentence, field="reason")


def check_back(amount: Decimal, room: Room, *, pot: str) -> None:
    """Whether what was moved can go back. :param room: of the pot in which it is now.
    :raises TransferRefused: it is paid out, or set aside.
    """
    if amount > min(room.held, room.cash - room.owed, room.unallocated):
        raise TransferRefused(
            f"{pot} does not have this money free any more: it was paid out or set aside. Take back what is set aside, or reverse the payments, first."
        )

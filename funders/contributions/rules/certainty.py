"""What an approver says, when it agrees a pledge, of the conditions beside it. Pure: no clock, no database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from funders.contributions.rules.pledging import AgreementRefused, reason_wanted
from funders.contributions.rules.steps import LONGEST_CONDITION, ConditionRefused, check_condition

UNCONDITIONAL, WAITS = "unconditional", "waits"


@dataclass(frozen=True)
class Certainty:
    """Whether the fund may rely on the money from now on, because of `why`, or the money waits for an event, decided by a day."""

    choice: str = ""
    why: str = ""
    condition: str = ""
    due_on: date | None = None

    @property
    def waits(self) -> bool:
        return self.choice == WAITS


def check_certainty(said: Certainty, *, conditions: str, years: Collection[int], today: date) -> None:
    """Whether these years may be agreed so. A pledge without conditions is unconditional unless an event is named.

    :param conditions: what the partner wrote beside the pledge.
    :param years: those that wait for no event yet, by the calendar year in which the financial year begins.
    :raises AgreementRefused: conditions of which nothing is said, or that do not count, without a reason.
    :raises ConditionRefused: an event or a day that cannot be.
    """
    if not years:
        return
    if said.choice not in (UNCONDITIONAL, WAITS) and (conditions or said.choice):
        raise AgreementRefused(
            "This pledge carries conditions. Say that they are met or only a remark, or name the event that the money waits for.",
            field="certainty",
        )
    if said.why.strip() and (sentence := reason_wanted(said.why)):
        raise AgreementRefused(sentence, field="why")
    if said.waits:
        _check_event(said, years, today)
    elif conditions and not said.why.strip():
        raise AgreementRefused(
            "Say in a sentence why the conditions do not hold the money back, for example when they were met. It stays in the history.",
            field="why",
        )


def proposed_event(conditions: str) -> str:
    """The partner's conditions as one line, to begin with as the event; nothing if they are too long for one."""
    line = " ".join(conditions.split())
    return line if len(line) <= LONGEST_CONDITION and line.isprintable() else ""


def _check_event(said: Certainty, years: Collection[int], today: date) -> None:
    if said.due_on is None:
        raise ConditionRefused("Enter the day by which it is decided: if it is not met by then, the contribution lapses.", field="due_on")
    for year in sorted(years):
        check_condition(condition=said.condition, due_on=said.due_on, year=year, today=today, reason=said.why or "Said at agreement.")

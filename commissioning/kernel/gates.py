"""Gates: reasons of the upper houses why something may not happen yet.

    register_gate("tender.publish", fund_covers_tender)        # in funders/gate_checks.py
    blockers("tender.publish", tender)                         # in the action, and on the page before it

A gate is a name that the ground says; the checks behind it come from whoever knows more. What a check reads may be held, so that it is
still true when the action that passes is done:

    register_hold("award.approve", hold_fund_of_award)         # in funders/gate_checks.py; asked by the action alone, never by a page
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from commissioning.kernel.refusals import Refusal


@dataclass(frozen=True)
class Blocker:
    """One reason why a gate is shut, in a sentence, and where to do something about it."""

    sentence: str
    url: str = ""


class GateShut(Refusal):
    """A gate has at least one blocker."""

    def __init__(self, found: list[Blocker]) -> None:
        super().__init__(" ".join(blocker.sentence for blocker in found))
        self.blockers = found


Check = Callable[[Any], Iterable[Blocker]]
Hold = Callable[[Any], None]
_checks: dict[str, list[Check]] = {}
_holds: dict[str, list[Hold]] = {}


def register_gate(gate: str, check: Check) -> None:
    """Ask `check` whenever `gate` is to be passed. Registering the same check again changes nothing."""
    checks = _checks.setdefault(gate, [])
    if check not in checks:
        checks.append(check)


def register_hold(gate: str, lock: Hold) -> None:
    """Let `lock` hold the rows that the checks of a gate read, until the end of the transaction in which it is passed."""
    locks = _holds.setdefault(gate, [])
    if lock not in locks:
        locks.append(lock)


def hold(gate: str, subject: Any) -> None:
    """Hold what the checks of the gate read. Inside the transaction that goes on when they pass."""
    for lock in _holds.get(gate, ()):
        lock(subject)


def registered_gates() -> dict[str, list[str]]:
    """Gate names with the checks behind them, for the test that no part has gone missing."""
    return {gate: [f"{check.__module__}.{check.__qualname__}" for check in checks] for gate, checks in sorted(_checks.items())}


def blockers(gate: str, subject: Any) -> list[Blocker]:
    """Everything that keeps the gate shut for this subject, in the order of registration."""
    return [blocker for check in _checks.get(gate, ()) for blocker in check(subject)]


def pass_gate(gate: str, subject: Any) -> None:
    """Go on if nothing is in the way; what the checks read stays as it is until the end of the transaction.

    :raises GateShut: with all sentences, so that the reader mends everything in one go.
    """
    hold(gate, subject)
    found = blockers(gate, subject)
    if found:
        raise GateShut(found)

"""Life cycles are data: a `states.py` says the states and, in `NEXT`, where each may go. It begins in the first state.

    class PledgeState(TextChoices): ...
    NEXT = {PledgeState.DRAFT: {PledgeState.PLEDGED}, ...}          # or NEXT_OF_LOT when a module has several

Actions ask `check_move`; the tests and docs/life-cycles.md are made from the same tables.
"""

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import TextChoices

from commissioning.kernel.refusals import Refusal
from commissioning.kernel.words import join

HOUSES = ("commissioning", "funders", "providers")
State = TypeVar("State", bound=TextChoices)
Next = Mapping[State, Collection[State]]


class MoveRefused(Refusal):
    """The thing may not go from the state that it is in to the one asked for."""


@dataclass(frozen=True)
class LifeCycle:
    """One table of moves, where it was found (`funders.contributions`) and the states that it speaks of."""

    slice: str
    states: type[TextChoices]
    next: Next

    @property
    def name(self) -> str:
        """ "Pledge state" for `PledgeState`."""
        return re.sub(r"(?<!^)(?=[A-Z])", " ", self.states.__name__).capitalize()

    @property
    def first(self) -> TextChoices:
        return next(iter(self.states))

    @property
    def without_row(self) -> set[TextChoices]:
        return set(self.states) - set(self.next)

    @property
    def unreachable(self) -> set[TextChoices]:
        """States to which no path leads from the first one."""
        found, waiting = {self.first}, [self.first]
        while waiting:
            new = set(self.next.get(waiting.pop(), ())) - found
            found |= new
            waiting.extend(new)
        return set(self.states) - found


def check_move(states: type[State], moves: Next, from_: str, to: str) -> None:
    """Let a move pass that the table allows. Call it inside the transaction, on the locked row.

    :raises MoveRefused: any other move, with a sentence that says what is possible.
    """
    here, there = states(from_), states(to)
    allowed = moves.get(here, ())
    if there in allowed:
        return
    said = f"This is now “{here.label}”, so it cannot become “{there.label}”."
    possible = [f"“{state.label}”" for state in states if state in allowed]
    raise MoveRefused(f"{said} From here it can become {join(possible, 'or')}." if possible else f"{said} That is final.")


def can_move(states: type[State], moves: Next, from_: str, to: str) -> bool:
    return states(to) in moves.get(states(from_), ())


def life_cycles() -> list[LifeCycle]:
    """Every table named NEXT or NEXT_... in a `states.py` of the three houses, in the order of the tree."""
    return [cycle for module_name in _states_modules() for cycle in _cycles_in(module_name)]


def _states_modules() -> Iterator[str]:
    for house in HOUSES:
        package = importlib.import_module(house)
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            name = f"{house}.{found.name}.states"
            if found.ispkg and importlib.util.find_spec(name):
                yield name


def _cycles_in(module_name: str) -> Iterator[LifeCycle]:
    module = importlib.import_module(module_name)
    for name, moves in vars(module).items():
        if not re.fullmatch(r"NEXT(_[A-Z_]+)?", name):
            continue
        states = type(next(iter(moves)))
        if states.__module__ == module_name:
            yield LifeCycle(module_name.removesuffix(".states"), states, moves)


def drawn(cycles: list[LifeCycle]) -> str:
    """The page docs/life-cycles.md: a diagram and a table for each life cycle."""
    head = (
        "# Life cycles\n\n"
        "Drawn from the `NEXT` tables in the `states.py` of each slice by `python manage.py life_cycles`; not edited\n"
        "by hand. A move that is not drawn here is refused by `check_move`.\n"
    )
    return "\n".join([head, *(_drawn_one(cycle) for cycle in cycles)])


def _drawn_one(cycle: LifeCycle) -> str:
    arrows = [
        f"    {state.value} --> {there.value}" for state in cycle.states for there in cycle.states if there in cycle.next.get(state, ())
    ]
    ends = [f"    {state.value} --> [*]" for state in cycle.states if not cycle.next.get(state)]
    labels = [f"    {state.value}: {state.label}" for state in cycle.states]
    rows = [f"| {state.label} | {_said(cycle, state)} |" for state in cycle.states]
    diagram = ["```mermaid", "stateDiagram-v2", *labels, f"    [*] --> {cycle.first.value}", *arrows, *ends, "```"]
    title = f"## {cycle.name} (`{cycle.slice}`)"
    return "\n".join([title, "", *diagram, "", "| State | May become |", "| --- | --- |", *rows, ""])


def _said(cycle: LifeCycle, state: TextChoices) -> str:
    following = [str(there.label) for there in cycle.states if there in cycle.next.get(state, ())]
    return ", ".join(following) or "final"

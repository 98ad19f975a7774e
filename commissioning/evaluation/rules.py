"""How marks become a ranking: full precision, minimum marks on moderated marks, a published order for ties. Pure functions."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioning.kernel.refusals import Refusal

HIGHEST_MARK = 5
LEAST_SUBSTANCE = 20
LEAST_WORDS = 3
LEAST_EVALUATORS = 2

SCALE = {
    0: ("No answer", "Nothing is said that bears on the question, or what is said fails the requirement altogether."),
    1: ("Poor", "A small part of the question is met. Much is missing or unsupported, and the service would be at risk."),
    2: ("Limited", "Part of the question is met, with some evidence. There are gaps that would have to be closed before the start."),
    3: ("Sound", "The question is met in its main points with relevant evidence. What is missing is minor and can be put right."),
    4: ("Good", "The question is met in full with convincing evidence, and it is clear how it will be done and by whom."),
    5: ("Excellent", "The question is met in full, the evidence is strong throughout, and victims and survivors gain more than was asked."),
}


class InterestRefused(Refusal):
    """A declaration of interests that cannot stand."""


class MarkRefused(Refusal):
    """A mark that cannot be saved or given."""


class ModerationRefused(Refusal):
    """A step of moderation that cannot be taken now."""


class AwardRefused(Refusal):
    """An award that cannot be proposed or decided."""


@dataclass(frozen=True)
class Weighted:
    """A criterion as the arithmetic needs it. `weight` in percent; the weights of a tender sum to exactly 100.00."""

    number: int
    title: str
    weight: Decimal
    minimum: int


@dataclass(frozen=True)
class Scored:
    """An offer with its moderated marks by number of criterion."""

    name: str
    marks: Mapping[int, int]


@dataclass(frozen=True)
class Step:
    """One line of the explanation: mark / 5 x weight = points, in full precision."""

    criterion: Weighted
    mark: int
    points: Decimal

    @property
    def is_below_minimum(self) -> bool:
        return self.mark < self.criterion.minimum


@dataclass(frozen=True)
class Ranked:
    """An offer with its place; no place if a mark is below a minimum. `tie` says what parted it from an equal score."""

    name: str
    steps: tuple[Step, ...]
    score: Decimal
    place: int | None
    tie: str = ""

    @property
    def below(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_below_minimum)


def points(mark: int, weight: Decimal) -> Decimal:
    """Mark / 5 x weight, in percentage points. Exact: a weight of two places over five has three places at the most."""
    return Decimal(mark) * weight / HIGHEST_MARK


def score_of(marks: Mapping[int, int], criteria: Sequence[Weighted]) -> Decimal:
    """The weighted score out of 100, in full precision."""
    return sum((points(marks[one.number], one.weight) for one in criteria), Decimal(0))


def shown(score: Decimal) -> str:
    """A score as pages print it: two places, halves up. The ranking never uses this."""
    return f"{score.quantize(Decimal('0.01'), rounding='ROUND_HALF_UP')}"


def tie_order(criteria: Sequence[Weighted]) -> list[Weighted]:
    """The published order in which equal scores are compared: the heaviest criterion first, equal weights by number."""
    return sorted(criteria, key=lambda one: (-one.weight, one.number))


def rank(criteria: Sequence[Weighted], offers: Iterable[Scored], draw: str) -> list[Ranked]:
    """Place the offers that reach every minimum, best first; those below a minimum follow without a place.

    :param draw: the recorded seed; parts offers that are equal on every criterion, the same way every time.
    """
    order = tie_order(criteria)
    scored = [_scored(one, criteria) for one in offers]
    able = [one for one in scored if not one.below]
    able.sort(key=lambda one: (-one.score, *(-mark for mark in _compared(one, order)), drawn(draw, one.name)))
    placed = [Ranked(one.name, one.steps, one.score, place, _parted_by(one, able, order)) for place, one in enumerate(able, start=1)]
    return placed + sorted((one for one in scored if one.below), key=lambda one: (-one.score, one.name))


def _scored(offer: Scored, criteria: Sequence[Weighted]) -> Ranked:
    steps = tuple(Step(one, offer.marks[one.number], points(offer.marks[one.number], one.weight)) for one in criteria)
    return Ranked(offer.name, steps, score_of(offer.marks, criteria), None)


def _compared(offer: Ranked, order: Sequence[Weighted]) -> list[int]:
    marks = {step.criterion.number: step.mark for step in offer.steps}
    return [marks[one.number] for one in order]


def _parted_by(offer: Ranked, able: Sequence[Ranked], order: Sequence[Weighted]) -> str:
    rivals = [other for other in able if other.score == offer.score and other.name != offer.name]
    if not rivals:
        return ""
    mine = _compared(offer, order)
    for position, criterion in enumerate(order):
        if any(_compared(rival, order)[position] != mine[position] for rival in rivals):
            return f"Equal score: the mark for criterion {criterion.number}, {criterion.title}, decides."
    return "Equal on every criterion: the recorded draw decides."


def drawn(seed: str, name: str) -> str:
    """Where the draw puts a name: the smaller comes first. Anybody with the seed can do it again."""
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


def draw_seed(tender: str, lot: int, receipts: Iterable[str]) -> str:
    """The seed of the draw: a hash of what nobody could choose, the receipts' hashes in order."""
    return hashlib.sha256("\n".join([tender, str(lot), *sorted(receipts)]).encode()).hexdigest()


def record_hash(record: Sequence[Mapping[str, object]]) -> str:
    """The hash of a lot's moderation record, so that a confirmation holds for exactly this record."""
    return hashlib.sha256(json.dumps(list(record), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def substance(text: str) -> int:
    """How many letters and figures a text holds: blanks, dots and invisible signs count for nothing."""
    return sum(1 for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def reason_fault(text: str) -> str:
    """What is wrong with a reason, in a sentence; nothing if it says something."""
    words = {word.casefold() for word in re.findall(r"\w+", unicodedata.normalize("NFKC", text))}
    if not words:
        return "Give the reason for this mark"
    if substance(text) < LEAST_SUBSTANCE or len(words) < LEAST_WORDS:
        return f"Say more: a reason needs at least {LEAST_SUBSTANCE} letters and {LEAST_WORDS} different words"
    return ""


def mark_fault(value: int | None) -> str:
    if value is None:
        return "Choose a mark from 0 to 5"
    return "" if value in SCALE else f"The mark {value} is not on the scale. Choose a mark from 0 to 5"


def spread(marks: Sequence[int]) -> int:
    return max(marks) - min(marks) if marks else 0


def outside_range(agreed: int, marks: Sequence[int]) -> bool:
    """Whether the agreed mark lies outside what the evaluators gave, which takes a second reason."""
    return bool(marks) and not min(marks) <= agreed <= max(marks)


def outside_fault(agreed: int, marks: Sequence[int], outside_reason: str) -> str:
    """What is wrong with a mark outside the range of the evaluators' marks, in a sentence."""
    if not outside_range(agreed, marks):
        return ""
    fault = reason_fault(outside_reason)
    limits = f"The agreed mark {agreed} is outside the marks given ({min(marks)} to {max(marks)})"
    return f"{limits}. {fault}, and why the panel left that range" if fault else ""

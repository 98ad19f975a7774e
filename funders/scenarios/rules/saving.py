"""How a question and its answer are kept as plain values, read back, and compared with the answer of another day."""

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from funders.scenarios.rules.cuts import ScenarioRefused
from funders.scenarios.rules.outcomes import Outcome
from funders.scenarios.rules.questions import Question

LONGEST_NAME, LONGEST_ASKED = 100, 400
_OUTCOME, _QUESTION = TypeAdapter(Outcome), TypeAdapter(Question)


def plain(value: Outcome | Question) -> dict[str, Any]:
    """As a database keeps it: amounts as text, days as 2026-04-01."""
    adapter: TypeAdapter[Any] = _OUTCOME if isinstance(value, Outcome) else _QUESTION
    found: dict[str, Any] = adapter.dump_python(value, mode="json")
    return found


def outcome_from(kept: dict[str, Any]) -> Outcome:
    return _OUTCOME.validate_python(kept)


def question_from(kept: dict[str, Any]) -> Question:
    return _QUESTION.validate_python(kept)


def same_figures(one: Outcome, other: Outcome) -> bool:
    """Whether two answers agree in everything but the day on which they were worked out and what follows from it."""
    return _timeless(one) == _timeless(other)


def _timeless(one: Outcome) -> Outcome:
    return replace(one, worked_out_on=one.question.starts_on, earliest=None, too_early=one.cut)


def check_saving(name: str, asked: str) -> None:
    """:raises ScenarioRefused:"""
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise ScenarioRefused(f"Enter a name of {LONGEST_NAME} characters or fewer.", field="name")
    if not asked.strip() or len(asked.strip()) > LONGEST_ASKED:
        raise ScenarioRefused(f"Enter the question that the paper answers, in {LONGEST_ASKED} characters or fewer.", field="asked")

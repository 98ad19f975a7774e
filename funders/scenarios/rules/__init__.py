"""What less money buys, and how a saved answer is kept. Pure: no clock, no database."""

from funders.scenarios.rules.cuts import Cut, CutLine, Line, ScenarioRefused, cut_of
from funders.scenarios.rules.outcomes import Outcome, PlaceOutcome, TargetOutcome, YearOutcome, work_out
from funders.scenarios.rules.questions import CUT, PARTS, WHATS, WITHDRAWAL, Giver, Ground, Money, Place, Question, Target
from funders.scenarios.rules.saving import check_saving, outcome_from, plain, question_from, same_figures

__all__ = [
    "CUT",
    "PARTS",
    "WHATS",
    "WITHDRAWAL",
    "Cut",
    "CutLine",
    "Giver",
    "Ground",
    "Line",
    "Money",
    "Outcome",
    "Place",
    "PlaceOutcome",
    "Question",
    "ScenarioRefused",
    "Target",
    "TargetOutcome",
    "YearOutcome",
    "check_saving",
    "cut_of",
    "outcome_from",
    "plain",
    "question_from",
    "same_figures",
    "work_out",
]

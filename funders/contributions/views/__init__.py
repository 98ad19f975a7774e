from funders.contributions.views.pledging import agree, change, contribution, index, make_pledge, note_indicative, pledge, withdraw
from funders.contributions.views.steps import add_evidence, condition, evidence, firm_up, lapse, met, reduce, terms, unmet

__all__ = [
    "add_evidence",
    "agree",
    "change",
    "condition",
    "contribution",
    "evidence",
    "firm_up",
    "index",
    "lapse",
    "make_pledge",
    "met",
    "note_indicative",
    "pledge",
    "reduce",
    "terms",
    "unmet",
    "withdraw",
]

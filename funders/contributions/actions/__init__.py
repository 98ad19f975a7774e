from funders.contributions.actions.pledging import agree, change_amount, note_indicative, pledge, withdraw
from funders.contributions.actions.steps import firm_up, lapse, lapse_due, meet_condition, reduce, set_condition, unmeet_condition
from funders.contributions.actions.terms import add_evidence, set_terms
from funders.contributions.actions.writing import check_version, send, stale

__all__ = [
    "add_evidence",
    "agree",
    "change_amount",
    "check_version",
    "firm_up",
    "lapse",
    "lapse_due",
    "meet_condition",
    "note_indicative",
    "pledge",
    "reduce",
    "send",
    "set_condition",
    "set_terms",
    "stale",
    "unmeet_condition",
    "withdraw",
]

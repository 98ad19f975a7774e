from commissioning.bids.actions.opening import consent_to_open
from commissioning.bids.actions.submitting import note_late, submit, withdraw
from commissioning.bids.actions.writing import attach, choose_lots, copy_answers, save_answer, start_bid, take_back

__all__ = [
    "attach",
    "choose_lots",
    "consent_to_open",
    "copy_answers",
    "note_late",
    "save_answer",
    "start_bid",
    "submit",
    "take_back",
    "withdraw",
]

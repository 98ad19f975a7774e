from commissioning.tenders.actions.drafting import create_tender, edit_tender, set_criteria, set_lots
from commissioning.tenders.actions.naming import name_people
from commissioning.tenders.actions.running import abandon, close_due, close_if_due, move_deadline, publish

__all__ = [
    "abandon",
    "close_due",
    "close_if_due",
    "create_tender",
    "edit_tender",
    "move_deadline",
    "name_people",
    "publish",
    "set_criteria",
    "set_lots",
]

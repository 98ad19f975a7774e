from funders.contributions.tables.history import Deed, history_table, register_deeds, registered_deeds
from funders.contributions.tables.lists import acts_of, own_page_table, own_table, pledge_table, state_tag
from funders.contributions.tables.rows import (
    change_rows,
    check_rows,
    conditions_row,
    contribution_rows,
    pledge_rows,
    reduction_rows,
    terms_rows,
    title_of,
    withdrawal_rows,
)

__all__ = [
    "Deed",
    "acts_of",
    "change_rows",
    "check_rows",
    "conditions_row",
    "contribution_rows",
    "history_table",
    "own_page_table",
    "own_table",
    "pledge_rows",
    "pledge_table",
    "reduction_rows",
    "register_deeds",
    "registered_deeds",
    "state_tag",
    "terms_rows",
    "title_of",
    "withdrawal_rows",
]

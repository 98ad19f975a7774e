"""Upload, name the columns, read, post; and take money out of suspense."""

from funders.banking.actions.importing import change_match, confirm, discard, name_columns, upload
from funders.banking.actions.posting import post_rows
from funders.banking.actions.reading import read_rows
from funders.banking.actions.suspense import assign, assign_to_source, give_back

__all__ = [
    "assign",
    "assign_to_source",
    "change_match",
    "confirm",
    "discard",
    "give_back",
    "name_columns",
    "post_rows",
    "read_rows",
    "upload",
]

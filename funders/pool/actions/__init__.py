from funders.pool.actions.funds import change_details, lock, open_to_partners, set_up
from funders.pool.actions.parts import remove, save_line, save_source, set_members, set_shares
from funders.pool.actions.versions import discard_version, prepare_version, put_into_force

__all__ = [
    "change_details",
    "discard_version",
    "lock",
    "open_to_partners",
    "prepare_version",
    "put_into_force",
    "remove",
    "save_line",
    "save_source",
    "set_members",
    "set_shares",
    "set_up",
]

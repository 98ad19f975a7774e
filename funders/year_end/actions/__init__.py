from funders.year_end.actions.closing import confirm, prepare
from funders.year_end.actions.paying import pay_share, reverse_payout

__all__ = ["confirm", "pay_share", "prepare", "reverse_payout"]

"""Background work of this house: each task fetches, calls one action, returns."""

from commissioning.kernel.due import register_due
from providers.returns.actions.clock import freeze_returns, open_due_returns

register_due("returns.freeze", freeze_returns)
register_due("returns.open", open_due_returns)

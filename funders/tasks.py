"""Background work of this house: each task fetches, calls one action, returns."""

from commissioning.kernel.due import register_due
from funders.calls.actions import remind as remind_of_calls
from funders.receipts.actions import remind

register_due("receipts.remind", remind)
register_due("calls.remind", remind_of_calls)

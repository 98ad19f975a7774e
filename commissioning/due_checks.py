"""What the calendar asks of the common ground, looked at every minute."""

from commissioning.contracts.actions import turn_with_the_calendar
from commissioning.kernel.due import register_due
from commissioning.reports.actions import make_due
from commissioning.tenders.actions import close_due

register_due("reports.make", make_due)
register_due("tenders.close", close_due)
register_due("contracts.turn", turn_with_the_calendar)

"""What the calendar asks of the common ground, looked at every minute."""

from commissioning.kernel.due import register_due
from commissioning.kernel.tidying import tidy
from commissioning.reports.actions import make_due
from commissioning.tenders.actions import close_due

register_due("reports.make", make_due)
register_due("tenders.close", close_due)
register_due("kernel.tidy", tidy)

"""E-mails of the opening. Nothing is sent about a bid: that somebody bids is nobody's business before the opening."""

from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.tenders.models import SeatKind, Tender


def officers_to_alarm(tender: Tender) -> list[str]:
    """Addresses of the opening officers and of every auditor: more than one organisation looks."""
    officers = tender.seats.filter(kind=SeatKind.OPENER).values_list("person__email", flat=True)
    auditors = Membership.objects.current().filter(role=Role.AUDITOR).values_list("person__email", flat=True)
    return sorted({*officers, *auditors})

from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.reports.models import PerformanceReport
from commissioning.reports.states import ReportState

MAKERS = (Role.COMMISSIONER, Role.LEAD_OFFICER)
READERS = (
    *MAKERS,
    Role.FINANCE,
    Role.FUNDER_OFFICER,
    Role.FUNDER_APPROVER,
    Role.BOARD_MEMBER,
    Role.AUDITOR,
    Role.DATA_OFFICER,
    Role.CERTIFIER,
    Role.BID_MANAGER,
)


def can_make(seat: Seat) -> bool:
    """Build, freeze and publish: the officers of a commissioning organisation."""
    return seat.has(*MAKERS) and seat.organisation is not None and seat.organisation.is_commissioner


def can_read(seat: Seat, report: PerformanceReport) -> bool:
    """Everybody of the partnership reads a published report; until then, those who make it."""
    if report.state == ReportState.PUBLISHED:
        return seat.has(*READERS)
    return can_make(seat)

"""The demo's reports: every frozen period has its report, built, frozen and published as the calendar would have it."""

from datetime import datetime, time

from django.utils import timezone

from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.periods.models import ReportingPeriod
from commissioning.periods.states import PeriodState
from commissioning.reports import actions
from commissioning.reports.models import PerformanceReport
from commissioning.reports.states import ReportState


def load() -> str:
    """Build, freeze and publish what is not published yet."""
    published = PerformanceReport.objects.filter(state=ReportState.PUBLISHED).values("period")
    for period in ReportingPeriod.objects.filter(state=PeriodState.FROZEN).exclude(pk__in=published).order_by("first_day"):
        _publish(period)
    return f"{PerformanceReport.objects.filter(state=ReportState.PUBLISHED).count()} published reports"


def _publish(period: ReportingPeriod) -> None:
    frozen_at = min(timezone.make_aware(datetime.combine(period.freeze_on, time(18))), timezone.now())
    report = actions.build(period=period, progress=lambda done, total, message: None, at=frozen_at)
    report = actions.freeze(report=report, by=Seat.system(), at=frozen_at)
    actions.publish(report=report, by=_lead_officer(), at=frozen_at)


def _lead_officer() -> Seat:
    membership = Membership.objects.select_related("person", "organisation").get(organisation__code="kcc", role=Role.LEAD_OFFICER)
    return Seat(person=membership.person, organisation=membership.organisation, roles=frozenset({Role.LEAD_OFFICER}))

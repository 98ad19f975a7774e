"""The next version of an open fund: prepared as a copy of the one in force, then put into force with a reason, or dropped."""

from datetime import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.gates import pass_gate
from commissioning.kernel.mail import send_soon
from commissioning.kernel.versions import mark_changed
from commissioning.organisations.seat import Seat
from funders.pool.actions.funds import TOUCHED, lock_to_write
from funders.pool.actions.stamping import CHOICES, PARTS, stamp
from funders.pool.messages import about_version
from funders.pool.models import PooledAlready, PooledFund
from funders.pool.queries import is_being_written, lacking_of
from funders.pool.rules import FundRefused, check_from_year, check_reason


@transaction.atomic
def prepare_version(*, fund: PooledFund, by: Seat, at: datetime) -> None:
    """Copy what is in force, so that it can be changed without changing what counts.

    :raises FundRefused: a draft, one is prepared already, or not an officer of the host.
    """
    fund = lock_to_write(fund, by=by, version=None, any_version=True)
    if fund.is_draft or fund.in_force is None:
        raise FundRefused("This fund is still a draft: change it as it is.")
    if is_being_written(fund):
        raise FundRefused("A new version is being prepared already.")
    for part in PARTS:
        rows = list(part._default_manager.filter(fund=fund, cost_model=fund.in_force))
        for row in rows:
            if isinstance(row, PooledAlready):
                row.origin_id = row.root
            row.pk, row.cost_model = None, None
        part._default_manager.bulk_create(rows)  # type: ignore[arg-type]
    _touch(fund, by=by, at=at)
    record(by=by, verb="began a new version", on=fund, after={"number": fund.in_force.number + 1})


@transaction.atomic
def put_into_force(
    *,
    fund: PooledFund,
    base: str,
    credit_existing: bool,
    elsewhere_cost: int,
    elsewhere: str,
    doubtful_days: int,
    from_year: int,
    reason: str,
    by: Seat,
    version: int | None,
    at: datetime,
) -> PooledFund:
    """From a financial year on, the prepared version counts for what partners are asked. What they promised before stands, and the
    years before keep their version.

    :raises FundRefused: nothing prepared, not complete, no reason, a year that the fund has not, not an officer of the host.
    :raises GateShut: the year is closed, or a source is less than what has arrived of it, or a pot than what is set aside from it.
    :raises StaleEdit:
    """
    fund = lock_to_write(fund, by=by, version=version)
    if fund.is_draft or not is_being_written(fund):
        raise FundRefused("No new version is being prepared.")
    if lacks := lacking_of(fund):
        raise FundRefused(" ".join(lacks))
    check_reason(reason)
    check_from_year(from_year, first=fund.first_year, last=fund.last_year)
    pass_gate("fund.version", (fund, from_year))
    fund.earlier_versions = {str(year): fund.version_in(year) for year in range(fund.first_year, from_year)}
    fund.base, fund.credit_existing, fund.elsewhere_cost, fund.elsewhere = base, credit_existing, elsewhere_cost, elsewhere
    fund.doubtful_days = doubtful_days
    fund.in_force = stamp(fund, reason=reason, by=by, at=at, from_year=from_year)
    mark_changed(fund, by.person, at)
    fund.save(update_fields=["in_force", "earlier_versions", *CHOICES, *TOUCHED])
    after = {"number": fund.in_force.number, "from_year": from_year, **{name: getattr(fund, name) for name in CHOICES}}
    record(by=by, verb="put a version into force", on=fund, after=after, reason=reason.strip())
    letter = about_version(fund)
    send_soon(to=letter.to, template=letter.template, context=letter.context, by=by)
    return fund


@transaction.atomic
def discard_version(*, fund: PooledFund, by: Seat, version: int | None, at: datetime) -> None:
    """Drop what is prepared; what is in force stays.

    :raises FundRefused: nothing prepared, or not an officer of the host.
    :raises StaleEdit:
    """
    fund = lock_to_write(fund, by=by, version=version)
    if fund.is_draft or fund.in_force is None or not is_being_written(fund):
        raise FundRefused("No new version is being prepared.")
    for part in PARTS:
        part._default_manager.filter(fund=fund, cost_model=None).delete()
    _touch(fund, by=by, at=at)
    record(by=by, verb="dropped a new version", on=fund)


def _touch(fund: PooledFund, *, by: Seat, at: datetime) -> None:
    mark_changed(fund, by.person, at)
    fund.save(update_fields=list(TOUCHED))

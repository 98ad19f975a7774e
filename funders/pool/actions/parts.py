"""Cost lines, money that is there already, and parts: written while no version holds them, each change in the record."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.versions import mark_changed
from commissioning.organisations.models import Organisation
from commissioning.organisations.seat import Seat
from funders.pool.actions.funds import TOUCHED, lock_to_write
from funders.pool.models import CostLine, MemberShare, PooledAlready, PooledFund, SectorShare
from funders.pool.queries import is_being_written, years_of
from funders.pool.rules import MOST_PARTS, FundRefused, basis_for, check_line, check_parts, check_source


@transaction.atomic
def save_line(
    *,
    fund: PooledFund,
    line: CostLine | None,
    label: str,
    quantity: Decimal,
    unit: str,
    unit_cost_amount: Decimal,
    one_off_year: int | None,
    by: Seat,
    version: int | None,
    at: datetime,
) -> CostLine:
    """Add a cost line, or change one. :param one_off_year: the one year that bears the cost; None for each year.

    :raises FundRefused:
    :raises StaleEdit: of a change; what is added takes nothing from anybody.
    """
    fund = _writable(fund, by=by, version=version, adds=line is None)
    years = [year.start for year in years_of(fund)]
    check_line(quantity=quantity, unit_cost=unit_cost_amount, one_off_year=one_off_year, years=years)
    told = {"label": label, "quantity": quantity, "unit": unit, "unit_cost_amount": unit_cost_amount, "one_off_year": one_off_year}
    return _save(fund, CostLine, line, told, by=by, at=at)


@transaction.atomic
def save_source(
    *,
    fund: PooledFund,
    source: PooledAlready | None,
    label: str,
    amount: Decimal,
    sector: str,
    giver: Organisation | None,
    poolable: bool,
    condition: str,
    pot: str,
    note: str,
    by: Seat,
    version: int | None,
    at: datetime,
) -> PooledAlready:
    """Add money that is there already, or change it; zero is an answer. Without a pot it is kept in that of its giver's sector.

    :raises FundRefused:
    :raises StaleEdit: of a change.
    """
    fund = _writable(fund, by=by, version=version, adds=source is None)
    sector = giver.sector if giver else sector
    check_source(amount=amount, sector=sector, pot=pot)
    told = {"label": label, "amount": amount, "sector": sector, "giver": giver, "poolable": poolable, "condition": condition}
    return _save(fund, PooledAlready, source, {**told, "pot": pot or basis_for(sector), "note": note}, by=by, at=at)


@transaction.atomic
def remove(*, fund: PooledFund, row: CostLine | PooledAlready, by: Seat, version: int | None, at: datetime) -> None:
    """Take a cost line or a source out of what is being written. Versions keep theirs.

    :raises FundRefused:
    :raises StaleEdit:
    """
    fund = _writable(fund, by=by, version=version)
    before = {"label": row.label}
    if not type(row)._default_manager.filter(pk=row.pk, fund=fund, cost_model=None).delete()[0]:
        raise FundRefused("This has been removed already, or a version in force holds it.")
    _touch(fund, by=by, at=at)
    record(by=by, verb="removed", on=fund, before=before)


@transaction.atomic
def set_shares(
    *, fund: PooledFund, parts: Mapping[str, int], costs: Mapping[str, int | None], by: Seat, version: int | None, at: datetime
) -> None:
    """Say which sectors share the cost and in which parts, the first listed first.

    :param parts: by sector; `costs` in £ million a year, of all of them or of none.
    :raises FundRefused:
    :raises StaleEdit:
    """
    fund = _writable(fund, by=by, version=version)
    check_parts(parts, costs)
    SectorShare.objects.filter(fund=fund, cost_model=None).delete()
    SectorShare.objects.bulk_create(
        SectorShare(fund=fund, sector=sector, parts=part, cost_parts=costs.get(sector) or 0, order=order)
        for order, (sector, part) in enumerate(parts.items())
    )
    _touch(fund, by=by, at=at)
    record(by=by, verb="set the shares", on=fund, after={"parts": dict(parts), "costs": dict(costs)})


@transaction.atomic
def set_members(*, fund: PooledFund, parts: Mapping[Organisation, int], by: Seat, version: int | None, at: datetime) -> None:
    """Say the parts of partners within their sectors; one each is equal shares and needs no row.

    :raises FundRefused: a part that cannot be, or a sector whose partners all have none.
    :raises StaleEdit:
    """
    fund = _writable(fund, by=by, version=version)
    if any(not 0 <= part <= MOST_PARTS for part in parts.values()):
        raise FundRefused(f"A part must be a whole number from 0 to {MOST_PARTS:,}.")
    empty = {one.sector for one in parts} - {one.sector for one, part in parts.items() if part}
    if empty:
        raise FundRefused("At least one partner of each sector needs a part of 1 or more.")
    MemberShare.objects.filter(fund=fund, cost_model=None).delete()
    unequal = {one: part for one, part in parts.items() if part != 1}
    MemberShare.objects.bulk_create(MemberShare(fund=fund, organisation=one, parts=part) for one, part in unequal.items())
    _touch(fund, by=by, at=at)
    record(by=by, verb="set the partners' parts", on=fund, after={one.code: part for one, part in parts.items()})


def _writable(fund: PooledFund, *, by: Seat, version: int | None, adds: bool = False) -> PooledFund:
    """:raises FundRefused: an open fund of which no new version is being prepared."""
    fund = lock_to_write(fund, by=by, version=version, any_version=adds)
    if not fund.is_draft and (fund.in_force is None or not is_being_written(fund)):
        raise FundRefused("Partners see this fund. Prepare a new version first, then change that.")
    return fund


def _save(fund: PooledFund, kind: Any, row: Any, told: dict[str, Any], *, by: Seat, at: datetime) -> Any:
    rows = kind.objects.filter(fund=fund, cost_model=None)
    if row is None:
        last = rows.order_by("-order").values_list("order", flat=True).first()
        row = kind.objects.create(fund=fund, order=0 if last is None else last + 1, **told)
        record(by=by, verb="added", on=fund, after=told)
    else:
        row = rows.filter(pk=row.pk).first()
        if row is None:
            raise FundRefused("This has been removed already, or a version in force holds it.")
        before = {name: getattr(row, name) for name in told}
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=list(told))
        record(by=by, verb="changed", on=fund, before=before, after=told)
    _touch(fund, by=by, at=at)
    return row


def _touch(fund: PooledFund, *, by: Seat, at: datetime) -> None:
    mark_changed(fund, by.person, at)
    fund.save(update_fields=list(TOUCHED))

"""Set up a fund, change what it is while it is a draft, open it to its partners."""

from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.constraints import register_words
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.mail import send_soon
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.models import Person
from commissioning.organisations.seat import Seat
from funders.pool.actions.stamping import stamp
from funders.pool.messages import about_opening
from funders.pool.models import PooledFund
from funders.pool.permissions import can_set_up, can_write, managers_for
from funders.pool.queries import lacking_of
from funders.pool.rules import TAKEN, FundRefused, check_details, check_reason
from funders.pool.states import NEXT, FundState

DETAILS = (
    "name", "code", "first_year", "last_year", "base", "credit_existing", "elsewhere_cost", "elsewhere", "doubtful_days",
    "source",
)  # fmt: skip
TOUCHED = ("version", "changed_at", "changed_by")
# A draft of another host is not seen, so only the database knows that it has the name already.
register_words({"funders_pooledfund_code_key": TAKEN})


def lock(fund: PooledFund) -> PooledFund:
    """The fund as it is now, held until the end of the transaction: money that comes in, and promises that are taken back, wait for each other."""
    return PooledFund.objects.select_for_update(no_key=True, of=("self",)).select_related("host").get(pk=fund.pk)


def lock_to_write(fund: PooledFund, *, by: Seat, version: int | None, any_version: bool = False) -> PooledFund:
    """The same for its host, against the version that the person read.

    :raises FundRefused: not an officer of the host.
    :raises StaleEdit: with who changed it last, and when.
    """
    if not can_write(by, fund):
        raise FundRefused("Only a lead officer or commissioner of the host partner can change the fund.")
    rows = PooledFund.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("host", "in_force", "pool_manager", "changed_by").get(pk=fund.pk)
    if not any_version:
        check_version(found, version)
    return found


@transaction.atomic
def set_up(*, pool_manager: Person, by: Seat, at: datetime, **details: Any) -> PooledFund:
    """Begin a fund of the seat's own organisation, as a draft that only this organisation sees.

    :param details: a value for each of `DETAILS`.
    :raises FundRefused: not an officer who may, a code that is taken, years that cannot be.
    """
    if not can_set_up(by):
        raise FundRefused("Only a lead officer or commissioner of a commissioning organisation sets up a fund.")
    _check(details, pool_manager, by)
    last = PooledFund.objects.order_by("-order").values_list("order", flat=True).first() or 0
    made = PooledFund(host=by.on_behalf_of, state=FundState.DRAFT, pool_manager=pool_manager, order=last + 1, **details)
    made.changed_at, made.changed_by = at, by.person
    made.save()
    record(by=by, verb="set up", on=made, after=_told(made))
    return made


@transaction.atomic
def change_details(*, fund: PooledFund, pool_manager: Person, by: Seat, version: int | None, at: datetime, **details: Any) -> PooledFund:
    """Change what a draft is called, when it runs and what its host chose.

    :raises FundRefused: open to partners already, not an officer of the host, or as in `set_up`.
    :raises StaleEdit:
    """
    fund = lock_to_write(fund, by=by, version=version)
    if not fund.is_draft:
        raise FundRefused("Partners see this fund already. Requirement and shares change by a new version; its name and years stay.")
    _check(details, pool_manager, by, fund)
    before = _told(fund)
    for name, value in {**details, "pool_manager": pool_manager}.items():
        setattr(fund, name, value)
    mark_changed(fund, by.person, at)
    fund.save(update_fields=[*DETAILS, "pool_manager", *TOUCHED])
    record(by=by, verb="changed", on=fund, before=before, after=_told(fund))
    return fund


@transaction.atomic
def open_to_partners(*, fund: PooledFund, reason: str, by: Seat, version: int | None, at: datetime) -> PooledFund:
    """Let the partners see the fund, and ask them: what is written becomes its first version.

    :raises FundRefused: not ready, no reason, not an officer of the host.
    :raises MoveRefused: open already.
    :raises StaleEdit:
    """
    fund = lock_to_write(fund, by=by, version=version)
    check_move(FundState, NEXT, fund.state, FundState.OPEN)
    if lacks := lacking_of(fund):
        raise FundRefused(" ".join(lacks))
    check_reason(reason)
    fund.in_force = stamp(fund, reason=reason, by=by, at=at)
    fund.state, fund.opened_at, fund.opened_by = FundState.OPEN, at, by.person
    mark_changed(fund, by.person, at)
    fund.save(update_fields=["in_force", "state", "opened_at", "opened_by", *TOUCHED])
    record(by=by, verb="opened to partners", on=fund, after={"version": fund.in_force.number}, reason=reason.strip())
    letter = about_opening(fund)
    send_soon(to=letter.to, template=letter.template, context=letter.context, by=by)
    return fund


def _check(details: dict[str, Any], pool_manager: Person, by: Seat, fund: PooledFund | None = None) -> None:
    same = PooledFund.objects.filter(code=details["code"])
    others = same.exclude(pk=fund.pk) if fund else same
    years = {"first_year": details["first_year"], "last_year": details["last_year"]}
    check_details(code=details["code"], taken=others.exists(), **years)
    if not managers_for(by).filter(pk=pool_manager.pk).exists():
        raise FundRefused("The pool manager must be a finance officer of your organisation.", field="pool_manager")


def _told(fund: PooledFund) -> dict[str, Any]:
    return {**{name: getattr(fund, name) for name in DETAILS}, "pool_manager": str(fund.pool_manager)}

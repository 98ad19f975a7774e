"""Propose, confirm, withdraw an override; tell hosts of contracts that run into years without money."""

from datetime import datetime

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.evaluation.queries.panel import is_tied
from commissioning.kernel.life_cycle import check_move
from commissioning.kernel.postgres.scope import rls_scope
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import in_london
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import Tender
from funders.contributions.actions import send, stale
from funders.cover.messages import about_alert, about_confirmation, about_proposal, about_withdrawal
from funders.cover.models import CoverAlert, Override
from funders.cover.permissions import can_confirm, can_propose, can_withdraw
from funders.cover.queries import alerts_due, cover_of, uncovered_of, was_used
from funders.cover.rules import OverrideRefused, check_confirmation, check_proposal, check_reason, kept, read
from funders.cover.states import NEXT, OverrideState
from funders.pool.actions import lock
from funders.statements.queries import Alert, fund_of_tender

CHANGEABLE = (
    *("version", "changed_at", "changed_by", "state", "partner", "confirmed_at", "confirmed_by"),
    *("withdrawn_at", "withdrawn_by", "withdrawn_because"),
)


@transaction.atomic
def propose(*, tender: Tender, reason: str, by: Seat, at: datetime) -> Override:
    """Ask a second signatory to let the uncovered years of a tender pass, with the figures as they stand now. Nothing passes yet.

    :raises OverrideRefused: not the commissioner's lead officer, no reason, nothing uncovered, or a proposal that waits already.
    """
    tender = _held(tender)
    if not can_propose(by, tender):
        raise OverrideRefused("Only a lead officer of the commissioner proposes an override, and only until the tender is contracted.")
    check_reason(reason)
    fund = fund_of_tender(tender)
    if fund is None:
        raise OverrideRefused("This tender names no fund that is open. Choose the pooled fund that pays first.")
    fund = lock(fund)
    cover = cover_of(tender, fund)
    check_proposal(uncovered=cover.uncovered, waits=cover.waiting is not None, shut=bool(cover.shut))
    told = {
        "tender": tender,
        "fund": fund,
        "commissioner_id": tender.commissioner_id,
        "reason": reason.strip(),
        "years": kept(cover.uncovered),
    }
    made = Override.objects.create(proposed_at=at, proposed_by=by.actor, **told)
    record(by=by, verb="proposed", on=made, after={"tender": tender.reference, "fund": fund.code, "years": made.years}, reason=made.reason)
    send(about_proposal(made), by=by)
    return made


@transaction.atomic
def confirm(*, override: Override, by: Seat, version: int | None, at: datetime) -> Override:
    """The second signature, of another partner: the gates of the tender open as far as the figures that both have signed.

    :raises OverrideRefused: the wrong person, more is missing than was proposed, or nothing any more.
    :raises StaleEdit:
    """
    override = _locked(override, version)
    if not can_confirm(by, override):
        raise OverrideRefused("A lead officer or funder approver of another partner confirms, once, and not who proposed it.")
    if is_tied(by.actor, override.tender):
        raise OverrideRefused("You belong to an organisation that bids for this tender, so you do not sign its override.")
    check_move(OverrideState, NEXT, override.state, OverrideState.CONFIRMED)
    check_confirmation(proposed=read(override.years), now=uncovered_of(override.tender, override.fund))
    override.state, override.partner = OverrideState.CONFIRMED, by.on_behalf_of
    override.confirmed_at, override.confirmed_by = at, by.person
    return _moved(override, "confirmed", by=by, at=at)


@transaction.atomic
def withdraw(*, override: Override, reason: str, by: Seat, version: int | None, at: datetime) -> Override:
    """Either organisation takes it back while it was not used. It stays with both reasons.

    :raises OverrideRefused: neither organisation's officer, no reason, or the tender went on because of it.
    :raises StaleEdit:
    """
    override = _locked(override, version)
    if not can_withdraw(by, override):
        raise OverrideRefused("Only the two organisations that sign an override withdraw it, once.")
    check_move(OverrideState, NEXT, override.state, OverrideState.WITHDRAWN)
    check_reason(reason)
    if was_used(override):
        raise OverrideRefused("The tender has gone on since both signed, so this override can no longer be withdrawn.")
    override.state, override.withdrawn_because = OverrideState.WITHDRAWN, reason.strip()
    override.withdrawn_at, override.withdrawn_by = at, by.person
    return _moved(override, "withdrawn", by=by, at=at, reason=reason.strip())


def alert(now: datetime) -> int:
    """Tell hosts, once for each contract and year, of contracts that start or go on within 90 days into a year without money."""
    return sum(_tell(one, now) for one in alerts_due(in_london(now).date()))


def _tell(one: Alert, now: datetime) -> bool:
    with rls_scope([one.fund.host_id]):
        told = {"fund": one.fund, "host_id": one.fund.host_id, "sent_on_clock": now}
        told |= {"missing_amount": one.found.missing, "needed_amount": one.found.needed}
        _, is_new = CoverAlert.objects.get_or_create(contract_id=one.found.contract, year=one.year, defaults=told)
        if is_new:
            send(about_alert(one), by=Seat.system())
    return is_new


def _held(tender: Tender) -> Tender:
    """The tender as it is now, held: nobody publishes it meanwhile."""
    return Tender.objects.select_for_update(no_key=True, of=("self",)).select_related("commissioner").get(pk=tender.pk)


def _locked(override: Override, version: int | None) -> Override:
    """:raises StaleEdit: with who changed it last, and when."""
    _held(override.tender)
    lock(override.fund)
    rows = Override.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("tender", "fund", "commissioner", "partner", "proposed_by", "changed_by").filter(pk=override.pk).first()
    if found is None or version != found.version:
        raise stale(found, found.version if found else None)
    return found


def _moved(override: Override, verb: str, *, by: Seat, at: datetime, reason: str = "") -> Override:
    """What the database lets change of an override; its figures and its reason never do."""
    mark_changed(override, by.person, at)
    override.save(update_fields=CHANGEABLE)
    record(by=by, verb=verb, on=override, after={"tender": override.tender.reference, "years": override.years}, reason=reason)
    send((about_confirmation if verb == "confirmed" else about_withdrawal)(override), by=by)
    return override

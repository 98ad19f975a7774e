"""The opening: two named officers of different organisations, one event, after the deadline by the database's clock."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction

from commissioning.audit.actions import record, refused
from commissioning.bids.messages import officers_to_alarm
from commissioning.bids.models import OpeningConsent, OpeningMinutes, Submission
from commissioning.bids.permissions import can_open
from commissioning.bids.queries import database_now
from commissioning.bids.rules import TOGETHER, OpeningRefused, SealBroken, check_seal
from commissioning.kernel import uploads
from commissioning.kernel.mail import send_soon
from commissioning.kernel.words import at
from commissioning.organisations.seat import Seat
from commissioning.tenders.actions import close_if_due
from commissioning.tenders.models import SeatKind, Tender
from commissioning.tenders.states import TenderState


@dataclass(frozen=True)
class Opening:
    """What an officer's consent led to: minutes, when it was the second one; an alarm, when a seal was found broken."""

    minutes: OpeningMinutes | None = None
    alarm: str = ""


def consent_to_open(*, tender: Tender, by: Seat) -> Opening:
    """An officer's word to open now. The second one, of another organisation and within 15 minutes, opens the bids.

    A bid that is not what its receipt says blocks the opening: nothing is opened, officers and auditors are told.

    :raises OpeningRefused: before the deadline, opened already, or not a named officer.
    """
    close_if_due(tender=tender)
    try:
        with transaction.atomic():
            return Opening(minutes=_consent(tender, by))
    except SealBroken as broken:
        _alarm(tender, by, str(broken))
        return Opening(alarm=str(broken))


def _consent(tender: Tender, by: Seat) -> OpeningMinutes | None:
    tender = Tender.objects.select_for_update(of=("self",)).get(pk=tender.pk)
    if not can_open(by, tender):
        raise OpeningRefused("Only a named opening officer opens the bids of this tender.")
    if tender.opened_at:
        raise OpeningRefused(f"The bids were opened on {at(tender.opened_at)}. That happens once.")
    if tender.state != TenderState.CLOSED:
        raise OpeningRefused(f"The bids stay sealed until the deadline {at(tender.deadline)} has passed.")
    now = database_now()
    OpeningConsent.objects.filter(tender=tender, organisation=by.organisation).delete()
    OpeningConsent.objects.create(tender=tender, organisation=by.on_behalf_of, given_by=by.actor, given_at=now)
    standing = OpeningConsent.objects.filter(tender=tender, given_at__gt=now - TOGETHER)
    record(by=by, verb="consented to open", on=tender)
    if standing.values("organisation").distinct().count() < 2:
        return None
    return _open(tender, by)


def _open(tender: Tender, by: Seat) -> OpeningMinutes:
    """One event: opened, every hash recomputed, minutes written; or nothing at all."""
    others = _opened_by_database(tender)
    tender.refresh_from_db()
    submissions = list(Submission.objects.filter(tender=tender, opened_on_clock__isnull=False).select_related("organisation", "bid"))
    submissions.sort(key=lambda one: one.received_at)
    for one in submissions:
        check_seal(receipt=one.receipt, content=one.content, sha256=one.sha256, files=_file_hashes(one))
    tender.receipt_hashes = [{"received_at": one.received_at.isoformat(), "sha256": one.sha256} for one in submissions]
    tender.save(update_fields=["receipt_hashes"])
    minutes = OpeningMinutes.objects.create(
        tender=tender,
        opened_at=tender.opened_at,  # type: ignore[misc]  # the database has just set it
        opened_by=by.actor,
        officers=_officers(tender),
        bids=[_entry(one) for one in submissions],
        withdrawn=others["withdrawn"],
        late=others["late"],
    )
    record(by=by, verb="opened the bids of", on=tender, after={"bids": len(submissions)})
    return minutes


def _opened_by_database(tender: Tender) -> dict[str, Any]:
    """:raises OpeningRefused: when the database's own rules say no."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT portal_open_bids(%s)", [tender.pk])
            found = cursor.fetchone()[0]
    except DatabaseError as error:
        if "portal_" not in str(error):
            raise
        raise OpeningRefused("The bids cannot be opened now: two named officers of different organisations, after the deadline.") from None
    return json.loads(found) if isinstance(found, str) else found


def _file_hashes(submission: Submission) -> dict[str, str]:
    """What is stored now. A file that is gone has no hash."""
    listed = {one["reference"] for one in submission.content.get("files", [])}
    found = {}
    for one in submission.bid.attachments.filter(reference__in=listed):
        try:
            found[one.reference] = uploads.sha256_of(str(one.file.name))
        except OSError:
            found[one.reference] = ""
    return found


def _entry(one: Submission) -> dict[str, Any]:
    return {
        "organisation": one.organisation.name,
        "receipt": one.receipt,
        "version": one.number,
        "received_at": one.received_at.isoformat(),
        "sha256": one.sha256,
        "lots": [lot["lot"] for lot in one.content["lots"]],
        "files": len(one.content["files"]),
    }


def _officers(tender: Tender) -> list[dict[str, str]]:
    consents = OpeningConsent.objects.filter(tender=tender).select_related("given_by", "organisation").order_by("given_at")
    return [
        {"officer": one.given_by.job_title, "organisation": one.organisation.name, "at": one.given_at.isoformat()}
        for one in consents
        if tender.seats.filter(person=one.given_by, organisation=one.organisation, kind=SeatKind.OPENER).exists()
    ]


def _alarm(tender: Tender, by: Seat, sentence: str) -> None:
    """Both organisations' officers and auditors are told to look; the record names the receipt, the e-mail nothing."""
    refused(by=by, on=tender, reason=sentence)
    send_soon(to=officers_to_alarm(tender), template="emails/seal_broken.txt", context={}, by=by)

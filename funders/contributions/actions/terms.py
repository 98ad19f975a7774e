"""On what a contribution rests and what it may pay for; and the files that show what was decided."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel import uploads
from commissioning.kernel.gates import pass_gate
from commissioning.organisations.seat import Seat
from funders.contributions.actions.writing import locked, locked_one, save, send, write_events
from funders.contributions.messages import about_step
from funders.contributions.models import Contribution, ContributionEvent, Evidence, Step
from funders.contributions.permissions import can_add_evidence, can_set_terms
from funders.contributions.queries import district_codes, purposes_of, restriction_of
from funders.contributions.rules import Restriction, TermsRefused, check_terms
from funders.pool.actions import lock


@transaction.atomic
def set_terms(
    *,
    contribution: Contribution,
    pot: str,
    purpose: str,
    districts: Collection[str],
    use_until: date | None,
    by: Seat,
    version: int | None,
    at: datetime,
) -> Contribution:
    """Name the legal basis, and limit what the money may pay for. What is left empty does not limit.

    :param districts: GSS codes.
    :raises TermsRefused: not the partner's own, or a basis, purpose, district or day that cannot be.
    :raises GateShut: it is counter-signed.
    :raises StaleEdit:
    """
    contribution = locked_one(contribution, version)
    if not can_set_terms(by, contribution):
        raise TermsRefused("A funder officer sets the terms of a pledge, a funder approver those of agreed money.")
    wanted = Restriction(purpose, frozenset(districts), use_until)
    check_terms(
        restriction=wanted,
        pot=pot,
        purposes=purposes_of(contribution.fund),
        districts=district_codes(),
        year=contribution.year,
        sector=contribution.funder.sector,
    )
    lock(contribution.fund)
    pass_gate("contribution.terms", contribution)
    before = _as_said(restriction_of(contribution), contribution.pot)
    contribution.pot, contribution.purpose = pot, purpose
    contribution.districts, contribution.use_until = sorted(wanted.districts), use_until
    save(contribution, by=by, at=at)
    write_events([contribution], by=by, at=at, step=Step.TERMS)
    record(by=by, verb="set the terms of", on=contribution, before=before, after=_as_said(wanted, pot))
    send(about_step(contribution, Step.TERMS.label.lower()), by=by)
    return contribution


@transaction.atomic
def add_evidence(*, event: ContributionEvent, file: UploadedFile, by: Seat, at: datetime) -> Evidence:
    """Keep the one file of a dated step, for example the grant letter. The same file once more changes nothing.

    :raises TermsRefused: not the partner's own, or the step has another file already.
    :raises UploadRefused: not a file that can be kept.
    """
    if not can_add_evidence(by, event):
        raise TermsRefused("Only officers and approvers of the partner itself hand in evidence for its contributions.")
    locked(Contribution.objects.filter(pk=event.contribution_id))
    upload = uploads.checked(file)
    if found := Evidence.objects.filter(event=event).first():
        if found.sha256 == upload.sha256:
            return found
        raise TermsRefused("This step has a file already, and it stays. Add yours to another step.", field="file")
    made = Evidence.objects.create(
        event=event,
        funder=event.funder,
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        file=uploads.keep(upload, "contributions"),
        added_at=at,
        added_by=by.actor,
    )
    after = {"contribution": event.contribution.reference, "step": event.said, "sha256": upload.sha256}
    record(by=by, verb="added evidence", on=made, after=after)
    return made


def _as_said(terms: Restriction, pot: str) -> dict[str, object]:
    return {"pot": pot, "purpose": terms.purpose, "districts": sorted(terms.districts), "use_until": terms.until}

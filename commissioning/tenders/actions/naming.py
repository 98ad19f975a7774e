"""Who opens and who marks, and the conflicts assessment that stands before any of it."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from commissioning.audit.actions import record
from commissioning.kernel.versions import check_version, mark_changed
from commissioning.organisations.models import Membership
from commissioning.organisations.seat import Seat
from commissioning.tenders.models import SeatKind, Tender, TenderSeat
from commissioning.tenders.permissions import can_edit, can_name_people
from commissioning.tenders.queries import candidates
from commissioning.tenders.rules import TenderRefused


@transaction.atomic
def name_people(
    *,
    tender: Tender,
    version: int | None,
    openers: Iterable[Membership],
    evaluators: Iterable[Membership],
    by: Seat,
    now: datetime.datetime,
    assessment: str | None = None,
) -> Tender:
    """The opening officers and evaluators of a tender become these people, each for the organisation of the membership.

    :param assessment: who may influence the tender, with which interests, and what is done (Procurement Act 2023,
        sections 81 to 83); None leaves it as it is. It stands still once the tender is published.
    :raises TenderRefused: too late, not a fitting role, from a provider, or both parts for one person.
    """
    tender = Tender.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=tender.pk)
    if not can_name_people(by, tender):
        raise TenderRefused("People are named by the commissioner, and only until the bids are opened.")
    check_version(tender, version)
    wanted = {SeatKind.OPENER: list(openers), SeatKind.EVALUATOR: list(evaluators)}
    _check_apart(wanted)
    before: dict[str, Any] = dict(_names(tender))
    after: dict[str, Any] = {}
    for kind, people in wanted.items():
        _check_fit(kind, people)
        _set_seats(tender, kind, people, by)
        after[kind.label] = sorted(_words(one) for one in people)
    if assessment is not None and assessment != tender.conflicts_assessment:
        _check_draft(tender, by)
        before["conflicts assessment"], after["conflicts assessment"] = tender.conflicts_assessment, assessment
        tender.conflicts_assessment = assessment
    mark_changed(tender, by.person, now)
    tender.save()
    record(by=by, verb="named the people of", on=tender, before=before, after=after)
    return tender


def _check_apart(wanted: dict[SeatKind, list[Membership]]) -> None:
    if {one.person_id for one in wanted[SeatKind.OPENER]} & {one.person_id for one in wanted[SeatKind.EVALUATOR]}:
        raise TenderRefused("The same person cannot open the bids and mark them: who opens sees the bidders' names.", field="evaluators")


def _check_fit(kind: SeatKind, people: list[Membership]) -> None:
    fitting = {(one.person_id, one.organisation_id) for one in candidates(kind)}
    for one in people:
        if one.organisation.is_provider:
            raise TenderRefused(f"{one.organisation} is a provider and may bid, so nobody of it opens or marks bids.")
        if (one.person_id, one.organisation_id) not in fitting:
            role = "a commissioner or lead officer of a commissioning partner" if kind == SeatKind.OPENER else "an evaluator of a partner"
            raise TenderRefused(f"{_words(one)} is not {role}.")


def _check_draft(tender: Tender, by: Seat) -> None:
    if not can_edit(by, tender):
        raise TenderRefused("The conflicts assessment is part of the published tender and stands as it is.", field="assessment")


def _set_seats(tender: Tender, kind: SeatKind, people: list[Membership], by: Seat) -> None:
    wanted = {one.person_id: one for one in people}
    for seat in tender.seats.filter(kind=kind):
        if seat.person_id in wanted and seat.organisation_id == wanted[seat.person_id].organisation_id:
            del wanted[seat.person_id]
        else:
            seat.delete()
    TenderSeat.objects.bulk_create(
        TenderSeat(tender=tender, kind=kind, person=one.person, organisation=one.organisation, given_by=by.person)
        for one in wanted.values()
    )


def _names(tender: Tender) -> dict[str, object]:
    seats = list(tender.seats.select_related("person", "organisation"))
    return {kind.label: sorted(_words(one) for one in seats if one.kind == kind) for kind in SeatKind}


def _words(one: Membership | TenderSeat) -> str:
    return f"{one.person}, {one.organisation}"

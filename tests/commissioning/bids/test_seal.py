"""A word in a bid is in no answer to anybody but the bidder, on any address, until the opening; then only where it may be."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from commissioning.audit.models import AuditEntry
from commissioning.bids.actions import attach, consent_to_open, note_late, save_answer, submit, withdraw
from commissioning.bids.models import Bid
from commissioning.kernel.models import Job, OnceToken
from commissioning.organisations.roles import Role
from commissioning.organisations.routes import routes
from commissioning.tenders.models import SeatKind, TenderSeat
from tests.commissioning.bids.conftest import a_bidder, draft_of, pass_deadline, pdf
from tests.factories import make_person, make_seat

CANARY = "quetzalcoatlus"
FILE_CANARY = "ornithopter.pdf"
ALL_ROLES = tuple(Role)
NEVER_WALKED = {"account_logout"}


@pytest.fixture
def planted(tender, bidder, rival):
    """A draft, a submitted bid with a later unsubmitted change, a withdrawn one; each with the word in it."""
    drafting, withdrawing = a_bidder(), a_bidder()
    draft = draft_of(tender, drafting, f"{CANARY} in a draft")
    attach(bid=draft, file=pdf(FILE_CANARY, CANARY.encode()), by=drafting)
    sent = draft_of(tender, bidder, f"{CANARY} as submitted")
    attach(bid=sent, file=pdf(FILE_CANARY, CANARY.encode() * 2), by=bidder)
    submission = submit(bid=sent, by=bidder, now=timezone.now())
    offer, criterion = sent.offers.first(), tender.criteria.first()
    save_answer(bid=sent, offer=offer, criterion=criterion, version=1, text=f"{CANARY} typed later", by=bidder)
    gone = draft_of(tender, withdrawing, f"{CANARY} withdrawn")
    submit(bid=gone, by=withdrawing, now=timezone.now())
    withdraw(bid=gone, by=withdrawing, now=timezone.now())
    files = [one.reference for one in (*draft.attachments.all(), *sent.attachments.all())]
    bids = [one.reference for one in (draft, sent, gone)]
    known = [tender.reference, bids[1], files[0], submission.receipt]
    return {"submission": submission, "references": known, "bids": bids, "unasked": [bids[0], bids[2]]}


@pytest.fixture
def readers(tender, officer, rival):
    """Everybody else, each with every role at once: a superuser of the commissioner who opens and marks too, a rival, a visitor."""
    superuser = make_seat(*ALL_ROLES, organisation=officer.organisation, person=make_person(is_superuser=True))
    for kind in SeatKind:
        parts = {"person": superuser.person, "organisation": superuser.organisation, "given_by": tender.created_by}
        TenderSeat.objects.create(tender=tender, kind=kind, **parts)
    competing = make_seat(*ALL_ROLES, organisation=rival.organisation)
    return {"superuser": superuser, "rival": competing, "visitor": None}


ABOUT_TENDERS = {"tenders", "bids", "evaluation", "contracts", "publication", "audit"}


def addresses(references):
    """Every address of the portal, each placeholder filled with what a curious person might know; lists as CSV too."""
    for route in routes():
        if route.name in NEVER_WALKED or route.path.startswith("/account/"):
            continue
        numbers = {name: 1 for name, kind in route.arguments.items() if kind == "int"}
        words = [name for name, kind in route.arguments.items() if kind in ("slug", "str")]
        if not words:
            yield route.url(**numbers)
            yield f"{route.url(**numbers)}?format=csv&search={CANARY}"
        known = references if route.slice_name in ABOUT_TENDERS else references[:1]
        for reference in known if words else ():
            yield route.url(**numbers, **dict.fromkeys(words, reference))


def commit_audit():
    """What a commit would do: link the entries of the audit trail."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def leaks_to(client, planted, secrets):
    """Addresses whose answer holds a secret; what the reader asked for is not told by echoing it in a search box."""
    found = []
    for address in addresses(planted["references"]):
        commit_audit()
        body = body_of(client.get(address))
        asked = address.encode()
        found += [f"{address}: {one.decode()}" for one in secrets if one in body.replace(asked, b"") and one not in asked]
    return found


@pytest.mark.parametrize("who", ["superuser", "rival", "visitor"])
def test_no_address_gives_a_bid_away(client_for, planted, readers, caplog, who):
    """The application's own filters, without the database's walls behind them."""
    seat = readers[who]
    client = client_for(seat) if seat else Client()
    submission = planted["submission"]
    secrets = [CANARY.encode(), FILE_CANARY.encode(), submission.sha256.encode(), *(one.encode() for one in planted["unasked"])]
    assert leaks_to(client, planted, secrets) == []
    assert CANARY not in caplog.text


def test_the_walls_hold_even_for_one_who_has_every_role(client_for, planted, readers, as_app):
    """The same walk as the web's database role: nothing is looser there, and no page breaks on what it may not see."""
    client = client_for(readers["superuser"])
    with as_app():
        found = leaks_to(client, planted, [CANARY.encode(), FILE_CANARY.encode()])
        assert found == []


def test_nothing_outside_the_bid_holds_its_words(planted, tender, bidder):
    rows = [*AuditEntry.objects.values(), *Job.objects.values(), *OnceToken.objects.values()]
    assert CANARY not in json.dumps(rows, default=str)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, '') FROM django_session")
        assert CANARY not in str(cursor.fetchone()[0])


def test_the_trail_of_a_bid_is_for_its_own_organisation_until_the_opening(planted, tender, officer, other_officer, bidder, as_app):
    about = AuditEntry.objects.filter(object_reference__in=planted["bids"])
    with as_app(officer.organisation, auditor=True):
        assert list(about.all()) == []
    with as_app(bidder.organisation):
        assert {entry.organisation_id for entry in about.all()} == {bidder.organisation_id}
    pass_deadline(tender)
    for one in (officer, other_officer):
        consent_to_open(tender=tender, by=one)
    with as_app(auditor=True):
        assert "submitted" in {entry.verb for entry in about.all()}


def test_after_the_opening_only_what_was_submitted_is_shown(planted, tender, officer, other_officer, as_app):
    pass_deadline(tender)
    late = a_bidder()
    Bid.objects.create(tender=tender, organisation=late.organisation)
    note_late(bid=Bid.objects.get(organisation=late.organisation), by=late)
    for one in (officer, other_officer):
        consent_to_open(tender=tender, by=one)
    with as_app(officer.organisation):
        texts = {answer.text for bid in Bid.objects.all() for offer in bid.offers.all() for answer in offer.answers.all()}
        assert texts == {f"{CANARY} as submitted"}


def test_files_on_disk_do_not_carry_their_names(planted, tmp_path):
    names = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert len(names) == 2
    assert not [name for name in names if "ornithopter" in name or "." in name]

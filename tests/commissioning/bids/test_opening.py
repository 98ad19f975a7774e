from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from commissioning.audit.models import AuditEntry
from commissioning.bids.actions import attach, consent_to_open, note_late, submit, withdraw
from commissioning.bids.models import Bid, OpeningConsent, OpeningMinutes
from commissioning.bids.rules import OpeningRefused
from commissioning.bids.states import BidState
from commissioning.kernel.models import Job
from commissioning.organisations.roles import Role
from commissioning.tenders.states import TenderState
from tests.commissioning.bids.conftest import a_bidder, draft_of, name_opener, pass_deadline, pdf
from tests.factories import make_seat


@pytest.fixture
def submitted(tender, bid, bidder):
    attach(bid=bid, file=pdf(), by=bidder)
    submission = submit(bid=bid, by=bidder, now=timezone.now())
    pass_deadline(tender)
    return submission


def open_by(tender, *officers):
    return [consent_to_open(tender=tender, by=one) for one in officers][-1]


class TestTwoOfficers:
    def test_the_first_word_opens_nothing(self, tender, submitted, officer):
        opening = open_by(tender, officer)
        tender.refresh_from_db()
        assert (opening.minutes, tender.state) == (None, TenderState.CLOSED)

    def test_the_second_word_of_another_organisation_opens(self, tender, submitted, officer, other_officer):
        minutes = open_by(tender, officer, other_officer).minutes
        tender.refresh_from_db()
        submitted.refresh_from_db()
        assert (tender.state, tender.opened_by) == (TenderState.OPENED, other_officer.person)
        assert [one["organisation"] for one in minutes.bids] == [submitted.organisation.name]
        assert minutes.bids[0]["sha256"] == submitted.sha256
        assert [one["organisation"] for one in minutes.officers] == [officer.organisation.name, other_officer.organisation.name]
        assert submitted.bid.state == BidState.OPENED
        assert submitted.bid.code_name == "Bidder A"

    def test_the_same_officer_twice_is_one(self, tender, submitted, officer):
        assert open_by(tender, officer, officer).minutes is None

    def test_a_colleague_of_the_first_is_no_second(self, tender, submitted, officer):
        colleague = make_seat(Role.COMMISSIONER, organisation=officer.organisation)
        name_opener(tender, colleague)
        assert open_by(tender, officer, colleague).minutes is None

    def test_who_is_not_named_does_not_open(self, tender, submitted, officer):
        for seat in (make_seat(Role.LEAD_OFFICER, organisation=officer.organisation), make_seat(Role.COMMISSIONER)):
            with pytest.raises(OpeningRefused, match="Only a named opening officer"):
                open_by(tender, seat)

    def test_an_officer_who_acts_for_another_organisation_now_does_not_open(self, tender, submitted, officer):
        elsewhere = make_seat(Role.COMMISSIONER, person=officer.person)
        with pytest.raises(OpeningRefused):
            open_by(tender, elsewhere)

    def test_a_word_stands_for_fifteen_minutes(self, tender, submitted, officer, other_officer):
        open_by(tender, officer)
        OpeningConsent.objects.update(given_at=timezone.now() - timedelta(minutes=15, seconds=1))
        assert open_by(tender, other_officer).minutes is None
        assert open_by(tender, officer).minutes is not None

    def test_bids_are_opened_once(self, tender, submitted, officer, other_officer):
        open_by(tender, officer, other_officer)
        with pytest.raises(OpeningRefused, match="That happens once"):
            open_by(tender, officer)

    def test_nothing_is_opened_before_the_deadline(self, tender, bid, officer):
        with pytest.raises(OpeningRefused, match="stay sealed until the deadline"):
            open_by(tender, officer)

    def test_an_abandoned_tender_is_never_opened(self, tender, submitted, officer):
        tender.state = TenderState.ABANDONED
        tender.save()
        with pytest.raises(OpeningRefused):
            open_by(tender, officer)


def test_a_tender_without_bids_is_opened_and_says_so(tender, officer, other_officer):
    pass_deadline(tender)
    assert open_by(tender, officer, other_officer).minutes.bids == []


def test_withdrawn_and_late_bids_are_named_by_organisation_and_time_only(tender, bid, bidder, rival, officer, other_officer):
    submit(bid=bid, by=bidder, now=timezone.now())
    withdraw(bid=bid, by=bidder, now=timezone.now())
    late = draft_of(tender, rival, "Late words")
    pass_deadline(tender)
    note_late(bid=late, by=rival)
    minutes = open_by(tender, officer, other_officer).minutes
    assert [(one["organisation"], set(one)) for one in minutes.withdrawn] == [(bidder.organisation.name, {"organisation", "at"})]
    assert [(one["organisation"], set(one)) for one in minutes.late] == [(rival.organisation.name, {"organisation", "at"})]
    assert minutes.bids == []
    late.refresh_from_db()
    assert late.opened_on_clock is None


def test_the_hashes_stand_in_the_order_of_receipt(tender, officer, other_officer):
    receipts = []
    for _ in range(3):
        seat = a_bidder()
        receipts.append(submit(bid=draft_of(tender, seat), by=seat, now=timezone.now()).sha256)
    pass_deadline(tender)
    open_by(tender, officer, other_officer)
    tender.refresh_from_db()
    assert [one["sha256"] for one in tender.receipt_hashes] == receipts
    assert sorted(Bid.objects.values_list("code_name", flat=True)) == ["Bidder A", "Bidder B", "Bidder C"]


class TestBrokenSeal:
    def tamper(self, submission, change):
        with connection.cursor() as cursor:
            if change == "content":
                cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, as for somebody with the whole server
                changed = """UPDATE commissioning_submission SET content = jsonb_set(content, '{organisation}', '"Other"') WHERE id = %s"""
                cursor.execute(changed, [submission.pk])
                cursor.execute("SET LOCAL session_replication_role = origin")
        attachment = submission.bid.attachments.get()
        if change == "file":
            attachment.file.storage.delete(attachment.file.name)
            attachment.file.storage.save(attachment.file.name, pdf(words=b"another"))
        if change == "no file":
            attachment.file.storage.delete(attachment.file.name)

    @pytest.mark.parametrize("change", ["content", "file", "no file"])
    def test_it_blocks_and_alarms(self, tender, submitted, officer, other_officer, change):
        auditor = make_seat(Role.AUDITOR)
        self.tamper(submitted, change)
        opening = open_by(tender, officer, other_officer)
        assert opening.minutes is None
        assert submitted.receipt in opening.alarm
        tender.refresh_from_db()
        submitted.bid.refresh_from_db()
        assert (tender.state, submitted.bid.state) == (TenderState.CLOSED, BidState.SUBMITTED)
        assert OpeningMinutes.objects.count() == 0
        told = {job.arguments["to"] for job in Job.objects.filter(name="kernel.send_mail")}
        assert told == {one.person.email for one in (officer, other_officer, auditor)}
        assert AuditEntry.objects.filter(verb="was refused", reason__contains=submitted.receipt).exists()


def test_officers_open_through_the_databases_walls(tender, submitted, officer, other_officer, as_app):
    """As the web's own database role: before, the officers see no bid; afterwards they see what was submitted."""
    with as_app(officer.organisation):
        assert Bid.objects.count() == 0
        open_by(tender, officer)
        assert Bid.objects.count() == 0
    with as_app(other_officer.organisation):
        minutes = open_by(tender, other_officer).minutes
        assert [one["receipt"] for one in minutes.bids] == [submitted.receipt]
        assert Bid.objects.get().state == BidState.OPENED

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from commissioning.audit.models import AuditEntry
from commissioning.bids.actions import attach, choose_lots, copy_answers, note_late, save_answer, start_bid, submit, take_back, withdraw
from commissioning.bids.models import Bid, LateBid, Submission
from commissioning.bids.rules import BidRefused, TooLate, content_hash
from commissioning.bids.states import BidState
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.kernel.uploads import UploadRefused
from commissioning.organisations.roles import Role
from commissioning.tenders.models import SeatKind, Tender, TenderSeat
from tests.commissioning.bids.conftest import a_bidder, draft_of, pass_deadline, pdf
from tests.factories import make_organisation, make_seat, make_tender


def send(bid, by):
    return submit(bid=bid, by=by, now=timezone.now())


def start(tender, by):
    return start_bid(tender=tender, lots=list(tender.lots.all()), by=by, now=timezone.now())


class TestStarting:
    def test_a_second_start_gives_the_same_bid(self, tender, bidder):
        assert start(tender, bidder) == start(tender, bidder)
        assert Bid.objects.count() == 1

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.BID_MANAGER])
    def test_only_a_bid_manager_starts(self, tender, role):
        with pytest.raises(BidRefused):
            start(tender, make_seat(role, organisation=make_organisation(is_provider=True)))

    def test_who_is_no_provider_does_not_bid(self, tender):
        with pytest.raises(BidRefused):
            start(tender, make_seat(Role.BID_MANAGER, organisation=make_organisation(is_funder=True)))

    def test_the_commissioner_does_not_bid_in_its_own_tender(self, db):
        both = make_organisation(is_commissioner=True, is_provider=True)
        tender = make_tender(by=make_seat(organisation=both), state="published")
        with pytest.raises(BidRefused):
            start(tender, make_seat(Role.BID_MANAGER, organisation=both))

    def test_an_organisation_with_a_part_in_the_tender_does_not_bid(self, tender):
        seat = a_bidder()
        TenderSeat.objects.create(
            tender=tender,
            person=make_seat().person,
            organisation=seat.organisation,
            kind=SeatKind.EVALUATOR,
            given_by=tender.created_by,
        )
        with pytest.raises(BidRefused):
            start(tender, seat)

    @pytest.mark.parametrize("state", ["draft", "closed", "abandoned"])
    def test_a_tender_that_is_not_open_takes_no_bid(self, bidder, officer, state):
        with pytest.raises(TooLate):
            start(make_tender(by=officer, state=state), bidder)

    def test_lots_of_another_tender_are_refused(self, tender, bidder, officer):
        with pytest.raises(BidRefused, match="Choose lots of this tender"):
            start_bid(tender=tender, lots=[make_tender(by=officer).lots.get()], by=bidder, now=timezone.now())


class TestWriting:
    def test_answers_of_a_lot_that_is_taken_back_return_with_it(self, tender, bid, bidder):
        first = [tender.lots.get(number=1)]
        bid = choose_lots(bid=bid, version=bid.version, lots=first, by=bidder, now=timezone.now())
        assert [one.lot.number for one in bid.offers.filter(chosen=True)] == [1]
        bid = choose_lots(bid=bid, version=bid.version, lots=list(tender.lots.all()), by=bidder, now=timezone.now())
        assert {one.text for offer in bid.offers.all() for one in offer.answers.all()} == {"We answer every call."}
        assert bid.offers.filter(chosen=True).count() == 2

    def test_a_colleagues_answer_is_not_overwritten(self, tender, bid, bidder):
        parts = {"bid": bid, "offer": bid.offers.first(), "criterion": tender.criteria.first(), "by": bidder}
        assert save_answer(**parts, version=1, text="Mine").version == 2
        with pytest.raises(StaleEdit, match="A colleague saved this answer"):
            save_answer(**parts, version=1, text="Theirs")

    def test_a_draft_over_its_limit_is_kept(self, tender, bid, bidder):
        text = "word " * 501
        parts = {"bid": bid, "offer": bid.offers.first(), "criterion": tender.criteria.first(), "by": bidder}
        assert save_answer(**parts, version=1, text=text).text == text
        with pytest.raises(BidRefused, match="over its limit of 500"):
            send(bid, bidder)

    def test_gaps_are_filled_from_another_lot_and_nothing_is_overwritten(self, tender, bidder):
        bid = start(tender, bidder)
        first, second = bid.offers.order_by("lot__number")
        one, two = tender.criteria.all()
        save_answer(bid=bid, offer=first, criterion=one, version=0, text="From lot one", by=bidder)
        save_answer(bid=bid, offer=first, criterion=two, version=0, text="Also", by=bidder)
        save_answer(bid=bid, offer=second, criterion=one, version=0, text="Own", by=bidder)
        assert copy_answers(bid=bid, source=first, target=second, by=bidder) == 1
        assert {answer.criterion: answer.text for answer in second.answers.all()} == {one: "Own", two: "Also"}

    def test_nobody_else_writes(self, tender, bid, rival, officer):
        for seat in (rival, officer):
            with pytest.raises(BidRefused):
                save_answer(bid=bid, offer=bid.offers.first(), criterion=tender.criteria.first(), version=1, text="Mischief", by=seat)


class TestDocuments:
    def test_a_document_is_kept_under_a_random_name(self, bid, bidder, tmp_path):
        attachment = attach(bid=bid, file=pdf("our plan.pdf"), by=bidder)
        assert attachment.name == "our plan.pdf"
        assert "plan" not in attachment.file.name
        assert (tmp_path / attachment.file.name).is_file()

    def test_the_same_file_twice_is_one(self, bid, bidder):
        assert attach(bid=bid, file=pdf(), by=bidder) == attach(bid=bid, file=pdf(), by=bidder)

    def test_what_is_no_document_is_refused(self, bid, bidder):
        with pytest.raises(UploadRefused):
            attach(bid=bid, file=pdf("program.exe"), by=bidder)

    def test_one_that_was_submitted_stays_in_that_submission(self, bid, bidder):
        attachment = attach(bid=bid, file=pdf(), by=bidder)
        submission = send(bid, bidder)
        take_back(attachment=attachment, by=bidder)
        assert submission.content["files"][0]["sha256"] == attachment.sha256
        assert send(bid, bidder).content["files"] == []


class TestSubmitting:
    def test_a_submission_says_what_was_sent_and_when(self, bid, bidder):
        before = timezone.now()
        submission = send(bid, bidder)
        assert submission.sha256 == content_hash(submission.content)
        assert [lot["lot"] for lot in submission.content["lots"]] == [1, 2]
        assert submission.content["lots"][0]["answers"][0]["text"] == "We answer every call."
        assert abs(submission.received_at - before) < timedelta(seconds=5)
        bid.refresh_from_db()
        assert bid.state == BidState.SUBMITTED

    def test_sent_twice_it_gives_one_receipt(self, bid, bidder):
        assert send(bid, bidder).receipt == send(bid, bidder).receipt
        assert Submission.objects.count() == 1

    def test_a_change_gives_a_new_version(self, tender, bid, bidder):
        first = send(bid, bidder)
        save_answer(bid=bid, offer=bid.offers.first(), criterion=tender.criteria.first(), version=1, text="Better", by=bidder)
        second = send(bid, bidder)
        assert (first.number, second.number) == (1, 2)
        assert first.sha256 != second.sha256

    def test_a_gap_is_named(self, tender, bidder):
        with pytest.raises(BidRefused, match="Lot 1: Criterion 1 has no answer"):
            send(start(tender, bidder), bidder)

    def test_a_withdrawn_bid_comes_back_as_a_new_version(self, bid, bidder):
        first = send(bid, bidder)
        withdraw(bid=bid, by=bidder, now=timezone.now())
        bid.refresh_from_db()
        assert (bid.state, bid.withdrawn_by) == (BidState.WITHDRAWN, bidder.person)
        assert send(bid, bidder).number == first.number + 1
        bid.refresh_from_db()
        assert (bid.state, bid.withdrawn_at) == (BidState.SUBMITTED, None)

    def test_only_a_submitted_bid_is_withdrawn(self, bid, bidder):
        with pytest.raises(BidRefused, match="Only a submitted bid"):
            withdraw(bid=bid, by=bidder, now=timezone.now())

    def test_no_mail_and_no_job_tells_of_it(self, bid, bidder):
        send(bid, bidder)
        assert Job.objects.count() == 0

    def test_the_record_is_under_seal_and_holds_no_word_of_it(self, bid, bidder, tender):
        send(bid, bidder)
        entries = AuditEntry.objects.filter(organisation=bidder.organisation)
        assert entries.count() >= 2
        assert {entry.sealed_by for entry in entries} == {tender}
        assert "every call" not in str(list(entries.values()))


class TestDeadline:
    """The database's clock decides: a tender ends between two statements, whatever the machine's clock says."""

    def test_everything_is_refused_afterwards(self, tender, bid, bidder):
        send(bid, bidder)
        pass_deadline(tender)
        attempts = [
            lambda: send(bid, bidder),
            lambda: withdraw(bid=bid, by=bidder, now=timezone.now()),
            lambda: choose_lots(bid=bid, version=bid.version, lots=list(tender.lots.all()), by=bidder, now=timezone.now()),
            lambda: attach(bid=bid, file=pdf(), by=bidder),
            lambda: save_answer(bid=bid, offer=bid.offers.first(), criterion=tender.criteria.first(), version=1, text="Late", by=bidder),
        ]
        for one in attempts:
            with pytest.raises(TooLate, match="has passed"):
                one()
        assert Submission.objects.count() == 1

    def test_the_very_second_is_late(self, tender, bid, bidder):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE commissioning_tender SET deadline = clock_timestamp() WHERE id = %s", [tender.pk])
        with pytest.raises(TooLate):
            send(bid, bidder)

    def test_a_moment_before_is_in_time_by_the_databases_clock(self, tender, bid, bidder):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE commissioning_tender SET deadline = clock_timestamp() + interval '3 seconds' WHERE id = %s", [tender.pk])
        submission = send(bid, bidder)
        tender.refresh_from_db()
        assert submission.received_at < tender.deadline

    def test_a_machine_whose_clock_is_slow_gains_nothing(self, tender, bid, bidder):
        pass_deadline(tender)
        with pytest.raises(TooLate):
            submit(bid=bid, by=bidder, now=timezone.now() - timedelta(hours=2))

    def test_a_late_bid_is_noted_once_by_organisation_and_time(self, tender, bid, bidder):
        pass_deadline(tender)
        for _ in range(2):
            note_late(bid=bid, by=bidder)
        late = LateBid.objects.get()
        assert (late.organisation, late.attempted_by) == (bidder.organisation, bidder.person)
        assert late.attempted_at >= tender.deadline

    def test_an_abandoned_tender_takes_nothing_more(self, tender, bid, bidder):
        Tender.objects.filter(pk=tender.pk).update(state="abandoned")
        with pytest.raises(TooLate):
            send(bid, bidder)


def test_a_bidder_works_through_the_databases_walls(tender, bidder, as_app):
    """The whole way as the web's own database role, with row level security on."""
    with as_app(bidder.organisation):
        bid = draft_of(tender, bidder)
        attach(bid=bid, file=pdf(), by=bidder)
        assert send(bid, bidder).number == 1
        withdraw(bid=bid, by=bidder, now=timezone.now())
        assert send(bid, bidder).number == 2

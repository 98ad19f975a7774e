from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.audit.actions import exported, record, refusals_kept, refused
from commissioning.audit.models import AuditEntry
from commissioning.bids.models import Bid
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from tests.factories import make_fund, make_organisation, make_tender

pytestmark = pytest.mark.django_db


def test_record_says_who_did_what_to_which_object(seat):
    officer, fund = seat(Role.FUNDER_OFFICER), make_fund()
    record(by=officer, verb="changed", on=fund, before={"amount": Decimal("1.50")}, after={"amount": Decimal("2.00")}, reason="A slip")
    entry = AuditEntry.objects.get()
    assert (entry.happened_by, entry.organisation, entry.who) == (officer.person, officer.organisation, officer.who)
    assert (entry.verb, entry.object_type, entry.object_reference) == ("changed", "pooled fund", fund.code)
    assert (entry.before, entry.after, entry.reason) == ({"amount": "1.50"}, {"amount": "2.00"}, "A slip")
    assert entry.sealed_by is None


def test_record_of_the_portal_itself_has_no_person():
    record(by=Seat.system(), verb="opened")
    entry = AuditEntry.objects.get()
    assert (entry.happened_by, entry.organisation, entry.who, entry.object_type) == (None, None, "The portal", "")


def test_record_is_lost_with_its_deed(seat):
    with transaction.atomic():
        record(by=seat(), verb="pledged")
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


def test_record_of_a_bid_lies_under_the_seal_of_its_tender(seat):
    tender = make_tender(by=seat(), state="published")
    record(by=seat(), verb="submitted", on=Bid.objects.create(tender=tender, organisation=make_organisation()))
    assert AuditEntry.objects.get().sealed_by == tender


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\r\ny", "=1+1", "<b>"])
def test_record_takes_any_text(seat, text):
    record(by=seat(), verb="noted", before={"note": [text, {"inner": text}]}, reason=text)
    assert AuditEntry.objects.get().verb == "noted"


def test_the_web_writes_down_what_it_may_not_read_back(as_app):
    with as_app():
        record(by=Seat.nobody(), verb="failed to sign in")
        assert AuditEntry.objects.count() == 0
    assert AuditEntry.objects.count() == 1


def test_a_refusal_outlives_the_rollback_of_its_request(seat):
    evaluator = seat(Role.EVALUATOR)
    with refusals_kept():
        with transaction.atomic():
            record(by=evaluator, verb="opened")
            refused(by=evaluator, page="bids:bid", address="GET /bids/X/", reason="Not theirs.")
            transaction.set_rollback(True)
        assert AuditEntry.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_type, entry.object_reference, entry.object_label) == (
        "was refused",
        "page",
        "bids:bid",
        "GET /bids/X/",
    )


def test_a_refusal_outside_a_request_is_written_at_once(seat):
    refused(by=seat(), on=make_fund(), reason="Too early.")
    assert AuditEntry.objects.get().object_type == "pooled fund"


def test_an_export_is_written_down(seat):
    exported(by=seat(), what="Contributions 2026/27", format_="csv", rows=12)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_label, entry.after) == ("exported", "Contributions 2026/27", {"format": "csv", "rows": 12})


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE commissioning_auditentry SET verb = 'praised'",
        "DELETE FROM commissioning_auditentry",
        "TRUNCATE commissioning_auditentry",
        "UPDATE portal_audit_head SET entries = 0",
        "SELECT * FROM portal_audit_head",
    ],
)
@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_the_application_can_neither_change_nor_remove_an_entry(seat, as_app, forgery, role):
    actor = seat()
    record(by=actor, verb="pledged")
    if role == "portal_system" and forgery.startswith("SELECT"):
        pytest.skip("the command that checks the chain reads the head")
    with as_app(actor.organisation, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(forgery)


def test_even_the_owner_meets_the_trigger(seat):
    record(by=seat(), verb="pledged")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        AuditEntry.objects.update(verb="praised")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute("DELETE FROM commissioning_auditentry")


def test_a_forged_hash_number_and_time_are_dropped(seat, as_app):
    actor = seat()
    with as_app(actor.organisation):
        AuditEntry.objects.bulk_create(
            [AuditEntry(id=1, verb="forged", who="me", hash="f" * 64, previous_hash="e" * 64, organisation=actor.organisation)]
        )
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    entry = AuditEntry.objects.get()
    assert "f" * 64 not in (entry.hash, entry.previous_hash)
    assert entry.previous_hash != "e" * 64
    assert len(entry.hash) == 64

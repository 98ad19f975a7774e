import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from commissioning.audit.actions import record
from commissioning.audit.models import AuditEntry
from commissioning.audit.permissions import READ_VALUES, can_read_values, reads_every_trail
from commissioning.audit.queries import TrailFilter, checked_chain, trail_of
from commissioning.organisations.roles import Role
from tests.factories import make_fund, make_tender

pytestmark = pytest.mark.django_db


def linked():
    """Let the database link the entries now, as it does at commit."""
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def as_superuser(sql, *values):
    """What a superuser could do: switch the triggers off and write."""
    linked()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.fixture
def chain(seat):
    actor = seat(Role.COMMISSIONER)
    for verb in ("drafted", "published", "closed"):
        record(by=actor, verb=verb)
    linked()
    return list(AuditEntry.objects.order_by("id"))


def test_each_entry_carries_the_hash_of_the_one_before(chain):
    assert [entry.previous_hash for entry in chain] == ["", chain[0].hash, chain[1].hash]
    assert len({entry.hash for entry in chain}) == 3


def test_a_whole_chain_is_found_whole(chain):
    out = StringIO()
    call_command("verify_audit", expect=chain[1].hash, stdout=out)
    assert out.getvalue() == (f"The audit trail is whole: 3 entries.\nFirst hash {chain[0].hash}\nLast hash  {chain[2].hash}\n")


def test_an_empty_trail_is_whole():
    assert checked_chain().problem == ""


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'praised'",
        "happened_at = happened_at + interval '1 microsecond'",
        "after = '{\"amount\": 1}'",
        "organisation_id = NULL",
        "reason = 'none'",
        "hash = repeat('0', 64)",
    ],
)
def test_a_superusers_change_is_found(chain, change):
    as_superuser(f"UPDATE commissioning_auditentry SET {change} WHERE id = %s", chain[1].pk)
    with pytest.raises(CommandError, match=f"Entry {chain[1].pk} is broken"):
        call_command("verify_audit")


def test_a_change_with_its_hash_made_anew_breaks_the_next_entry(chain):
    as_superuser("UPDATE commissioning_auditentry SET verb = 'praised' WHERE id = %s", chain[1].pk)
    as_superuser("UPDATE commissioning_auditentry e SET hash = portal_audit_hash(e) WHERE id = %s", chain[1].pk)
    assert checked_chain().problem == f"Entry {chain[2].pk} is broken: the entry before it is gone."


def test_a_removed_entry_is_found_in_the_middle_and_at_the_end(chain):
    as_superuser("DELETE FROM commissioning_auditentry WHERE id = %s", chain[2].pk)
    assert checked_chain().problem == "3 entries were written, 2 are here: the newest are missing."
    as_superuser("DELETE FROM commissioning_auditentry WHERE id = %s", chain[0].pk)
    assert checked_chain().problem == f"Entry {chain[1].pk} is broken: the entry before it is gone."


def test_a_remembered_hash_must_still_be_there(chain):
    assert checked_chain("0" * 64).problem == "The hash that you remember is not in the chain."


def test_the_worker_may_check_the_chain(chain, as_app):
    with as_app(role="portal_system"):
        assert (checked_chain().entries, checked_chain().problem) == (3, "")


def test_an_organisation_reads_its_own_trail_and_an_auditor_every_one(seat, as_app):
    ours, theirs, auditor = seat(Role.FINANCE), seat(Role.BID_MANAGER), seat(Role.AUDITOR)
    record(by=ours, verb="changed")
    record(by=theirs, verb="submitted")
    with as_app(ours.organisation):
        assert [entry.verb for entry in AuditEntry.objects.all()] == ["changed"]
        assert [entry.verb for entry in trail_of(ours)] == ["changed"]
    assert [entry.verb for entry in trail_of(ours)] == ["changed"]
    with as_app(auditor.organisation, auditor=True):
        assert [entry.verb for entry in trail_of(auditor)] == ["submitted", "changed"]
    assert reads_every_trail(auditor)
    assert not reads_every_trail(ours)


def test_an_auditor_learns_of_a_bid_only_after_the_opening(seat, as_app):
    bidder, auditor = seat(Role.BID_MANAGER), seat(Role.AUDITOR)
    officer = seat()
    tender = make_tender(by=officer, state="closed")
    record(by=bidder, verb="submitted", sealed_by=tender)
    with as_app(auditor.organisation, auditor=True):
        assert list(trail_of(auditor)) == []
        assert AuditEntry.objects.count() == 0
    assert list(trail_of(auditor)) == []
    assert [entry.verb for entry in trail_of(bidder)] == ["submitted"]
    tender.opened_at, tender.opened_by = timezone.now(), officer.person
    tender.save()
    with as_app(auditor.organisation, auditor=True):
        assert [entry.verb for entry in trail_of(auditor)] == ["submitted"]


@pytest.mark.parametrize(
    ("wanted", "verbs"),
    [
        (TrailFilter(search="fund of 20"), ["changed"]),
        (TrailFilter(search="PLEDG"), ["pledged"]),
        (TrailFilter(verb="Pled"), ["pledged"]),
        (TrailFilter(person="@example.org"), ["pledged", "changed"]),
        (TrailFilter(object_type="pooled fund", object_reference="kent-2026"), ["changed"]),
        (TrailFilter(first_day=datetime.date(2000, 1, 1), last_day=datetime.date(2000, 1, 2)), []),
        (TrailFilter(first_day=datetime.date(2000, 1, 1)), ["pledged", "changed"]),
        (TrailFilter(search="'; DROP TABLE"), []),
    ],
)
def test_the_trail_is_searched_and_filtered(seat, wanted, verbs):
    actor = seat(Role.FINANCE)
    record(by=actor, verb="changed", on=make_fund(code="kent-2026", name="The fund of 2026/27"))
    record(by=actor, verb="pledged", reason="For Dover")
    assert [entry.verb for entry in trail_of(actor, wanted)] == verbs


def test_values_are_for_those_who_answer_for_them(seat):
    assert set(Role) >= READ_VALUES
    readers = {role for role in Role if can_read_values(seat(role))}
    assert set(Role) - readers == {Role.EVALUATOR, Role.BOARD_MEMBER, Role.ADMINISTRATOR}

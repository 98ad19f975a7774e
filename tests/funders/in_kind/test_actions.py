from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from funders.contributions.queries import own_sums, sums_by_year
from funders.in_kind import actions
from funders.in_kind.models import Gift, GiftEvent, GiftEvidence
from funders.in_kind.rules import GiftRefused
from funders.ledger.queries import verdicts
from funders.statements.queries import positions_of
from tests.factories import make_seat

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
DAYS = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 3, 31)}
POST = {"title": " Coordinator ", "fte": Decimal("0.6"), "annual_rate": Decimal("41385"), "evidence_note": "Establishment list", **DAYS}
ROOM = {
    "kind": "premises",
    "title": "A room",
    "value": Decimal("1200.00"),
    "valued_how": "By the usual rent",
    "evidence_note": "The lease",
    **DAYS,
}


def give(fund, partner, noon, **changes):
    told = {"fund": fund, "funder": partner.organisation, "by": partner.officer, "at": noon, **POST}
    return actions.give_post(**{**told, **changes})


@pytest.fixture
def post(fund, partner, noon):
    return give(fund, partner, noon)


def agree(gift, partner, noon, **changes):
    gift.refresh_from_db()
    told = {"decision_reference": " Minute 3 ", "by": partner.approver, "version": gift.version, "at": noon}
    return actions.agree(gift=gift, **{**told, **changes})


def test_a_post_has_its_value_and_is_in_no_sum_of_money(fund, partner, post, noon):
    before = positions_of(fund)
    assert (post.title, post.months, post.value_amount, post.state) == ("Coordinator", 7, Decimal("14484.75"), "pledged")
    agree(post, partner, noon)
    assert positions_of(fund) == before
    assert sums_by_year(fund) == {}
    assert own_sums(partner.officer).agreed == 0
    assert [one.state for one in post.events.order_by("pk")] == ["pledged", "agreed"]
    assert AuditEntry.objects.get(object_reference=post.reference, verb="offered in kind").after["value"] == "14484.75"
    assert "14484" not in "".join(job.arguments["text"] for job in Job.objects.filter(name="kernel.send_mail"))


def test_premises_say_how_they_were_valued(fund, partner, noon):
    made = actions.give_other(fund=fund, funder=partner.organisation, by=partner.officer, at=noon, **ROOM)
    assert (made.kind, made.value_amount, made.months) == ("premises", Decimal("1200.00"), None)
    with pytest.raises(GiftRefused, match="A post is offered on its own page"):
        actions.give_other(fund=fund, funder=partner.organisation, by=partner.officer, at=noon, **{**ROOM, "kind": "post"})


def test_only_the_partners_officer_offers(fund, partner, other, noon):
    for seat in (partner.approver, other.officer, make_seat(Role.FINANCE, organisation=fund.host)):
        with pytest.raises(GiftRefused, match="Only a funder officer of the partner itself"):
            give(fund, partner, noon, by=seat)
    assert not Gift.objects.exists()


def test_only_another_person_of_the_partner_agrees_and_only_once(post, partner, other, noon):
    for seat in (partner.officer, other.approver):
        with pytest.raises(GiftRefused):
            agree(post, partner, noon, by=seat)
    both = make_seat(Role.FUNDER_APPROVER, organisation=partner.organisation)
    Gift.objects.filter(pk=post.pk).update(pledged_by=both.person)
    with pytest.raises(GiftRefused, match="another approver"):
        agree(post, partner, noon, by=both)
    with pytest.raises(StaleEdit):
        agree(post, partner, noon, version=99)
    agree(post, partner, noon)
    with pytest.raises(MoveRefused):
        agree(post, partner, noon)


def test_what_is_agreed_is_withdrawn_by_an_approver_with_a_reason(post, partner, noon):
    agree(post, partner, noon)
    post.refresh_from_db()
    told = {"gift": post, "version": post.version, "at": noon}
    with pytest.raises(GiftRefused, match="by a funder approver"):
        actions.withdraw(reason="The post was cut.", by=partner.officer, **told)
    with pytest.raises(GiftRefused, match="Give the reason"):
        actions.withdraw(reason="", by=partner.approver, **told)
    actions.withdraw(reason="The post was cut.", by=partner.approver, **told)
    assert post.events.order_by("pk").last().reason == "The post was cut."
    assert not Gift.objects.standing().exists()


def test_evidence_is_one_file_and_stays(monkeypatch, post, partner, other, noon):
    monkeypatch.setattr("commissioning.kernel.uploads.scan", lambda content: None)
    with pytest.raises(GiftRefused):
        actions.add_evidence(gift=post, file=SimpleUploadedFile("list.pdf", PDF), by=other.officer, at=noon)
    actions.add_evidence(gift=post, file=SimpleUploadedFile("list.pdf", PDF), by=partner.officer, at=noon)
    post = Gift.objects.get(pk=post.pk)
    with pytest.raises(GiftRefused, match="one file"):
        actions.add_evidence(gift=post, file=SimpleUploadedFile("list.pdf", PDF), by=partner.officer, at=noon)
    assert GiftEvidence.objects.count() == 1


def test_verify_ledger_finds_a_post_that_is_not_worth_what_it_says(post):
    assert not any(one.broken for one in verdicts())
    Gift.objects.filter(pk=post.pk).update(value_amount=Decimal("14484.76"))
    assert {one.name: one.broken for one in verdicts() if one.broken} == {"in-kind-apart": (post.reference,)}


def test_the_partner_acts_through_the_walls(as_app, fund, partner, noon):
    with as_app(partner.organisation):
        made = give(fund, partner, noon)
        agree(made, partner, noon)
    assert Gift.objects.get().state == "agreed"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE funders_gift SET value_amount = 1 WHERE id = %s",
        "UPDATE funders_gift SET title = 'x' WHERE id = %s",
        "DELETE FROM funders_gift WHERE id = %s",
        "UPDATE funders_giftevent SET reason = 'x' WHERE gift_id = %s",
        "DELETE FROM funders_giftevent WHERE gift_id = %s",
        "UPDATE funders_giftevidence SET name = 'x' WHERE gift_id = %s",
    ],
)
def test_the_database_refuses_to_change_what_was_offered(as_app, partner, post, sql):
    with as_app(partner.organisation), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [post.pk])


def test_the_database_lets_no_other_partner_act(as_app, fund, partner, other, post, noon):
    with as_app(other.organisation):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            give(fund, partner, noon)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE funders_gift SET state = 'withdrawn' WHERE id = %s", [post.pk])
            assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            GiftEvent.objects.create(
                gift=post, funder=other.organisation, state="agreed", happened_at=noon, happened_by=other.officer.person
            )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"value_amount": 0}, "gift_value_above_zero"),
        ({"ends_on": date(2026, 9, 1)}, "gift_days_in_order"),
        ({"fte": None}, "gift_says_how_it_is_valued"),
        ({"agreed_by": None, "agreed_at": "2026-11-22T12:00Z"}, "gift_agreed_at_has_by"),
    ],
)
def test_the_database_keeps_what_a_gift_must_say(post, fields, name):
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        Gift.objects.filter(pk=post.pk).update(**fields)

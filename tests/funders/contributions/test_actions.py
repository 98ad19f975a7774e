from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import Refusal, StaleEdit
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from funders.contributions import actions
from funders.contributions.models import Contribution, ContributionEvent, Pledge
from funders.contributions.queries import version_of
from funders.contributions.rules import AgreementRefused, ChangeRefused, PledgeRefused, WithdrawalRefused
from tests.factories import make_contribution, make_seat, moment

AMOUNTS = {2026: Decimal("321416.67"), 2027: Decimal("321416.67"), 2028: Decimal("1000.00")}


def pledge(fund, partner, noon, **changes):
    told = {"fund": fund, "funder": partner.organisation, "amounts": AMOUNTS, "conditions": "", "by": partner.officer, "at": noon}
    return actions.pledge(**{**told, **changes})


def agree(made, partner, noon, **changes):
    version = version_of(made.contributions.all())
    told = {"years": list(AMOUNTS), "decision_reference": " Board 14 ", "by": partner.approver, "version": version, "at": noon}
    return actions.agree(pledge=made, **{**told, **changes})


def letters():
    """Address and subject of every e-mail that waits to be sent."""
    return sorted((job.arguments["to"], job.arguments["subject"]) for job in Job.objects.filter(name="kernel.send_mail"))


def test_a_pledge_for_three_years_stands_with_its_events(fund, partner, noon):
    made = pledge(fund, partner, noon, conditions="  Subject to budget  ")
    assert made.conditions == "Subject to budget"
    assert list(made.contributions.values_list("year", "amount", "state")) == [
        (year, amount, "pledged") for year, amount in AMOUNTS.items()
    ]
    events = ContributionEvent.objects.filter(contribution__pledge=made)
    assert [(event.state, event.amount, event.happened_by) for event in events] == [
        ("pledged", amount, partner.officer.person) for amount in AMOUNTS.values()
    ]


def test_a_pledge_is_in_the_partners_trail_with_its_amounts(fund, partner, noon):
    made = pledge(fund, partner, noon)
    entry = AuditEntry.objects.get(object_reference=made.reference)
    assert (entry.verb, entry.organisation, entry.happened_by) == ("pledged", partner.organisation, partner.officer.person)
    assert entry.after == {"fund": "pool", "2026": "321416.67", "2027": "321416.67", "2028": "1000.00", "conditions": ""}


def test_the_approver_and_the_host_hear_of_a_pledge_without_figures(fund, partner, noon):
    host = make_seat(Role.FINANCE, organisation=fund.host)
    pledge(fund, partner, noon)
    assert letters() == sorted(
        [(partner.approver.person.email, "A pledge waits for your agreement"), (host.person.email, "A partner made a pledge")]
    )
    assert not any("321" in job.arguments["text"] for job in Job.objects.all())


def test_nobody_pledges_for_another_partner(fund, partner, other, noon):
    with pytest.raises(PledgeRefused, match="Only a funder officer of the partner itself"):
        pledge(fund, partner, noon, by=other.officer)
    with pytest.raises(PledgeRefused, match="Only a funder officer of the partner itself"):
        pledge(fund, partner, noon, by=partner.approver)
    assert not Pledge.objects.exists()


def test_a_second_pledge_for_the_same_year_is_refused_and_writes_nothing(fund, partner, noon):
    pledge(fund, partner, noon)
    with pytest.raises(PledgeRefused, match="You have a contribution for 2027/28 already"):
        pledge(fund, partner, noon, amounts={2027: Decimal(1)})
    assert Pledge.objects.count() == 1


def test_two_partners_pledge_for_the_same_year(fund, partner, other, noon):
    pledge(fund, partner, noon)
    pledge(fund, other, noon)
    assert Contribution.objects.filter(year=2027).count() == 2


def test_the_database_keeps_one_standing_contribution_a_year(fund, partner):
    make_contribution(fund=fund, by=partner.officer)
    with pytest.raises(DatabaseError, match="contribution_one_standing_a_year"), transaction.atomic():
        make_contribution(fund=fund, by=partner.officer)


def test_an_approver_agrees_with_a_decision(fund, partner, noon):
    made = agree(pledge(fund, partner, noon), partner, noon)
    states = made.contributions.values_list("state", "decision_reference", "agreed_by", "agreed_at", "version")
    assert set(states) == {("agreed", "Board 14", partner.approver.person.pk, noon, 2)}
    last = ContributionEvent.objects.filter(contribution__pledge=made).last()
    assert (last.state, last.reason, last.happened_by) == ("agreed", "Board 14", partner.approver.person)
    entry = AuditEntry.objects.get(verb="agreed")
    assert (entry.object_reference, entry.reason) == (made.reference, "Board 14")


def test_some_years_can_be_agreed_and_the_rest_later(fund, partner, noon):
    made = pledge(fund, partner, noon)
    agree(made, partner, noon, years=[2026])
    assert list(made.contributions.values_list("year", "state")) == [(2026, "agreed"), (2027, "pledged"), (2028, "pledged")]
    agree(made, partner, noon, years=[2027, 2028])
    assert set(made.contributions.values_list("state", flat=True)) == {"agreed"}


def test_whoever_pledged_never_agrees_even_with_both_roles(fund, partner, noon):
    both = replace(partner.officer, roles=frozenset({Role.FUNDER_OFFICER, Role.FUNDER_APPROVER}))
    made = pledge(fund, partner, noon, by=both)
    with pytest.raises(AgreementRefused, match="You made or changed this pledge"):
        agree(made, partner, noon, by=both)


def test_whoever_changed_the_amount_never_agrees_it(fund, partner, noon):
    made = pledge(fund, partner, noon, amounts={2026: Decimal(5)})
    both = replace(partner.approver, roles=frozenset({Role.FUNDER_OFFICER, Role.FUNDER_APPROVER}))
    (one,) = made.contributions.all()
    actions.change_amount(contribution=one, amount=Decimal(6), reason="A slip.", by=both, version=1, at=noon)
    with pytest.raises(AgreementRefused, match="You made or changed this pledge"):
        agree(made, partner, noon, years=[2026], by=both)


@pytest.mark.parametrize("who", ["other approver", "own officer", "the portal itself"])
def test_only_an_approver_of_the_partner_agrees(fund, partner, other, noon, who):
    by = {"other approver": other.approver, "own officer": partner.officer, "the portal itself": Seat.system()}[who]
    made = pledge(fund, partner, noon)
    with pytest.raises(AgreementRefused, match="Only a funder approver of the partner itself"):
        agree(made, partner, noon, by=by)


def test_an_agreement_against_an_older_version_names_who_and_when(fund, partner, noon):
    made = pledge(fund, partner, noon)
    read = version_of(made.contributions.all())
    first = made.contributions.first()
    actions.change_amount(contribution=first, amount=Decimal(6), reason="A slip.", by=partner.officer, version=1, at=noon)
    with pytest.raises(StaleEdit, match="Officer changed this on Sunday 22 November 2026 at 12:00"):
        agree(made, partner, noon, version=read)
    assert set(made.contributions.values_list("state", flat=True)) == {"pledged"}


def test_a_pledge_is_changed_with_a_reason_and_keeps_its_history(fund, partner, noon):
    one = pledge(fund, partner, noon, amounts={2026: Decimal("5.00")}).contributions.get()
    actions.change_amount(contribution=one, amount=Decimal("6.00"), reason=" The grant rose. ", by=partner.officer, version=1, at=noon)
    one.refresh_from_db()
    assert (one.amount, one.version, one.changed_by, one.state) == (Decimal("6.00"), 2, partner.officer.person, "pledged")
    assert list(one.events.values_list("amount", "reason")) == [(Decimal("5.00"), ""), (Decimal("6.00"), "The grant rose.")]
    entry = AuditEntry.objects.get(verb="changed")
    assert (entry.before, entry.after, entry.reason) == ({"amount": "5.00"}, {"amount": "6.00"}, "The grant rose.")


def test_an_agreed_contribution_is_not_changed(fund, partner, noon):
    made = agree(pledge(fund, partner, noon), partner, noon)
    with pytest.raises(MoveRefused, match="This is now “Agreed”, so it cannot become “Pledged”"):
        actions.change_amount(
            contribution=made.contributions.first(), amount=Decimal(1), reason="Too much.", by=partner.officer, version=2, at=noon
        )


def test_nobody_changes_another_partners_pledge(fund, partner, other, noon):
    one = pledge(fund, partner, noon).contributions.first()
    with pytest.raises(ChangeRefused, match="Only a funder officer of the partner itself"):
        actions.change_amount(contribution=one, amount=Decimal(1), reason="Too much.", by=other.officer, version=1, at=noon)


def test_a_withdrawn_year_can_be_pledged_anew(fund, partner, noon):
    one = pledge(fund, partner, noon).contributions.get(year=2027)
    actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.officer, version=1, at=noon)
    again = pledge(fund, partner, noon, amounts={2027: Decimal("9.00")})
    assert again.contributions.get().amount == Decimal("9.00")
    one.refresh_from_db()
    assert (one.state, one.events.last().reason) == ("withdrawn", "The grant did not come.")


def test_a_withdrawal_is_final(fund, partner, noon):
    one = pledge(fund, partner, noon).contributions.first()
    actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.officer, version=1, at=noon)
    with pytest.raises(MoveRefused, match="That is final"):
        actions.withdraw(contribution=one, reason="Once more.", by=partner.officer, version=2, at=noon)


def test_only_an_approver_withdraws_what_an_approver_agreed(fund, partner, noon):
    one = agree(pledge(fund, partner, noon), partner, noon).contributions.first()
    with pytest.raises(WithdrawalRefused, match="what was agreed, by a funder approver"):
        actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.officer, version=2, at=noon)
    actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.approver, version=2, at=noon)
    one.refresh_from_db()
    assert (one.state, one.agreed_by) == ("withdrawn", partner.approver.person)


def test_a_withdrawal_against_an_older_version_is_refused(fund, partner, noon):
    one = pledge(fund, partner, noon).contributions.first()
    actions.change_amount(contribution=one, amount=Decimal(6), reason="A slip.", by=partner.officer, version=1, at=noon)
    with pytest.raises(StaleEdit):
        actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.officer, version=1, at=noon)


@pytest.mark.parametrize("version", [None, 0, 2, 99])
def test_a_save_without_the_version_that_stands_is_refused(fund, partner, noon, version):
    one = pledge(fund, partner, noon).contributions.first()
    with pytest.raises(StaleEdit):
        actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.officer, version=version, at=noon)


def test_a_pledge_after_its_year_has_ended_is_refused(fund, partner):
    with pytest.raises(PledgeRefused, match="2026/27 has ended"):
        pledge(fund, partner, moment("2027-04-01 00:30"))


def test_the_whole_round_works_as_the_web_sees_the_database(fund, partner, noon, as_app):
    with as_app(partner.organisation):
        made = agree(pledge(fund, partner, noon), partner, noon)
        one = made.contributions.first()
        actions.withdraw(contribution=one, reason="The grant did not come.", by=partner.approver, version=2, at=noon)
    assert Contribution.objects.filter(state="agreed").count() == 2


def test_the_database_refuses_a_row_in_anothers_name(fund, partner, other, noon, as_app):
    with as_app(other.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        make_contribution(fund=fund, by=partner.officer)
    with as_app(other.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        pledge(fund, partner, noon)


def test_the_database_hides_anothers_rows_from_a_change(fund, partner, other, noon, as_app):
    one = make_contribution(fund=fund, by=partner.officer)
    with as_app(other.organisation):
        assert Contribution.objects.filter(pk=one.pk).update(amount=Decimal(1)) == 0
        with pytest.raises(Refusal, match="not one of your organisation's"):
            actions.withdraw(contribution=one, reason="Not ours.", by=other.officer, version=1, at=noon)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_contributionevent SET amount = 1",
        "DELETE FROM funders_contributionevent",
        "TRUNCATE funders_contributionevent",
        "DELETE FROM funders_contribution",
        "DELETE FROM funders_pledge",
    ],
)
@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_nothing_of_the_history_is_changed_or_deleted(fund, partner, as_app, statement, role):
    make_contribution(fund=fund, by=partner.officer)
    with as_app(partner.organisation, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_not_even_the_owner_rewrites_an_event(fund, partner):
    make_contribution(fund=fund, by=partner.officer)
    with pytest.raises(DatabaseError, match="portal_append_only"), transaction.atomic():
        ContributionEvent.objects.update(amount=Decimal(1))

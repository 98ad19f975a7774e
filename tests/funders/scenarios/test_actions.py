"""Saving, sharing, archiving; what the database refuses; and the ledger, which is never touched."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from funders.contributions.models import Contribution, ContributionEvent
from funders.ledger.actions import post
from funders.ledger.models import Account, LedgerLine, LedgerTransaction
from funders.ledger.rules import Entry
from funders.pool.models import CostLine
from funders.scenarios import actions
from funders.scenarios.models import Scenario
from funders.scenarios.queries import answer_today
from funders.scenarios.rules import ScenarioRefused, outcome_from, same_figures
from tests.factories import make_contribution, make_seat


def test_a_scenario_is_kept_with_its_answer_and_stands_in_the_trail(draft, officer, noon):
    assert (draft.state, draft.organisation, draft.saved_by, draft.saved_at) == ("draft", officer.organisation, officer.person, noon)
    outcome = outcome_from(Scenario.objects.get().outcome)
    assert [one.quantity for one in outcome.worst.lines] == [976, 4]
    entry = AuditEntry.objects.get(object_reference=draft.reference)
    assert (entry.verb, entry.after["name"]) == ("saved", "Twenty less")


def test_the_kept_answer_does_not_change_when_the_fund_does(draft, noon):
    today = noon.date()
    assert same_figures(outcome_from(draft.outcome), answer_today(draft, today))
    CostLine.objects.filter(fund=draft.fund, order=1).update(unit_cost_amount=Decimal(600))
    again = Scenario.objects.get(pk=draft.pk)
    assert outcome_from(again.outcome).worst.lines[0].left == Decimal("488000.00")
    assert not same_figures(outcome_from(again.outcome), answer_today(again, today))
    CostLine.objects.filter(fund=draft.fund, order=2).delete()
    assert answer_today(Scenario.objects.get(pk=draft.pk), today) is None


def test_a_scenario_never_touches_the_ledger(fund, partner, save, officer, noon):
    make_contribution(fund=fund, by=partner.officer, agreed_by=partner.approver)
    finance = make_seat(Role.FINANCE, organisation=fund.host)
    entries = [Entry(Account.BANK, Decimal(5)), Entry(Account.SUSPENSE, Decimal(-5))]
    post(fund=fund, entries=entries, on=date(2026, 4, 1), text="Paid", by=finance, at=noon)

    def books():
        return [list(model.objects.order_by("pk").values()) for model in (LedgerTransaction, LedgerLine, Contribution, ContributionEvent)]

    before = books()
    made = save()
    actions.share(scenario=made, by=officer, version=1, at=noon)
    actions.archive(scenario=made, by=officer, version=2, at=noon)
    assert books() == before


@pytest.mark.parametrize(
    "role", [Role.FINANCE, Role.FUNDER_OFFICER, Role.FUNDER_APPROVER, Role.BOARD_MEMBER, Role.AUDITOR, Role.BID_MANAGER]
)
def test_only_commissioners_and_lead_officers_save(save, fund, role):
    with pytest.raises(ScenarioRefused, match="commissioners and lead officers"):
        save(by=make_seat(role, organisation=fund.host))


@pytest.mark.parametrize(("name", "asked"), [("", "What?"), ("x" * 101, "What?"), ("A name", " "), ("A name", "x" * 401)])
def test_a_name_and_a_question_are_wanted(save, name, asked):
    with pytest.raises(ScenarioRefused, match="Enter"):
        save(name, asked=asked)


def test_sharing_is_noted_and_not_done_twice(shared, officer, noon):
    assert (shared.state, shared.shared_at, shared.shared_by, shared.version) == ("shared", noon, officer.person, 2)
    with pytest.raises(ScenarioRefused, match="only once"):
        actions.share(scenario=shared, by=officer, version=2, at=noon)


def test_another_organisation_neither_shares_nor_archives(draft, noon):
    stranger = make_seat(Role.COMMISSIONER)
    for step in (actions.share, actions.archive):
        with pytest.raises(ScenarioRefused, match="organisation that saved"):
            step(scenario=draft, by=stranger, version=1, at=noon)


def test_who_comes_second_is_told_who_was_first(draft, officer, noon):
    actions.share(scenario=draft, by=officer, version=1, at=noon)
    with pytest.raises(StaleEdit, match="changed this on"):
        actions.archive(scenario=draft, by=officer, version=1, at=noon)


def test_an_archived_scenario_stays_so(shared, officer, noon):
    done = actions.archive(scenario=shared, by=officer, version=2, at=noon)
    assert (done.state, done.archived_by) == ("archived", officer.person)
    with pytest.raises(ScenarioRefused, match="only once"):
        actions.archive(scenario=done, by=officer, version=3, at=noon)


@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_the_database_shows_a_draft_to_its_own_organisation_alone(draft, partner, as_app, role):
    with as_app(draft.organisation, role=role):
        assert Scenario.objects.count() == 1
    with as_app(partner.organisation, role=role):
        assert Scenario.objects.count() == 0
    with as_app(partner.organisation, role=role, auditor=True):
        assert Scenario.objects.count() == 0


def test_the_database_shows_what_is_shared_to_all_and_lets_only_its_own_move_it(shared, partner, as_app):
    with as_app(partner.organisation):
        assert Scenario.objects.count() == 1
        assert Scenario.objects.update(state="archived") == 0


def test_nobody_saves_in_the_name_of_another(draft, partner, as_app):
    fields = {name: getattr(draft, name) for name in ("fund", "organisation", "question", "outcome", "saved_at", "saved_by")}
    with as_app(partner.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Scenario.objects.create(name="x", asked="x", **fields)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funders_scenario SET outcome = '{}'",
        "UPDATE funders_scenario SET question = '{}'",
        "UPDATE funders_scenario SET name = 'x'",
        "UPDATE funders_scenario SET organisation_id = 1",
        "DELETE FROM funders_scenario",
        "TRUNCATE funders_scenario CASCADE",
    ],
)
@pytest.mark.parametrize("role", ["portal_app", "portal_system"])
def test_question_and_answer_are_never_changed_or_deleted(draft, as_app, role, statement):
    with as_app(draft.organisation, role=role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_what_is_shared_is_not_taken_back_and_what_is_archived_stays(shared, officer, noon, as_app):
    with as_app(shared.organisation), pytest.raises(DatabaseError, match="portal_scenario_kept"), transaction.atomic():
        Scenario.objects.update(state="draft", shared_at=None, shared_by=None)
    actions.archive(scenario=shared, by=officer, version=2, at=noon)
    with as_app(shared.organisation), pytest.raises(DatabaseError, match="portal_scenario_kept"), transaction.atomic():
        Scenario.objects.update(state="shared")


def test_states_and_their_days_go_together(draft):
    with pytest.raises(IntegrityError, match="scenario_shared_has_day"), transaction.atomic():
        Scenario.objects.update(state="shared")

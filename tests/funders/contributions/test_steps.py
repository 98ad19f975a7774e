"""Conditions, indicative figures, lower amounts, lapse, terms and evidence, against the database."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.gates import GateShut
from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.models import Job
from commissioning.kernel.postgres.scope import set_scope
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.models import Contribution, ContributionEvent, Evidence, Pledge
from funders.contributions.queries import YearSums, own_sums, sums_by_year
from funders.contributions.rules import (
    AgreementRefused,
    ConditionRefused,
    LapseRefused,
    PledgeRefused,
    ReductionRefused,
    TermsRefused,
)
from funders.ledger.queries import verdicts
from funders.receipts import actions as receipts
from funders.receipts.queries import standing_of, to_remind
from funders.receipts.rules import InvoiceRefused
from funders.statements.queries import picture_of, positions_of
from tests.factories import make_contribution, make_seat, moment

WHY = "The council votes in February."
DUE = date(2027, 3, 1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def promised(**told):
    """A contribution of a pledge of February 2026."""
    one = make_contribution(**told)
    Pledge.objects.filter(pk=one.pledge_id).update(pledged_at=moment("2026-02-10 12:00"))
    one.pledge.refresh_from_db()
    return one


@pytest.fixture
def agreed(fund, partner):
    return promised(fund=fund, by=partner.officer, agreed_by=partner.approver)


@pytest.fixture
def pledged(fund, partner):
    return promised(fund=fund, by=partner.officer)


@pytest.fixture
def finance(fund):
    return make_seat(Role.FINANCE, organisation=fund.host)


def act(name, one, by, at, **told):
    one.refresh_from_db()
    return getattr(actions, name)(contribution=one, by=by, version=told.pop("version", one.version), at=at, **told)


def let_wait(one, by, at, **changes):
    return act("set_condition", one, by, at, **{"condition": "The grant letter", "due_on": DUE, "reason": WHY, **changes})


def meet(one, by, at, **changes):
    return act("meet_condition", one, by, at, **{"met_on": at.date(), "reason": "Letter of today", **changes})


def broken():
    return {one.name: one.broken for one in verdicts() if one.broken}


def test_conditional_money_is_outside_what_is_secured_until_it_is_met(fund, agreed, partner, noon):
    assert positions_of(fund)[0].secured == Decimal("260000.00")
    let_wait(agreed, partner.approver, noon)
    first = positions_of(fund)[0]
    assert (first.secured, first.agreed, first.conditional) == (Decimal("259000.00"), Decimal("0.00"), Decimal("1000.00"))
    assert picture_of(fund).partners[0].conditional == Decimal("1000.00")
    assert own_sums(partner.officer) == YearSums(conditional=Decimal("1000.00"))
    meet(agreed, partner.approver, noon)
    assert positions_of(fund)[0].secured == Decimal("260000.00")
    act("unmeet_condition", agreed, partner.approver, noon, unmet_on=noon.date(), reason="The letter was withdrawn.")
    assert positions_of(fund)[0].secured == Decimal("259000.00")
    assert [(one.step, one.effective_on) for one in agreed.events.order_by("pk")][1:] == [
        ("condition", noon.date()),
        ("met", noon.date()),
        ("unmet", noon.date()),
    ]
    assert broken() == {}


def test_a_conditional_pledge_counts_as_a_pledge(fund, pledged, partner, noon):
    let_wait(pledged, partner.officer, noon)
    assert sums_by_year(fund)[2026] == YearSums(pledged=Decimal("1000.00"))
    with pytest.raises(ConditionRefused, match="only of agreed money"):
        meet(pledged, partner.approver, noon)


def test_who_may_not_sets_no_condition_and_meets_none(agreed, partner, other, finance, noon):
    for seat in (partner.officer, other.approver, finance):
        with pytest.raises(ConditionRefused):
            let_wait(agreed, seat, noon)
    let_wait(agreed, partner.approver, noon)
    for seat in (partner.officer, other.approver, finance):
        with pytest.raises(ConditionRefused):
            meet(agreed, seat, noon)


def test_the_same_step_twice_acts_once_and_a_stale_one_is_refused(agreed, partner, noon):
    let_wait(agreed, partner.approver, noon)
    with pytest.raises(StaleEdit):
        let_wait(agreed, partner.approver, noon, version=1)
    meet(agreed, partner.approver, noon)
    with pytest.raises(ConditionRefused):
        meet(agreed, partner.approver, noon)
    assert agreed.events.filter(step="met").count() == 1


def test_conditional_money_is_counter_signed_and_not_invoiced_before_it_is_met(agreed, partner, finance, noon):
    let_wait(agreed, partner.approver, noon)
    receipts.countersign(contribution=agreed, plan=4, by=finance, at=noon)
    first = agreed.instalments.order_by("number").select_related("contribution").first()
    told = {"invoice_reference": "INV-1", "by": finance, "version": first.version, "at": noon}
    with pytest.raises(InvoiceRefused, match=r"waits for: The grant letter \(decided by Monday 1 March 2027\)"):
        receipts.invoice(instalment=first, **told)
    agreed.refresh_from_db()
    first.contribution.refresh_from_db()
    assert standing_of(first, date(2026, 12, 1)) == "waiting"
    meet(agreed, partner.approver, noon)
    receipts.invoice(instalment=first, **told)
    assert to_remind(date(2026, 11, 22))
    act("unmeet_condition", agreed, partner.approver, noon, unmet_on=noon.date(), reason="The letter was withdrawn.")
    assert not to_remind(date(2026, 11, 22))


def test_a_condition_is_not_opened_again_once_money_has_arrived(agreed, partner, finance, noon):
    let_wait(agreed, partner.approver, noon)
    meet(agreed, partner.approver, noon)
    receipts.countersign(contribution=agreed, plan=1, by=finance, at=noon)
    one = agreed.instalments.get()
    receipts.invoice(instalment=one, invoice_reference="INV-1", by=finance, version=one.version, at=noon)
    one.refresh_from_db()
    told = {"amount": Decimal("1000.00"), "received_on": date(2026, 11, 20), "bank_reference": "BACS 1"}
    receipts.receive(instalment=one, by=finance, version=one.version, at=noon, **told)
    with pytest.raises(GateShut, match="has been received"):
        act("unmeet_condition", agreed, partner.approver, noon, unmet_on=noon.date(), reason="The letter was withdrawn.")


def test_verify_ledger_finds_conditional_money_that_is_not_apart(agreed, partner, noon):
    let_wait(agreed, partner.approver, noon)
    Contribution.objects.filter(pk=agreed.pk).update(condition_met_on=date(2026, 11, 1))
    assert broken() == {"conditional-apart": (agreed.reference,)}


def test_an_indicative_figure_counts_nowhere_and_becomes_a_pledge_by_one_step(fund, partner, noon):
    told = {"fund": fund, "funder": partner.organisation, "amounts": {2027: Decimal("500.00")}, "conditions": ""}
    made = actions.note_indicative(**told, by=partner.officer, at=noon)
    one = made.contributions.get()
    position = positions_of(fund)[1]
    assert (position.indicative, position.pledged, position.missing_with_pledges) == (Decimal("500.00"), Decimal("0.00"), position.missing)
    assert picture_of(fund).partners[0].outstanding == picture_of(fund).partners[0].asked
    with pytest.raises(AgreementRefused, match="Nothing of this pledge waits"):
        actions.agree(pledge=made, years=[2027], decision_reference="Minute 1", by=partner.approver, version=1, at=noon)
    act("firm_up", one, partner.officer, noon, amount=Decimal("450.00"))
    assert sums_by_year(fund)[2027] == YearSums(pledged=Decimal("450.00"))
    assert [event.state for event in one.events.order_by("pk")] == ["indicative", "pledged"]
    with pytest.raises(MoveRefused if one.state == "agreed" else PledgeRefused):
        act("firm_up", one, partner.officer, noon, amount=Decimal("450.00"))


def test_only_the_partners_officer_names_a_figure_and_firms_it_up(fund, partner, other, noon):
    told = {"fund": fund, "funder": partner.organisation, "amounts": {2027: Decimal("500.00")}, "conditions": ""}
    with pytest.raises(PledgeRefused):
        actions.note_indicative(**told, by=other.officer, at=noon)
    one = actions.note_indicative(**told, by=partner.officer, at=noon).contributions.get()
    for seat in (other.officer, partner.approver):
        with pytest.raises(PledgeRefused):
            act("firm_up", one, seat, noon, amount=Decimal("450.00"))


def lower(one, by, at, **changes):
    return act("reduce", one, by, at, **{"amount": Decimal("800.00"), "reason": WHY, "decision_reference": "Minute 9", **changes})


def test_an_agreed_amount_is_lowered_by_a_decision_before_it_is_counter_signed(fund, agreed, partner, finance, noon):
    lower(agreed, partner.approver, noon)
    agreed.refresh_from_db()
    assert (agreed.amount, agreed.decision_reference, agreed.state) == (Decimal("800.00"), "Minute 9", "agreed")
    event = agreed.events.order_by("pk").last()
    assert (event.step, event.amount, event.reason) == ("reduced", Decimal("800.00"), f"{WHY} Decision: Minute 9")
    assert AuditEntry.objects.filter(object_reference=agreed.reference, before={"amount": "1000.00"}).exists()
    receipts.countersign(contribution=agreed, plan=4, by=finance, at=noon)
    with pytest.raises(GateShut, match="has counter-signed this contribution"):
        lower(agreed, partner.approver, noon, amount=Decimal("700.00"))


def test_who_may_not_lowers_nothing(agreed, pledged_next, partner, other, finance, noon):
    for seat in (partner.officer, other.approver, finance):
        with pytest.raises(ReductionRefused):
            lower(agreed, seat, noon)
    with pytest.raises((ReductionRefused, MoveRefused)):
        lower(pledged_next, partner.approver, noon)


@pytest.fixture
def pledged_next(fund, partner):
    return promised(fund=fund, by=partner.officer, year=2027)


def test_what_ran_out_lapses_by_the_calendar_once_with_its_reason(fund, pledged, agreed_next, partner):
    let_wait(agreed_next, partner.approver, moment("2026-11-22 12:00"), due_on=date(2027, 6, 1))
    assert actions.lapse_due(moment("2027-03-31 12:00")) == 0
    assert actions.lapse_due(moment("2027-04-01 12:00")) == 1
    assert actions.lapse_due(moment("2027-04-01 12:01")) == 0
    assert actions.lapse_due(moment("2027-06-02 12:00")) == 1
    pledged.refresh_from_db()
    event = pledged.events.order_by("pk").last()
    assert (pledged.state, event.state, event.happened_by) == ("lapsed", "lapsed", None)
    assert "2026/27 ended" in event.reason
    assert agreed_next.events.order_by("pk").last().reason == "Its condition was not met by Tuesday 1 June 2027."
    assert sums_by_year(fund) == {}
    assert "A contribution has changed" in {job.arguments["subject"] for job in Job.objects.filter(name="kernel.send_mail")}
    make_contribution(fund=fund, by=partner.officer, year=2027)
    with pytest.raises(MoveRefused):
        act("withdraw", pledged, partner.officer, moment("2027-04-02 12:00"), reason=WHY)


@pytest.fixture
def agreed_next(fund, partner):
    return promised(fund=fund, by=partner.officer, year=2027, agreed_by=partner.approver)


def test_the_host_notes_a_lapse_with_a_reason_and_nobody_else(pledged, partner, other, finance, noon):
    late = moment("2027-04-01 09:00")
    with pytest.raises(LapseRefused, match="This has not run out"):
        act("lapse", pledged, finance, noon, reason=WHY)
    for seat in (partner.approver, other.officer, make_seat(Role.FINANCE)):
        with pytest.raises(LapseRefused, match="Only a finance or lead officer"):
            act("lapse", pledged, seat, late, reason=WHY)
    act("lapse", pledged, finance, late, reason=WHY)
    assert pledged.events.order_by("pk").last().happened_by == finance.person


def test_the_host_writes_a_lapse_through_the_walls_and_nothing_else(as_app, fund, pledged, finance):
    late = moment("2027-04-01 09:00")
    with as_app(fund.host):
        act("lapse", pledged, finance, late, reason=WHY)
    pledged.refresh_from_db()
    assert pledged.state == "lapsed"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE funders_contribution SET amount = 1 WHERE id = %s",
        "UPDATE funders_contribution SET state = 'agreed' WHERE id = %s",
        "UPDATE funders_contribution SET state = 'lapsed', amount = 1 WHERE id = %s",
        "UPDATE funders_contribution SET state = 'lapsed', condition = 'x', condition_due_on = now() WHERE id = %s",
    ],
)
def test_the_database_refuses_the_host_any_other_change(as_app, fund, pledged, sql):
    with as_app(fund.host), pytest.raises(DatabaseError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, [pledged.pk])


def test_what_has_lapsed_does_not_come_back(as_app, partner, pledged):
    Contribution.objects.filter(pk=pledged.pk).update(state="lapsed")
    with as_app(partner.organisation), pytest.raises(DatabaseError, match="portal_contribution_over"), transaction.atomic():
        Contribution.objects.filter(pk=pledged.pk).update(state="pledged")


def test_an_event_without_a_person_is_a_lapse(pledged):
    with pytest.raises(DatabaseError, match="names_who_but_for_the_calendar"), transaction.atomic():
        ContributionEvent.objects.create(
            contribution=pledged, funder=pledged.funder, state="agreed", amount=1, happened_at=datetime.now().astimezone()
        )


def test_a_condition_has_its_day(pledged):
    with pytest.raises(DatabaseError, match="condition_has_its_day"), transaction.atomic():
        Contribution.objects.filter(pk=pledged.pk).update(condition="A letter")


def terms(one, by, at, **changes):
    told = {"pot": "s75", "purpose": "Court posts", "districts": [], "use_until": date(2027, 3, 31)}
    return act("set_terms", one, by, at, **{**told, **changes})


def test_terms_are_set_by_the_officer_then_by_the_approver_until_the_host_signs(agreed, pledged_next, partner, finance, noon):
    terms(pledged_next, partner.officer, noon, use_until=date(2028, 3, 31))
    with pytest.raises(TermsRefused, match="A funder officer sets the terms of a pledge"):
        terms(agreed, partner.officer, noon)
    terms(agreed, partner.approver, noon)
    agreed.refresh_from_db()
    assert (agreed.pot, agreed.purpose, agreed.districts, agreed.use_until) == ("s75", "Court posts", [], date(2027, 3, 31))
    assert agreed.events.order_by("pk").last().step == "terms"
    with pytest.raises(TermsRefused, match="purposes that are offered"):
        terms(agreed, partner.approver, noon, purpose="Fireworks")
    receipts.countersign(contribution=agreed, plan=4, by=finance, at=noon)
    with pytest.raises(GateShut, match="counter-signed"):
        terms(agreed, partner.approver, noon)


def add(event, by, at, content=PDF, name="letter.pdf"):
    return actions.add_evidence(event=event, file=SimpleUploadedFile(name, content), by=by, at=at)


@pytest.fixture
def scanned(monkeypatch):
    monkeypatch.setattr("commissioning.kernel.uploads.scan", lambda content: None)


@pytest.mark.usefixtures("scanned")
def test_a_step_takes_one_file_and_the_same_file_once_more_changes_nothing(agreed, partner, other, finance, noon):
    event = agreed.events.get()
    made = add(event, partner.officer, noon)
    assert add(event, partner.officer, noon) == made
    with pytest.raises(TermsRefused, match="has a file already"):
        add(event, partner.officer, noon, content=PDF + b"\n%%EOF\n")
    for seat in (other.officer, finance):
        with pytest.raises(TermsRefused, match="partner itself"):
            add(event, seat, noon)
    assert Evidence.objects.count() == 1


@pytest.mark.usefixtures("scanned")
def test_the_database_keeps_evidence_as_it_came_and_takes_it_from_its_partner_only(as_app, agreed, partner, other, noon):
    event, other_event = agreed.events.get(), promised(fund=agreed.fund, by=other.officer).events.get()
    with as_app(partner.organisation):
        made = add(event, partner.officer, noon)
    stolen = Evidence(
        event=other_event, funder=other_event.funder, name="x", size=1, file="x", added_at=noon, added_by=partner.officer.person
    )
    with as_app(partner.organisation):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            stolen.save()
        for sql in ("UPDATE funders_evidence SET name = 'x' WHERE id = %s", "DELETE FROM funders_evidence WHERE id = %s"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [made.pk])
    set_scope([])


def test_the_year_of_a_contribution_says_itself(agreed):
    assert agreed.financial_year == FinancialYear(2026)

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from commissioning.audit.models import AuditEntry
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat
from commissioning.periods.actions import extend
from providers.returns.actions.clock import freeze_returns, open_due_returns
from providers.returns.actions.filling import send_for_sign_off
from providers.returns.actions.reviewing import accept, ask, close, correct, explain, reopen_to_correct
from providers.returns.actions.signing import certify, hand_back
from providers.returns.actions.steps import NOT_YOURS
from providers.returns.kinds import Part
from providers.returns.models import OutcomeReturn, ReturnPart, ReturnVersion
from providers.returns.rules.checks import ReturnRefused
from providers.returns.rules.screening import PersonalDataRefused
from providers.returns.rules.versions import DECLARATION
from tests.factories import make_seat, moment
from tests.providers.cast import GOOD, NOW, Case, fresh, make_case, measure, working

LATER = moment("2026-10-06 09:30")


def figures(outcome_return: OutcomeReturn) -> dict:
    return dict(working(outcome_return).figures)


def question(case: Case, outcome_return: OutcomeReturn, code: str = "B02", service: str = "OUT"):
    return ask(
        outcome_return=outcome_return, measure=measure(code), service=service, question="Why so many?", by=case.commissioner, now=NOW
    )


# Opening


def test_a_return_is_opened_for_each_live_contract_and_open_quarter(case):
    make_case(provider=case.contract.provider, commissioner=case.contract.commissioner)
    make_case(state="ended")
    assert open_due_returns(NOW) == 4
    assert open_due_returns(NOW) == 0
    found = OutcomeReturn.objects.get(contract=case.contract, period=case.second)
    assert (found.state, found.due_on, found.provider, found.commissioner) == (
        "not_started",
        date(2026, 10, 20),
        case.contract.provider,
        case.contract.commissioner,
    )


def test_no_return_is_opened_for_a_quarter_outside_the_contract(db):
    make_case(starts_on=date(2026, 10, 1), ends_on=date(2027, 3, 31))
    make_case(starts_on=date(2020, 10, 1), ends_on=date(2026, 3, 31))
    assert open_due_returns(NOW) == 0


def test_the_opening_caseload_is_the_last_accepted_end(case):
    case.accepted(case.first)
    assert {service: value for (code, service), value in figures(case.open()).items() if code == "B01"} == {
        "IDVA_HR": 32,
        "OUT": 32,
        "REF": 32,
    }


def test_the_opening_caseload_follows_when_the_last_return_is_accepted_later(case):
    first = case.submitted(case.first)
    second = case.open()
    assert figures(second) == {}
    case.accept(first)
    open_due_returns(NOW)
    assert figures(second) == {("B01", "IDVA_HR"): 32, ("B01", "OUT"): 32, ("B01", "REF"): 32}


def test_an_extension_of_the_period_reaches_its_open_returns(case):
    outcome_return = case.open()
    extend(period=case.second, due_on=date(2026, 10, 30), reason="A flood closed the offices", by=Seat.system())
    open_due_returns(NOW)
    outcome_return = fresh(outcome_return)
    assert (outcome_return.due_on, outcome_return.extended_from, outcome_return.extended_because) == (
        date(2026, 10, 30),
        date(2026, 10, 20),
        "A flood closed the offices",
    )


# Filling in


def test_saving_a_page_stores_its_figures_and_begins_the_draft(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.REFERRALS, {"A01-OUT": " 1,300 ", "A01-REF": "0", "B02-OUT": "7"})
    assert figures(outcome_return) == {("A01", "OUT"): 1300, ("A01", "REF"): 0}
    assert fresh(outcome_return).state == "draft"


def test_what_is_no_figure_is_kept_as_it_was_typed(case):
    outcome_return = case.open()
    page = case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "<5", "A01-REF": "n/a", "A01-IDVA_HR": "3\x00"})
    assert page.typed == {"A01-OUT": "<5", "A01-REF": "n/a", "A01-IDVA_HR": "3"}
    assert figures(outcome_return) == {}


def test_a_mended_figure_replaces_what_was_typed(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "<5"})
    page = case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "4"})
    assert (page.typed, figures(outcome_return)) == ({}, {("A01", "OUT"): 4})


def test_a_figure_that_is_cleared_is_blank_again(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "4"})
    case.save(outcome_return, Part.REFERRALS, {})
    assert figures(outcome_return) == {}


def test_a_locked_opening_caseload_cannot_be_keyed(case):
    case.accepted(case.first)
    outcome_return = case.open()
    case.save(outcome_return, Part.CASELOAD, {"B01-OUT": "99", "B02-OUT": "5"})
    assert figures(outcome_return)["B01", "OUT"] == 32


def test_two_people_editing_the_second_save_is_refused_with_who_and_when(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "4"})
    other = make_seat(Role.DATA_OFFICER, organisation=case.contract.provider)
    with pytest.raises(StaleEdit) as refused:
        case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "5"}, seen=0, by=other)
    assert str(refused.value).startswith("Officer saved this page Monday 5 October 2026 at 10:00, after you had opened it.")
    assert figures(outcome_return) == {("A01", "OUT"): 4}


def test_two_people_on_two_pages_do_not_meet(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "4"}, seen=0)
    case.save(outcome_return, Part.CASELOAD, {"B02-OUT": "5"}, seen=0)
    assert figures(outcome_return) == {("A01", "OUT"): 4, ("B02", "OUT"): 5}


def test_the_same_save_twice_is_one_save(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "4"}, seen=0)
    page = case.save(outcome_return, Part.REFERRALS, {"A01-OUT": "4"}, seen=0, now=LATER)
    assert (page.version, page.changed_at) == (1, NOW)


def test_words_that_point_to_a_person_are_not_stored(case):
    outcome_return = case.open()
    with pytest.raises(PersonalDataRefused, match="looks like an e-mail address"):
        case.save(outcome_return, Part.WORDS, {}, note="Ask jo@example.org")
    assert not ReturnPart.objects.exists()


def test_a_refused_step_leaves_everything_as_it_was(case):
    outcome_return = case.open()
    case.fill(outcome_return, **dict.fromkeys((name.replace("-", "_") for name in GOOD if name != "F04"), ""))
    with pytest.raises(ReturnRefused, match="30 things still to mend"):
        case.send(outcome_return)
    assert fresh(outcome_return).state == "draft"


# Signing


def test_sending_asks_the_certifiers_by_mail_without_figures(case):
    outcome_return = case.fill(case.open())
    case.send(outcome_return, LATER)
    outcome_return = fresh(outcome_return)
    assert (outcome_return.state, outcome_return.prepared_by, outcome_return.prepared_at) == (
        "awaiting_sign_off",
        case.officer.person,
        LATER,
    )
    mail = Job.objects.filter(name="kernel.send_mail").last().arguments
    assert (mail["to"], mail["subject"]) == (case.certifier.person.email, "A return waits for your signature")
    assert "12" not in mail["text"].replace(outcome_return.reference, "")


def test_the_preparer_cannot_certify(case):
    both = make_seat(Role.DATA_OFFICER, Role.CERTIFIER, organisation=case.contract.provider)
    outcome_return = case.fill(case.open())
    send_for_sign_off(outcome_return=outcome_return, by=both, now=NOW)
    with pytest.raises(ReturnRefused, match="You prepared this return yourself"):
        certify(outcome_return=outcome_return, declared=True, seen=fresh(outcome_return).version, by=both, now=NOW)


def test_certifying_needs_the_declaration(case):
    outcome_return = case.fill(case.open())
    case.send(outcome_return)
    with pytest.raises(ReturnRefused, match="Tick the box to declare") as refused:
        certify(outcome_return=outcome_return, declared=False, seen=3, by=case.certifier, now=NOW)
    assert refused.value.field == "declared"


def test_certifying_what_has_changed_since_is_refused(case):
    outcome_return = case.fill(case.open())
    seen = case.send(outcome_return).version
    hand_back(outcome_return=outcome_return, reason="Look at outreach again", by=case.certifier, now=NOW)
    case.send(outcome_return)
    with pytest.raises(StaleEdit, match="This return changed after you opened it"):
        certify(outcome_return=outcome_return, declared=True, seen=seen, by=case.certifier, now=NOW)


def test_certifying_makes_a_version_with_a_hash_of_its_content(case):
    outcome_return = case.submitted(now=LATER, words="A quiet quarter.")
    version = ReturnVersion.objects.get(outcome_return=outcome_return)
    text = json.dumps(version.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert version.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (version.number, version.certified_by, version.certified_at) == (1, case.certifier.person, LATER)
    assert version.content["figures"][0] == {"measure": "A01", "service": "IDVA_HR", "value": "20.00"}
    assert version.content["notes"] == {"words": "A quiet quarter."}
    assert version.content["declaration"] == DECLARATION
    assert (outcome_return.state, outcome_return.first_submitted_at) == ("submitted", LATER)


def test_a_version_is_never_changed(case):
    case.submitted()
    with pytest.raises(DatabaseError, match="portal_append_only"), transaction.atomic():
        ReturnVersion.objects.update(sha256="")


def test_handing_back_needs_a_reason_and_returns_to_the_draft(case):
    outcome_return = case.fill(case.open())
    case.send(outcome_return)
    with pytest.raises(ReturnRefused, match="Say what has to be changed"):
        hand_back(outcome_return=outcome_return, reason=" ", by=case.certifier, now=NOW)
    hand_back(outcome_return=outcome_return, reason="Refuge looks high", by=case.certifier, now=NOW)
    outcome_return = fresh(outcome_return)
    assert (outcome_return.state, outcome_return.sent_back_because) == ("draft", "Refuge looks high")


# Reviewing


def test_a_question_makes_the_return_queried_until_it_is_answered(case):
    outcome_return = case.submitted()
    query = question(case, outcome_return)
    assert fresh(outcome_return).state == "queried"
    explain(query=query, answer="A new outreach post began in July.", by=case.officer, now=LATER)
    query.refresh_from_db()
    assert fresh(outcome_return).state == "submitted"
    assert (query.answered_by, query.answered_at, query.closed_at) == (case.officer.person, LATER, None)


def test_a_return_with_an_open_query_is_not_accepted(case):
    outcome_return = case.submitted()
    query = question(case, outcome_return)
    explain(query=query, answer="Yes, it is right.", by=case.officer, now=LATER)
    with pytest.raises(ReturnRefused, match="1 query is still open"):
        case.accept(outcome_return)
    close(query=query, by=case.commissioner, now=LATER)
    assert case.accept(outcome_return).state == "accepted"


def test_one_open_query_a_figure(case):
    outcome_return = case.submitted()
    question(case, outcome_return)
    question(case, outcome_return, "B02", "REF")
    with pytest.raises(ReturnRefused, match="already an open query about this figure"):
        question(case, outcome_return)


def test_a_question_needs_words(case):
    outcome_return = case.submitted()
    with pytest.raises(ReturnRefused, match="Write what you want to know") as refused:
        ask(outcome_return=outcome_return, measure=measure("B02"), service="OUT", question=" ", by=case.commissioner, now=NOW)
    assert refused.value.field == "question"


def test_a_corrected_figure_makes_a_second_version_after_it_is_certified(case):
    outcome_return = case.submitted()
    query = question(case, outcome_return)
    correct(query=query, answer="Two were counted twice.", figure="10", by=case.officer, now=LATER)
    assert fresh(outcome_return).state == "awaiting_sign_off"
    version = case.sign(outcome_return, LATER)
    assert (version.number, fresh(outcome_return).state) == (2, "submitted")
    assert {"measure": "B02", "service": "OUT", "value": "10.00"} in version.content["figures"]
    assert fresh(outcome_return).first_submitted_at == NOW
    close(query=query, by=case.commissioner, now=LATER)
    assert case.accept(outcome_return).state == "accepted"


def test_a_second_query_keeps_the_corrected_return_queried(case):
    outcome_return = case.submitted()
    first, second = question(case, outcome_return), question(case, outcome_return, "B02", "REF")
    correct(query=first, answer="Two were counted twice.", figure="10", by=case.officer, now=LATER)
    case.sign(outcome_return, LATER)
    assert fresh(outcome_return).state == "queried"
    explain(query=second, answer="It is right.", by=case.officer, now=LATER)
    assert fresh(outcome_return).state == "submitted"


@pytest.mark.parametrize(
    ("code", "figure", "sentence"),
    [
        ("B02", "", "Enter the corrected figure."),
        ("B02", "1.5", "Enter a whole number, without a decimal point"),
        ("B02", "12", "This is the figure that you gave before. Explain it instead, or enter another."),
        ("B05", "40", "This figure follows from others. Choose to correct several figures instead."),
        ("E01N", "11", "With this figure a check fails: Closed with an exit review (11) cannot be more than closed as planned"),
    ],
)
def test_a_correction_that_cannot_stand_is_refused_and_nothing_is_kept(case, code, figure, sentence):
    outcome_return = case.submitted()
    query = question(case, outcome_return, code)
    with pytest.raises(ReturnRefused) as refused:
        correct(query=query, answer="See the figure.", figure=figure, by=case.officer, now=LATER)
    assert str(refused.value).startswith(sentence)
    query.refresh_from_db()
    assert (query.answer, fresh(outcome_return).state) == ("", "queried")


def test_a_return_can_be_taken_back_to_correct_several_figures(case):
    outcome_return = case.submitted()
    query = question(case, outcome_return)
    reopen_to_correct(query=query, answer="We will send new figures.", by=case.officer, now=LATER)
    assert fresh(outcome_return).state == "draft"
    case.fill(outcome_return, B02_OUT="10", B03P_OUT="5")
    case.send(outcome_return)
    assert case.sign(outcome_return).number == 2


def test_closing_an_unanswered_query_withdraws_it(case):
    outcome_return = case.submitted()
    close(query=question(case, outcome_return), by=case.commissioner, now=LATER)
    assert fresh(outcome_return).state == "submitted"


def test_accepting_what_has_changed_since_is_refused(case):
    outcome_return = case.submitted()
    seen = outcome_return.version
    query = question(case, outcome_return)
    close(query=query, by=case.commissioner, now=LATER)
    with pytest.raises(StaleEdit):
        accept(outcome_return=outcome_return, seen=seen, by=case.commissioner, now=NOW)


@pytest.mark.parametrize("roles", [(Role.BOARD_MEMBER,), (Role.FINANCE,), (Role.DATA_OFFICER,)])
def test_only_reviewers_of_the_commissioner_accept(case, roles):
    outcome_return = case.submitted()
    seat = make_seat(*roles, organisation=case.contract.commissioner)
    with pytest.raises(ReturnRefused) as refused:
        accept(outcome_return=outcome_return, seen=outcome_return.version, by=seat, now=NOW)
    assert str(refused.value) == NOT_YOURS


# The freeze


@pytest.mark.parametrize(
    ("reach", "state"),
    [
        (lambda case: case.open(), "not_submitted"),
        (lambda case: case.fill(case.open()), "not_submitted"),
        (lambda case: case.send(case.fill(case.open())), "not_submitted"),
        (lambda case: case.submitted(), "frozen_unaccepted"),
        (lambda case: question(case, case.submitted()).outcome_return, "frozen_unaccepted"),
        (lambda case: case.accepted(), "frozen"),
    ],
)
def test_the_freeze_gives_every_return_its_last_state(case, reach, state):
    outcome_return = reach(case)
    assert freeze_returns(NOW) == 0
    type(case.second).objects.filter(pk=case.second.pk).update(state="frozen")
    assert freeze_returns(NOW) == 1
    assert freeze_returns(NOW) == 0
    assert fresh(outcome_return).state == state


def test_a_correction_that_was_not_certified_in_time_leaves_the_version_that_was(case):
    outcome_return = case.submitted()
    query = question(case, outcome_return)
    reopen_to_correct(query=query, answer="We will send new figures.", by=case.officer, now=LATER)
    type(case.second).objects.filter(pk=case.second.pk).update(state="frozen")
    freeze_returns(NOW)
    assert fresh(outcome_return).state == "frozen_unaccepted"
    assert outcome_return.versions.get().content["figures"][0]["value"] == "20.00"


def test_nobody_is_written_to_about_a_frozen_period(case):
    type(case.first).objects.filter(pk=case.first.pk).update(state="frozen")
    case.first.refresh_from_db()
    case.accepted(case.first)
    assert not Job.objects.filter(name="kernel.send_mail").exists()


def test_each_step_is_in_the_record_without_figures(case):
    case.frozen()
    verbs = list(AuditEntry.objects.filter(object_type="outcome return").order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "opened",
        "began to fill in",
        *["filled in"] * 5,
        "sent for sign-off",
        "certified and submitted",
        "accepted",
        "froze",
    ]
    assert "60750" not in json.dumps(list(AuditEntry.objects.values_list("after", flat=True)))


def test_money_is_kept_to_the_penny(case):
    outcome_return = case.open()
    case.save(outcome_return, Part.MONEY, {"F04": "£121,250.05"})
    assert figures(outcome_return) == {("F04", ""): Decimal("121250.05")}

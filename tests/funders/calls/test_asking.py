"""Draft, ask, answer, close, cancel: by whom, once, and with everybody told who has to know."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.audit.models import AuditEntry
from commissioning.kernel.life_cycle import MoveRefused
from commissioning.kernel.models import Job
from commissioning.kernel.refusals import StaleEdit
from commissioning.organisations.models import Organisation
from commissioning.organisations.roles import Role
from funders.calls import actions
from funders.calls.models import Call, CallShare
from funders.calls.queries import calls_asked, sums_of
from funders.calls.rules import AnswerRefused, CallRefused
from funders.ledger.queries import verdicts
from tests.factories import make_seat, moment


def broken():
    return [one.name for one in verdicts() if one.broken]


def letters():
    found = Job.objects.filter(name="kernel.send_mail").order_by("pk")
    return [(job.arguments["subject"], job.arguments["to"]) for job in found]


def subjects():
    return [subject for subject, _ in letters()]


def amounts(call):
    return [(one.funder.name, one.amount) for one in call.shares.select_related("funder").order_by("number")]


def test_the_agreed_key_asks_each_partner_for_its_part_of_its_sector(case):
    call = case.ask()
    assert amounts(call) == [
        ("Health partner", Decimal("700.00")),
        ("Another partner", Decimal("400.00")),
        ("Social services", Decimal("100.00")),
    ]
    share = case.share(call, case.health)
    assert (share.sector_label, share.parts, share.parts_of, share.members, share.state) == ("Health", 7, 12, 1, "waiting")
    assert (call.state, call.asked_by, call.host) == ("asked", case.officer.person, case.fund.host)
    assert broken() == []


def test_twenty_thousand_pounds_by_the_agreed_key_to_the_penny(case):
    """About £20,000 for a review, in the paper of 2017: 7 : 4 : 1."""
    call = case.ask(case.draft(amount=Decimal("20000.00")))
    assert [amount for _, amount in amounts(call)] == [Decimal("11666.67"), Decimal("6666.67"), Decimal("1666.66")]


def test_members_of_a_sector_share_it_equally(case):
    second = Organisation.objects.create(code="zz", name="Second police", is_funder=True, sector="cjs")
    call = case.ask(case.draft(amount=Decimal("1200.03")))
    share = call.shares.get(funder=second)
    assert (share.members, share.sector_amount, share.amount) == (2, Decimal("400.01"), Decimal("200.00"))
    assert sum(amount for _, amount in amounts(call)) == Decimal("1200.03")


def test_a_one_time_key_asks_only_partners_with_parts(case):
    parts = {case.health.organisation.pk: 2, case.fund.host_id: 1, case.police.organisation.pk: 0}
    call = case.ask(case.draft(key="one-time", key_reason="Only two of us.", parts=parts, amount=Decimal("100.00")))
    assert amounts(call) == [("Health partner", Decimal("66.67")), ("Host Council", Decimal("33.33"))]
    assert set(call.shares.values_list("parts_of", "sector_label")) == {(3, "")}
    assert broken() == []


def test_the_agreed_key_is_refused_without_a_partner_in_each_sector(case):
    Organisation.objects.filter(pk=case.social.organisation.pk).update(sector="charity")
    with pytest.raises(CallRefused, match="stands for Social services"):
        case.draft()
    case.fund.sector_shares.all().delete()
    with pytest.raises(CallRefused, match="no agreed key"):
        case.draft()


def test_only_the_hosts_commissioner_or_lead_drafts_and_asks(case):
    for seat in (case.finance, case.health.approver, make_seat(Role.COMMISSIONER), make_seat(Role.LEAD_OFFICER)):
        with pytest.raises(CallRefused, match="officer of the host"):
            actions.draft(fund=case.fund, by=seat, at=case.noon, **case.words())
    call = case.draft()
    for seat in (case.finance, case.health.approver, make_seat(Role.COMMISSIONER)):
        with pytest.raises(CallRefused, match="of the host partner"):
            case.ask(call, by=seat)
    lead = make_seat(Role.LEAD_OFFICER, organisation=case.fund.host)
    assert case.ask(call, by=lead).state == "asked"


def test_a_fund_that_has_ended_is_not_called_on(case):
    with pytest.raises(CallRefused, match="has ended"):
        actions.draft(fund=case.fund, by=case.officer, at=moment("2030-01-01 12:00"), **case.words())


def test_a_draft_is_changed_and_what_was_asked_is_not(case):
    call = case.draft()
    told = {"by": case.officer, "at": case.noon}
    actions.change(call=call, version=1, **told, **case.words(title="Another cost", amount=Decimal("60.00")))
    with pytest.raises(StaleEdit, match="changed this on"):
        actions.change(call=call, version=1, **told, **case.words())
    call = case.ask(Call.objects.get(pk=call.pk))
    assert (call.title, call.amount) == ("Another cost", Decimal("60.00"))
    with pytest.raises(CallRefused, match="only with a draft"):
        actions.change(call=call, version=call.version, **told, **case.words())
    with pytest.raises(MoveRefused):
        case.ask(call)
    assert CallShare.objects.count() == 3


def test_a_draft_that_waited_too_long_needs_another_day(case):
    call = case.draft()
    with pytest.raises(CallRefused, match="after today"):
        case.ask(call, at=moment("2026-12-20 12:00"))


def test_each_partners_officers_and_approvers_are_told_without_a_word_about_the_matter(case):
    case.ask()
    told = {to for subject, to in letters() if subject == "A one-off call waits for your answer"}
    assert told == {seat.person.email for one in case.partners for seat in (one.officer, one.approver)}
    texts = [job.arguments["text"] for job in Job.objects.filter(name="kernel.send_mail")]
    assert not [text for text in texts if "700" in text or "homicide" in text.lower()]


def test_partners_accept_all_or_less_or_nothing_and_the_host_says_how_the_rest_is_met(case):
    call = case.ask()
    case.answer(call, case.health)
    case.answer(call, case.police, "300.00", reason="Our budget has no more.")
    assert Call.objects.get(pk=call.pk).state == "asked"
    last = case.answer(call, case.social, "0.00", decision_reference="", reason="It is not our cost.")
    assert (last.state, last.accepted_amount, last.answered_by) == ("declined", Decimal("0.00"), case.social.approver.person)
    call = Call.objects.get(pk=call.pk)
    assert call.state == "asked"
    sums = sums_of(call)
    assert (sums.accepted, sums.uncovered) == (Decimal("1000.00"), Decimal("200.00"))
    assert subjects().count("A partner answered a one-off call") == 3 * 2
    assert "A one-off call is closed" not in subjects()
    assert AuditEntry.objects.filter(object_reference=last.reference, verb="declined").count() == 1
    assert broken() == []


def test_the_last_answer_closes_a_call_that_is_covered_in_full(case):
    call = case.ask()
    for one in case.partners:
        last = case.answer(call, one)
    call = Call.objects.get(pk=call.pk)
    assert (call.state, call.closed_by, call.closing_note) == ("closed", last.answered_by, "")
    assert "A one-off call is closed" in subjects()


def test_only_the_partners_own_approver_answers_and_only_once(case):
    call = case.ask()
    for seat in (case.health.officer, case.police.approver, case.officer):
        with pytest.raises(AnswerRefused, match="Only a funder approver"):
            case.answer(call, case.health, by=seat)
    case.answer(call, case.health)
    with pytest.raises(AnswerRefused, match="once"):
        case.answer(call, case.health, version=2)
    with pytest.raises(StaleEdit):
        case.answer(call, case.police, version=7)


def test_an_answer_needs_what_it_needs(case):
    call = case.ask()
    with pytest.raises(AnswerRefused, match="or less"):
        case.answer(call, case.health, "700.01")
    with pytest.raises(AnswerRefused, match="why you accept less"):
        case.answer(call, case.health, "1.00")
    with pytest.raises(AnswerRefused, match="why you decline"):
        case.answer(call, case.health, "0.00")
    with pytest.raises(AnswerRefused, match="reference of the decision"):
        case.answer(call, case.health, decision_reference=" ")


def test_the_host_closes_and_says_how_the_rest_is_met(case):
    call = case.ask()
    case.answer(call, case.health)
    told = {"by": case.officer, "version": call.version, "at": case.noon}
    with pytest.raises(CallRefused, match=r"how the £500\.00 that no partner covers"):
        actions.close(call=call, note="", **told)
    with pytest.raises(CallRefused, match="host partner"):
        actions.close(call=call, note="The council pays it.", **{**told, "by": case.health.approver})
    closed = actions.close(call=call, note="The council pays it.", **told)
    assert (closed.state, closed.closing_note, closed.closed_by) == ("closed", "The council pays it.", case.officer.person)
    with pytest.raises(AnswerRefused, match="while the call is open"):
        case.answer(call, case.police)
    assert case.share(call, case.police).state == "waiting"


def cancel(case, call, **changes):
    return actions.cancel(
        call=call, **{"reason": "It was an error.", "by": case.officer, "version": call.version, "at": case.noon, **changes}
    )


@pytest.mark.parametrize("step", ["draft", "ask", "answered"])
def test_a_call_is_cancelled_while_nothing_has_arrived(case, step):
    call = cancel(case, getattr(case, step)())
    assert (call.state, call.cancelled_because) == ("cancelled", "It was an error.")
    assert ("A one-off call is cancelled" in subjects()) is (step != "draft")
    with pytest.raises(MoveRefused, match="final"):
        cancel(case, call)
    assert broken() == []


def test_what_money_has_arrived_for_is_not_cancelled_before_it_is_reversed(case):
    call, receipt = case.received()
    with pytest.raises(CallRefused, match=r"£700\.00 has arrived"):
        cancel(case, call)
    with pytest.raises(CallRefused, match="host partner"):
        cancel(case, call, by=case.finance)
    actions.reverse_receipt(receipt=receipt, reason="It was for another fund", by=case.finance, at=case.noon)
    assert cancel(case, call).state == "cancelled"


def test_a_partner_that_is_silent_is_reminded_once_in_the_week_before(case):
    call = case.ask()
    case.answer(call, case.health)
    days = ["2026-12-12", "2026-12-13", "2026-12-14", "2026-12-21"]
    assert [actions.remind(moment(f"{day} 09:00")) for day in days] == [0, 2, 0, 0]
    told = {to for subject, to in letters() if subject == "A one-off call still waits for your answer"}
    assert told == {seat.person.email for one in (case.police, case.social) for seat in (one.officer, one.approver)}


def test_nobody_is_reminded_of_what_is_not_open_or_was_asked_today(case):
    case.draft()
    call = case.ask(case.draft(answer_by=date(2026, 11, 25)))
    assert actions.remind(case.noon) == 0
    cancel(case, call)
    assert actions.remind(moment("2026-11-24 09:00")) == 0


def test_the_report_counts_the_calls_of_a_period_and_their_pounds(case):
    call, _ = case.received()
    case.pay(call)
    cancel(case, case.ask())
    case.draft()
    found = calls_asked(case.fund, date(2026, 10, 1), date(2026, 12, 31))
    assert (found.count, found.sums.asked, found.sums.accepted) == (1, Decimal("1200.00"), Decimal("1000.00"))
    assert (found.sums.received, found.sums.paid) == (Decimal("700.00"), Decimal("500.00"))
    assert calls_asked(case.fund, date(2026, 7, 1), date(2026, 9, 30)).count == 0

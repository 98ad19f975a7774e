"""Calls in the browser's eyes: who opens what, what is kept of a form that is refused, confirmations and files."""

import re

import pytest
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from tests.factories import make_seat, moment

DAY = {"received_on_day": "22", "received_on_month": "11", "received_on_year": "2026"}
PAID = {"paid_on_day": "22", "paid_on_month": "11", "paid_on_year": "2026"}


@pytest.fixture(autouse=True)
def today(monkeypatch, noon):
    """The pages' clock stands at the noon of the actions."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


def url(name, *args):
    return reverse(f"calls:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def filled(**changes):
    told = {"title": "Domestic homicide review", "amount": "20,000", "purpose": "The chair and the report.", "key": "agreed"}
    return {**told, "answer_by_day": "20", "answer_by_month": "12", "answer_by_year": "2026", "key_reason": "", **changes}


@pytest.fixture
def officer(case, client_for):
    return client_for(case.officer)


@pytest.fixture
def approver(case, client_for):
    return client_for(case.health.approver)


@pytest.fixture
def finance(case, client_for):
    return client_for(case.finance)


def test_from_the_draft_to_the_payment(case, officer, approver, finance):
    assert "Draft a call" in words(officer.get(url("list")))
    page = words(officer.post(url("draft", case.fund.code), filled(), follow=True))
    assert "Nobody is asked yet" in page
    assert "Health: 7 of 12 parts £11,666.67" in page
    call = Call.objects.get()
    assert "three in a year is a small number" in words(officer.get(url("change", call.reference)))
    asking = words(officer.get(url("ask", call.reference)))
    assert "Together £20,000.00" in asking
    assert "What was asked cannot be changed" in asking
    assert "The partners are asked" in words(officer.post(url("ask", call.reference), {"version": 1}, follow=True))

    assert "1 call You are asked for £11,666.67 in all" in words(approver.get(reverse("home")))
    share = case.share(call, case.health)
    given = {"accepted": "11,666.67", "decision_reference": "Minute 9", "reason": "", "version": 1}
    assert "Check your answer" in words(approver.post(url("answer", share.reference), given))
    assert CallShare.objects.get(pk=share.pk).state == "waiting"
    page = words(approver.post(url("answer", share.reference), {**given, "step": "confirm"}, follow=True))
    assert "Your answer is recorded" in page
    assert "Minute 9" in page

    sent = {"amount": "11666.67", "bank_reference": "BACS 1", **DAY}
    page = words(finance.post(url("receive", share.reference), sent, follow=True))
    assert "posted to the ledger" in page
    paid = {"amount": "5000", "payee": "Independent chair", "bank_reference": "PAY 1", **PAID}
    page = words(finance.post(url("pay", call.reference), paid, follow=True))
    assert "£6,666.67 is left of what came in" in page
    ledger = words(finance.get(reverse("ledger:ledger", args=[case.fund.code])))
    assert "Received for one-off calls £6,666.67" in ledger


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "1e3"}, "Write the amount to share in full"),
        ({"amount": "1,00"}, "put a full stop before the pence"),
        ({"amount": "NaN"}, "the amount to share in figures"),
        ({"amount": "Infinity"}, "the amount to share in figures"),
        ({"amount": "1e400"}, "Write the amount to share in full"),
        ({"amount": "-5"}, "take out the minus sign"),
        ({"amount": "1.001"}, "no more than 2 figures after the point"),
        ({"amount": ""}, "Enter the amount to share"),
        ({"amount": "0"}, "more than £0"),
        ({"amount": "0.05"}, "too little to share"),
        ({"title": ""}, "Enter what the cost is"),
        ({"purpose": ""}, "Enter what the money is for"),
        ({"answer_by_day": "31", "answer_by_month": "11"}, "November 2026 has 30 days"),
        ({"answer_by_day": "22", "answer_by_month": "11"}, "after today"),
        ({"answer_by_year": "2029"}, "within a year"),
        ({"key": "one-time"}, "why the agreed key does not fit"),
        ({"key": "one-time", "key_reason": "Two of us only."}, "at least one partner"),
        ({"key": "neither"}, "is not one of the choices"),
    ],
)
def test_a_draft_that_cannot_be_is_told_and_what_was_typed_stays(case, officer, typed, said):
    sent = filled(**typed)
    answer = officer.post(url("draft", case.fund.code), sent)
    assert answer.status_code == 200
    assert said in words(answer)
    assert Call.objects.count() == 0
    for name in ("title", "amount", "answer_by_day"):
        assert not sent[name] or f'value="{sent[name]}"' in answer.content.decode()


@pytest.mark.parametrize("parts", ["1.5", "-1", "1001", "one"])
def test_parts_are_whole_numbers(case, officer, parts):
    box = f"parts_{case.health.organisation.pk}"
    answer = officer.post(url("draft", case.fund.code), filled(key="one-time", key_reason="Two of us only.", **{box: parts}))
    assert Call.objects.count() == 0
    assert "the parts of Health partner" in words(answer).replace("The parts", "the parts")
    assert f'value="{parts}"' in answer.content.decode()


def test_a_one_time_key_is_kept_and_changed(case, officer):
    box = f"parts_{case.health.organisation.pk}"
    officer.post(url("draft", case.fund.code), filled(key="one-time", key_reason="Two of us only.", **{box: "3"}))
    call = Call.objects.get()
    page = officer.get(url("change", call.reference)).content.decode()
    assert re.search(rf'name="{box}"[^>]* value="3"|value="3"[^>]* name="{box}"', page)
    changed = filled(key="agreed", title="Another cost", version=call.version)
    assert "The draft is changed" in words(officer.post(url("change", call.reference), changed, follow=True))
    stale = officer.post(url("change", call.reference), filled(title="A third cost", version=1))
    assert "changed this on" in words(stale)
    assert 'value="A third cost"' in stale.content.decode()


def test_a_sector_that_loses_its_partner_is_told_on_the_draft(case, officer):
    call = case.draft()
    type(case.fund.host).objects.filter(pk=case.social.organisation.pk).update(sector="charity")
    assert "stands for Social services" in words(officer.get(url("call", call.reference)))
    page = words(officer.get(url("ask", call.reference)))
    assert "cannot be asked as it stands" in page
    assert "Ask the partners</button>" not in page


def test_zero_is_an_answer_and_blank_is_not(case, approver):
    share = case.share(case.ask(), case.health)
    sent = {"accepted": "", "decision_reference": "", "reason": "It is not our cost.", "version": 1}
    assert "Enter the amount that you accept" in words(approver.post(url("answer", share.reference), sent))
    checked = words(approver.post(url("answer", share.reference), {**sent, "accepted": "0"}))
    assert "Decline: £0.00" in checked
    back = approver.post(url("answer", share.reference), {**sent, "accepted": "0", "step": "back"})
    assert "It is not our cost." in words(back)
    page = words(approver.post(url("answer", share.reference), {**sent, "accepted": "0", "step": "confirm"}, follow=True))
    assert "Declined £0.00" in page
    assert approver.get(url("answer", share.reference)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"accepted": "700.01"}, "Enter that or less"),
        ({"accepted": "600"}, "why you accept less"),
        ({"decision_reference": ""}, "Enter the reference of the decision"),
        ({"accepted": "0"}, "why you decline"),
    ],
)
def test_an_answer_that_cannot_be_is_told_before_it_is_confirmed(case, approver, typed, said):
    share = case.share(case.ask(), case.health)
    sent = {"accepted": "700", "decision_reference": "Minute 1", "reason": "", "version": 1, "step": "confirm", **typed}
    assert said in words(approver.post(url("answer", share.reference), sent))
    assert CallShare.objects.get(pk=share.pk).state == "waiting"


def test_the_same_answer_and_the_same_money_sent_twice_act_once(case, approver, finance):
    share = case.share(case.ask(), case.health)

    def twice(client, address, sent):
        page = client.get(address).content.decode()
        once = re.search(r'name="once" value="([^"]+)"', page)[1]
        return [client.post(address, {**sent, "once": once}).status_code for _ in range(2)]

    given = {"accepted": "700", "decision_reference": "Minute 1", "reason": "", "version": 1, "step": "confirm"}
    assert twice(approver, url("answer", share.reference), given) == [302, 302]
    assert twice(finance, url("receive", share.reference), {"amount": "300", "bank_reference": "BACS 1", **DAY}) == [302, 302]
    paid = {"amount": "100", "payee": "Independent chair", "bank_reference": "PAY 1", **PAID}
    assert twice(finance, url("pay", share.call.reference), paid) == [302, 302]
    assert (CallReceipt.objects.count(), CallPayment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("receive", {"amount": "1e3"}, "Write the amount received in full"),
        ("receive", {"amount": "0"}, "more than £0"),
        ("receive", {"bank_reference": ""}, "Enter the bank reference"),
        ("receive", {"received_on_year": "2025"}, "or later: partners were asked on that day"),
        ("pay", {"amount": "999"}, "£700.00 is at hand"),
        ("pay", {"payee": ""}, "Enter who was paid"),
        ("pay", {"paid_on_day": "23"}, "today or earlier"),
    ],
)
def test_money_that_cannot_be_is_told_and_what_was_typed_stays(case, finance, name, typed, said):
    call, _ = case.received()
    sent = {"amount": "100", "bank_reference": "BACS 2", "payee": "Independent chair", **DAY, **PAID, **typed}
    reference = case.share(call, case.police).reference if name == "receive" else call.reference
    answer = finance.post(url(name, reference), sent)
    assert said in words(answer)
    assert not sent["amount"] or f'value="{sent["amount"]}"' in answer.content.decode()
    assert (CallReceipt.objects.count(), CallPayment.objects.count()) == (1, 0)


def test_closing_and_cancelling_ask_for_reasons(case, officer):
    call = case.ask()
    sent = {"note": "", "version": call.version}
    refused = words(officer.post(url("close", call.reference), sent))
    assert "How the £1,200.00 that no partner covers is met" in refused
    assert "Enter how what is not covered is met" in refused
    page = words(officer.post(url("close", call.reference), {**sent, "note": "The council pays it."}, follow=True))
    assert "The council pays it." in page
    call.refresh_from_db()
    assert "Enter the reason" in words(officer.post(url("cancel", call.reference), {"reason": "", "version": call.version}))
    page = words(officer.post(url("cancel", call.reference), {"reason": "It was an error.", "version": call.version}, follow=True))
    assert "Cancelled" in page
    assert officer.get(url("cancel", call.reference)).status_code == 404


def test_reversing_takes_a_reason_and_both_stay(case, finance):
    call, receipt = case.received()
    payment = case.pay(call)
    refused = finance.post(url("reverse_receipt", receipt.reference), {"reason": "It was for another fund"})
    assert "has been paid out" in words(refused)
    for name, row in (("reverse_payment", payment), ("reverse_receipt", receipt)):
        assert "Enter the reason" in words(finance.post(url(name, row.reference), {"reason": ""}))
        page = words(finance.post(url(name, row.reference), {"reason": "It was for another fund"}, follow=True))
        assert "Both postings stay in the ledger" in page
        assert "It was for another fund" in page
        assert finance.get(url(name, row.reference)).status_code == 404


def test_every_partner_reads_what_was_asked_with_all_answers_and_nobody_a_draft(case, client_for):
    draft, call = case.draft(), case.answered()
    for reader in (case.police.officer, make_seat(Role.BOARD_MEMBER), make_seat(Role.AUDITOR)):
        client = client_for(reader)
        page = words(client.get(url("call", call.reference)))
        assert "It is not our cost." in page
        assert "£300.00" in page
        assert client.get(url("call", draft.reference)).status_code == 404
        assert draft.reference not in client.get(url("list")).content.decode()


def test_a_provider_and_a_stranger_have_no_part(case, client_for):
    call, receipt = case.received()
    share, payment = case.share(call, case.health), case.pay(call)
    provider = client_for(make_seat(Role.DATA_OFFICER))
    places = {"list": [], "call": [call], "answer": [share], "receive": [share], "pay": [call], "ask": [call], "close": [call]}
    places |= {"reverse_receipt": [receipt], "reverse_payment": [payment], "cancel": [call], "change": [call]}
    for name, rows in places.items():
        assert provider.get(url(name, *[row.reference for row in rows])).status_code == 403
    assert provider.get(url("draft", case.fund.code)).status_code == 403
    stranger = client_for(make_seat(Role.COMMISSIONER, Role.FINANCE, Role.FUNDER_APPROVER))
    for name, rows in places.items():
        if name not in ("list", "call"):
            assert stranger.get(url(name, *[row.reference for row in rows])).status_code == 404
    assert stranger.get(url("draft", case.fund.code)).status_code == 404


def test_the_list_is_searched_filtered_and_taken_away(case, officer):
    assert "No call to show" in words(officer.get(url("list")))
    case.draft()
    case.ask(case.draft(title="Printing of leaflets"))
    assert "2 calls" in words(officer.get(url("list")))
    assert "1 call " in words(officer.get(url("list"), {"search": "leaflets"}))
    assert "1 call " in words(officer.get(url("list"), {"state": "draft", "fund": case.fund.code}))
    assert "No call to show" in words(officer.get(url("list"), {"state": "overdue"}))
    lines = officer.get(url("list"), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == "Reference,Call,Answer by,Asked,Accepted,Received,Paid out,How it stands,Fund"
    assert len(lines) == 3


def test_the_shares_are_taken_away_as_a_file(case, approver):
    call, _ = case.received()
    lines = approver.get(url("call", call.reference), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    heads = "Reference,Partner,How the share is computed,Asked,Answer,Accepted,Received,Decision,Reason,Answered,By"
    assert lines[0].replace('"', "") == heads
    assert '"700.00","Accepted","700.00","700.00","Minute 1"' in lines[1]
    assert lines[-1].startswith('"","Together","","1200.00"')
    assert approver.get(url("call", call.reference), {"format": "xlsx"}).getvalue()[:2] == b"PK"


def test_home_says_what_is_overdue(case, client_for, monkeypatch):
    case.ask()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment("2026-12-21 09:00"))
    home = words(client_for(case.officer).get(reverse("home")))
    assert "Calls with overdue answers 1 call 3 answers should be here by now" in home
    assert "Overdue: calls waiting for your answer" in words(client_for(case.police.approver).get(reverse("home")))
    assert "Answer overdue" in words(client_for(case.officer).get(url("list"), {"state": "overdue"}))


def test_a_partner_reads_the_bank_references_of_its_own_money_alone(case, finance, approver, client_for):
    call = case.received()[0]
    case.pay(call)
    auditor, police = client_for(make_seat(Role.AUDITOR)), client_for(case.police.approver)
    pages = [words(client.get(url("call", call.reference))) for client in (finance, auditor, approver, police)]
    assert ["BACS 1" in page for page in pages] == [True, True, True, False]
    assert ["PAY 1" in page for page in pages] == [True, True, False, False]

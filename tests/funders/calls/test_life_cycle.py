"""Any order of asking, answering, receiving, paying, reversing and cancelling: every rule of the ledger holds after every step."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from commissioning.kernel.life_cycle import can_move
from commissioning.kernel.refusals import Refusal
from commissioning.organisations.roles import Role
from funders.calls import actions
from funders.calls.models import Call, CallPayment, CallReceipt, CallShare
from funders.calls.queries import sums_of
from funders.calls.states import NEXT, CallState
from funders.ledger.queries import balances_of, verdicts
from tests.factories import make_fund, make_organisation, make_seat, moment

NOON, ON = moment("2026-11-22 12:00"), date(2026, 11, 22)
pennies = st.integers(1, 60_000).map(lambda count: Decimal(count).scaleb(-2))
places = st.integers(0, 3)


class LifeOfCalls(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.fund = make_fund(host=make_organisation(is_commissioner=True, is_funder=True))
        self.officer, self.finance = (make_seat(role, organisation=self.fund.host) for role in (Role.COMMISSIONER, Role.FINANCE))
        self.approvers = {seat.organisation.pk: seat for seat in (make_seat(Role.FUNDER_APPROVER) for _ in range(2))}
        self.states = {}

    def attempt(self, step, **told):
        with suppress(Refusal), transaction.atomic():
            step(**told, at=NOON)

    def rows(self, model, place):
        return model.objects.filter(fund=self.fund).order_by("pk")[place : place + 1]

    @rule(amount=pennies, first=st.integers(0, 9), second=st.integers(0, 9))
    def draft(self, amount, first, second):
        words = {"title": "A cost", "purpose": "Nobody budgeted it.", "answer_by": date(2026, 12, 20), "key": "one-time"}
        parts = dict(zip(self.approvers, (first, second), strict=True))
        self.attempt(actions.draft, fund=self.fund, amount=amount, key_reason="Two of us only.", parts=parts, by=self.officer, **words)

    @rule(place=places)
    def ask(self, place):
        for one in self.rows(Call, place):
            self.attempt(actions.ask, call=one, by=self.officer, version=one.version)

    @rule(place=places, accepted=st.one_of(st.none(), st.just(Decimal("0.00")), pennies))
    def answer(self, place, accepted):
        for one in self.rows(CallShare, place):
            told = {"accepted": one.amount if accepted is None else accepted, "decision_reference": "Minute 1", "reason": "As it is."}
            self.attempt(actions.answer, share=one, by=self.approvers[one.funder_id], version=one.version, **told)

    @rule(place=places, cancelled=st.booleans())
    def end(self, place, cancelled):
        for one in self.rows(Call, place):
            action, told = (actions.cancel, {"reason": "An error."}) if cancelled else (actions.close, {"note": "The host pays."})
            self.attempt(action, call=one, by=self.officer, version=one.version, **told)

    @rule(place=places, amount=pennies, bank=st.integers(1, 9))
    def receive(self, place, amount, bank):
        for one in self.rows(CallShare, place):
            told = {"amount": amount, "received_on": ON, "bank_reference": f"BACS {bank}"}
            self.attempt(actions.receive, share=one, by=self.finance, **told)

    @rule(place=places, amount=pennies, bank=st.integers(1, 9))
    def pay(self, place, amount, bank):
        for one in self.rows(Call, place):
            told = {"amount": amount, "paid_on": ON, "payee": "Independent chair", "bank_reference": f"PAY {bank}"}
            self.attempt(actions.pay, call=one, by=self.finance, **told)

    @rule(place=places, of_receipt=st.booleans())
    def reverse(self, place, of_receipt):
        model, action, name = (
            (CallReceipt, actions.reverse_receipt, "receipt") if of_receipt else (CallPayment, actions.reverse_payment, "payment")
        )
        for one in self.rows(model, place):
            self.attempt(action, **{name: one}, reason="It was a mistake", by=self.finance)

    @invariant()
    def every_rule_of_the_ledger_holds(self):
        if hasattr(self, "fund"):
            assert {one.name: one.broken for one in verdicts() if one.broken} == {}
            left = sum((sums_of(one).left for one in Call.objects.filter(fund=self.fund)), Decimal("0.00"))
            assert -balances_of(self.fund)["calls"] == left
            assert balances_of(self.fund)["bank"] >= left >= 0

    @invariant()
    def calls_follow_the_table(self):
        if hasattr(self, "fund"):
            now = dict(Call.objects.filter(fund=self.fund).values_list("pk", "state"))
            for key, before in self.states.items():
                steps = [CallState(before), CallState(now[key])]
                assert before == now[key] or can_move(CallState, NEXT, *steps)
            self.states = now


class TestLifeOfCalls(TestCase, LifeOfCalls.TestCase):
    settings = settings(max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))

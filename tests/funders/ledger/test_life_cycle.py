"""Any order of promises, invoices, receipts, reversals and withdrawals: every rule of the ledger holds after every step."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from commissioning.kernel.life_cycle import can_move
from commissioning.kernel.refusals import Refusal
from commissioning.organisations.roles import Role
from funders.contributions.actions import withdraw
from funders.contributions.models import Contribution
from funders.ledger.models import LedgerLine
from funders.ledger.queries import balances_of, verdicts
from funders.receipts import actions
from funders.receipts.models import Instalment, Receipt
from funders.receipts.states import NEXT, InstalmentState
from tests.factories import make_contribution, make_fund, make_organisation, make_seat, moment

NOON = moment("2026-11-22 12:00")
pennies = st.integers(1, 60_000).map(lambda count: Decimal(count).scaleb(-2))


class LifeOfTheMoney(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        host = make_organisation(is_commissioner=True, is_funder=True)
        self.fund = make_fund(host=host)
        self.finance = make_seat(Role.FINANCE, organisation=host)
        self.officer = make_seat(Role.FUNDER_OFFICER)
        self.approver = make_seat(Role.FUNDER_APPROVER, organisation=self.officer.organisation)
        self.states, self.lines = {}, []

    def attempt(self, step, **told):
        with suppress(Refusal), transaction.atomic():
            step(**told)

    @rule(year=st.sampled_from([2026, 2027, 2028]), amount=pennies)
    def agree(self, year, amount):
        standing = Contribution.objects.standing().filter(fund=self.fund, year=year)
        if not standing.exists():
            make_contribution(fund=self.fund, by=self.officer, year=year, amount=str(amount), agreed_by=self.approver)

    @rule(place=st.integers(0, 2), plan=st.sampled_from([1, 2, 4, 12]))
    def countersign(self, place, plan):
        for one in Contribution.objects.filter(fund=self.fund).order_by("pk")[place : place + 1]:
            self.attempt(actions.countersign, contribution=one, plan=plan, by=self.finance, at=NOON)

    @rule(place=st.integers(0, 5))
    def invoice(self, place):
        for one in Instalment.objects.filter(fund=self.fund).order_by("pk")[place : place + 1]:
            self.attempt(actions.invoice, instalment=one, invoice_reference="INV", by=self.finance, version=one.version, at=NOON)

    @rule(place=st.integers(0, 5), amount=pennies, bank=st.integers(1, 9))
    def receive(self, place, amount, bank):
        for one in Instalment.objects.filter(fund=self.fund).order_by("pk")[place : place + 1]:
            told = {"amount": amount, "received_on": date(2026, 4, 1), "bank_reference": f"BACS {bank}", "version": one.version}
            self.attempt(actions.receive, instalment=one, by=self.finance, at=NOON, **told)

    @rule(place=st.integers(0, 3))
    def reverse(self, place):
        for one in Receipt.objects.filter(fund=self.fund).order_by("pk")[place : place + 1]:
            self.attempt(actions.reverse_receipt, receipt=one, reason="It was a mistake", by=self.finance, at=NOON)

    @rule(place=st.integers(0, 2))
    def take_back(self, place):
        for one in Contribution.objects.filter(fund=self.fund).order_by("pk")[place : place + 1]:
            self.attempt(withdraw, contribution=one, reason="The budget was cut", by=self.approver, version=one.version, at=NOON)

    @invariant()
    def every_rule_of_the_ledger_holds(self):
        if hasattr(self, "fund"):
            assert {one.name: one.broken for one in verdicts() if one.broken} == {}
            assert sum(balances_of(self.fund).values()) == 0
            assert balances_of(self.fund)["bank"] >= 0

    @invariant()
    def what_was_posted_stands(self):
        if hasattr(self, "fund"):
            lines = list(LedgerLine.objects.filter(fund=self.fund).order_by("pk").values_list("pk", "account", "amount"))
            assert lines[: len(self.lines)] == self.lines
            self.lines = lines

    @invariant()
    def instalments_follow_the_table(self):
        if hasattr(self, "fund"):
            now = dict(Instalment.objects.filter(fund=self.fund).values_list("pk", "state"))
            for key, before in self.states.items():
                assert now[key] == before or can_move(InstalmentState, NEXT, InstalmentState(before), InstalmentState(now[key]))
            self.states = now


class TestLifeOfTheMoney(TestCase, LifeOfTheMoney.TestCase):
    settings = settings(max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


pytestmark = pytest.mark.django_db

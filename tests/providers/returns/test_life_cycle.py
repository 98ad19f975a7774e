"""Any order of steps that people may try: the return is always in a state of its table, and what was certified stays."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from commissioning.kernel.life_cycle import can_move
from commissioning.kernel.refusals import Refusal
from providers.returns.actions.clock import freeze, freeze_returns
from providers.returns.actions.reviewing import ask, close, correct, explain, reopen_to_correct
from providers.returns.actions.signing import hand_back
from providers.returns.rules.versions import sha256_of
from providers.returns.states import FINAL, NEXT, SENT, ReturnState
from tests.providers.cast import NOW, fresh, make_case, measure


def test_every_state_has_a_row_and_final_states_none():
    assert set(NEXT) == set(ReturnState)
    assert {state for state, following in NEXT.items() if not following} == FINAL
    assert SENT.isdisjoint({ReturnState.NOT_STARTED, ReturnState.DRAFT, ReturnState.AWAITING_SIGN_OFF, ReturnState.NOT_SUBMITTED})


def reaches(state: ReturnState, there: ReturnState) -> bool:
    """Whether some path of the table leads there (one action may take two steps)."""
    known, waiting = {state}, [state]
    while waiting:
        new = set(NEXT[waiting.pop()]) - known
        known |= new
        waiting.extend(new)
    return there in known


class LifeOfAReturn(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.case = make_case()
        self.row = self.case.open()
        self.before = ReturnState(fresh(self.row).state)
        self.versions = []

    def attempt(self, step, *args, **kwargs):
        with suppress(Refusal), transaction.atomic():
            step(*args, **kwargs)

    def query(self):
        return self.row.queries.filter(closed_at=None).first()

    @rule(started=st.sampled_from(["12", "13", "n/a", ""]))
    def fill_in(self, started):
        self.attempt(self.case.fill, self.row, B02_OUT=started)

    @rule()
    def send(self):
        self.attempt(self.case.send, self.row)

    @rule()
    def sign(self):
        self.attempt(self.case.sign, self.row)

    @rule()
    def give_back(self):
        self.attempt(hand_back, outcome_return=self.row, reason="Look again", by=self.case.certifier, now=NOW)

    @rule()
    def question(self):
        told = {"measure": measure("B02"), "service": "OUT", "question": "Why?", "by": self.case.commissioner, "now": NOW}
        self.attempt(ask, outcome_return=self.row, **told)

    @rule(how=st.sampled_from([explain, reopen_to_correct, correct]))
    def answer(self, how):
        if query := self.query():
            figure = {"figure": "11"} if how is correct else {}
            self.attempt(how, query=query, answer="It is so.", by=self.case.officer, now=NOW, **figure)

    @rule()
    def close_query(self):
        if query := self.query():
            self.attempt(close, query=query, by=self.case.commissioner, now=NOW)

    @rule()
    def accept(self):
        self.attempt(self.case.accept, self.row)

    @rule()
    def sweep(self):
        assert freeze_returns(NOW) == 0

    @invariant()
    def moves_follow_the_table(self):
        if hasattr(self, "row"):
            now = ReturnState(fresh(self.row).state)
            assert now == self.before or can_move(ReturnState, NEXT, self.before, now) or reaches(self.before, now)
            assert now not in FINAL
            self.before = now

    @invariant()
    def certified_versions_stand(self):
        if hasattr(self, "row"):
            stored = [(version.number, version.sha256) for version in self.row.versions.order_by("number")]
            assert stored[: len(self.versions)] == self.versions
            assert [number for number, _ in stored] == list(range(1, len(stored) + 1))
            assert all(sha256_of(version.content) == version.sha256 for version in self.row.versions.all())
            self.versions = stored

    @invariant()
    def an_accepted_return_has_no_open_query(self):
        if hasattr(self, "row") and fresh(self.row).state == ReturnState.ACCEPTED:
            assert not self.row.queries.filter(closed_at=None).exists()

    @invariant()
    def a_queried_return_waits_for_an_answer(self):
        if hasattr(self, "row"):
            waits = self.row.queries.filter(answered_at=None, closed_at=None).exists()
            state = fresh(self.row).state
            assert (state == ReturnState.QUERIED) <= waits
            assert (state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED)) <= (not waits)

    def teardown(self):
        if hasattr(self, "row"):
            freeze(outcome_return=self.row, now=NOW)
            assert ReturnState(fresh(self.row).state) in FINAL


class TestLifeOfAReturn(TestCase, LifeOfAReturn.TestCase):
    settings = settings(max_examples=8, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck))


pytestmark = pytest.mark.django_db

"""Any order of what people do with the money of a fund: every rule of the ledger holds after every step.

Ten lives of 40 steps by default; 500 of 50 steps with PORTAL_THOROUGH=1.
"""

import os
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from commissioning.kernel.life_cycle import can_move
from commissioning.kernel.refusals import Refusal
from funders.banking import actions as banking
from funders.budget import actions as budget
from funders.budget.models import ClosedYear
from funders.budget.queries import allocated_by_pot, secured_by_pot
from funders.contributions import actions as giving
from funders.contributions.models import Contribution, Pledge
from funders.contributions.queries import version_of
from funders.contributions.rules import UNCONDITIONAL, WAITS, Certainty
from funders.contributions.states import NEXT as CONTRIBUTION_NEXT
from funders.contributions.states import ContributionState
from funders.ledger.models import LedgerLine, LedgerTransaction, TransactionKind
from funders.ledger.queries import verdicts
from funders.pooled import actions as pooled
from funders.pooled.models import PooledReceipt
from funders.receipts import actions as receipts
from funders.receipts.models import Instalment, Receipt
from funders.receipts.states import NEXT as INSTALMENT_NEXT
from funders.receipts.states import InstalmentState
from funders.spending import actions as spending
from funders.spending.models import Payment, ProviderInvoice
from funders.spending.states import NEXT as INVOICE_NEXT
from funders.spending.states import InvoiceState
from funders.transfers import actions as transfers
from funders.transfers.models import PotTransfer
from funders.transfers.queries import rooms_of
from funders.transfers.states import NEXT as TRANSFER_NEXT
from funders.transfers.states import TransferState
from funders.year_end import actions as year_end
from funders.year_end.models import SharePayout, SurplusShare, YearClose
from funders.year_end.queries.outturn import next_year_to_close, possible_of, pots_of
from funders.year_end.states import NEXT as CLOSE_NEXT
from funders.year_end.states import CloseState
from tests.factories import moment
from tests.funders.ledger.world import World, confirmed_file
from tests.funders.money import NOON

THOROUGH = os.environ.get("PORTAL_THOROUGH") == "1"
LIVES, STEPS = (500, 50) if THOROUGH else (10, 40)
WHY = "The budget was cut"

pennies = st.integers(1, 1_200_000).map(lambda count: Decimal(count).scaleb(-2))
# A sum, or none for whatever fits exactly.
sums = st.one_of(st.none(), pennies)
places = st.integers(0, 11)
years = st.sampled_from([2026, 2027, 2028])
pots = st.sampled_from(["s75", "crime_grant"])
banks = st.integers(1, 9)
of_partner = st.booleans()
hands = st.integers(0, 4)
choices = st.sampled_from(["carry", "contingency", "return"])
remarks = st.sampled_from(["", "Subject to a vote of our board in March 2027"])
CERTAINTIES = [None, Certainty(UNCONDITIONAL, WHY), Certainty(WAITS, "", "The vote of the board", date(2027, 3, 31))]

TABLES = [
    (Contribution, ContributionState, CONTRIBUTION_NEXT),
    (Instalment, InstalmentState, INSTALMENT_NEXT),
    (ProviderInvoice, InvoiceState, INVOICE_NEXT),
    (PotTransfer, TransferState, TRANSFER_NEXT),
    (YearClose, CloseState, CLOSE_NEXT),
]


class LifeOfTheMoney(RuleBasedStateMachine):
    world: World

    @initialize(is_spending=st.booleans())
    def begin(self, is_spending):
        self.life = transaction.atomic()
        self.life.__enter__()
        self.fund = self.world.funds[is_spending]
        self.fund.refresh_from_db()
        self.line = self.world.lines[self.fund.pk]
        self.states, self.lines, self.changed = [{} for _ in TABLES], [], True
        self.at, self.secured = NOON, {}

    def teardown(self):
        if hasattr(self, "life"):
            transaction.set_rollback(True)
            self.life.__exit__(None, None, None)

    def attempt(self, step, **told):
        """A step that is refused is rolled back whole, so what held before it holds after it."""
        try:
            with transaction.atomic():
                step(**told, at=self.at)
        except Refusal:
            return
        self.changed = True

    @property
    def today(self):
        return self.at.date()

    def one(self, rows, place):
        """The row at this place, counted round and round; None where there is none."""
        found = list(rows.filter(fund=self.fund).order_by("pk"))
        return found[place % len(found)] if found else None

    # What partners do.

    @rule(second=of_partner, year=years, amount=pennies, indicative=st.sampled_from([False, False, True]), remark=remarks)
    def promise(self, second, year, amount, indicative, remark):
        step, partner = giving.note_indicative if indicative else giving.pledge, self.world.partners[second]
        told = {"fund": self.fund, "funder": partner, "amounts": {year: amount}, "conditions": remark}
        self.attempt(step, by=self.world.officers[partner.pk], **told)

    @rule(place=places, certainty=st.sampled_from(CERTAINTIES))
    def agree(self, place, certainty):
        if one := self.one(Pledge.objects.filter(contributions__state="pledged"), place):
            waiting = list(one.contributions.all())
            told = {
                "years": [each.year for each in waiting],
                "decision_reference": "Minute 1",
                "version": version_of(waiting),
                "certainty": certainty,
            }
            self.attempt(giving.agree, pledge=one, by=self.world.approvers[one.funder_id], **told)

    @rule(place=places, amount=pennies, how=st.sampled_from(["change_amount", "firm_up", "reduce"]))
    def reword(self, place, amount, how):
        reason = {"firm_up": {}, "change_amount": {"reason": WHY}, "reduce": {"reason": WHY, "decision_reference": "Minute 2"}}[how]
        if one := self.one(Contribution.objects.filter(state={"firm_up": "indicative", "reduce": "agreed"}.get(how, "pledged")), place):
            by = (self.world.approvers if how == "reduce" else self.world.officers)[one.funder_id]
            self.attempt(getattr(giving, how), contribution=one, amount=amount, by=by, version=one.version, **reason)

    @rule(place=places, how=st.sampled_from(["set", "met", "unmet"]))
    def condition(self, place, how):
        waiting = Contribution.objects.filter(state="agreed")
        if one := self.one(waiting if how == "set" else waiting.exclude(condition=""), place):
            told = {"contribution": one, "by": self.world.approvers[one.funder_id], "version": one.version, "reason": WHY}
            if how == "set":
                self.attempt(giving.set_condition, condition="The grant letter", due_on=date(2027, 3, 1), **told)
            elif how == "met":
                self.attempt(giving.meet_condition, met_on=self.today, **told)
            else:
                self.attempt(giving.unmeet_condition, unmet_on=self.today, **told)

    @rule(place=places, pot=pots)
    def other_pot(self, place, pot):
        if one := self.one(Contribution.objects.filter(state__in=["pledged", "agreed"]), place):
            by = (self.world.approvers if one.state == "agreed" else self.world.officers)[one.funder_id]
            told = {"pot": pot, "purpose": "", "districts": [], "use_until": None}
            self.attempt(giving.set_terms, contribution=one, by=by, version=one.version, **told)

    @rule(place=places)
    def withdraw(self, place):
        if one := self.one(Contribution.objects.standing(), place):
            self.attempt(giving.withdraw, contribution=one, reason=WHY, by=self.world.approvers[one.funder_id], version=one.version)

    # What the host receives.

    @rule(place=places, plan=st.sampled_from([1, 2, 4, 12]), hand=hands)
    def countersign(self, place, plan, hand):
        if one := self.one(Contribution.objects.filter(state="agreed", schedule=None), place):
            self.attempt(receipts.countersign, contribution=one, plan=plan, by=self.world.payers[hand])

    @rule(place=places)
    def invoice(self, place):
        if one := self.one(Instalment.objects.filter(state="planned"), place):
            self.attempt(receipts.invoice, instalment=one, invoice_reference="INV", by=self.world.payers[0], version=one.version)

    @rule(place=places, amount=sums, bank=banks, hand=hands)
    def receive(self, place, amount, bank, hand):
        if one := self.one(Instalment.objects.exclude(state="planned"), place):
            told = {"amount": amount or one.amount, "received_on": self.today, "bank_reference": f"BACS {bank}", "version": one.version}
            self.attempt(receipts.receive, instalment=one, by=self.world.payers[hand], **told)

    @rule(place=places)
    def reverse_receipt(self, place):
        if one := self.one(Receipt.objects.all(), place):
            self.attempt(receipts.reverse_receipt, receipt=one, reason=WHY, by=self.world.payers[0])

    @rule(place=places, known=st.booleans(), amount=pennies, bank=banks)
    def post_bank_row(self, place, known, amount, bank):
        """A row of a bank file: of an invoiced instalment, or of a payer whom nobody knows."""
        instalment = self.one(Instalment.objects.filter(state="invoiced"), place) if known else None
        row = {"amount": amount, "bank_reference": f"BACS {bank}", "instalment": instalment}
        self.attempt(lambda at: post_all(confirmed_file(self.fund, row, self.world.payers[0]), at))

    @rule(source=places, place=places)
    def assign(self, source, place):
        paid_in = self.one(LedgerTransaction.objects.filter(kind=TransactionKind.RECEIPT, lines__account="suspense"), source)
        if paid_in and (one := self.one(Instalment.objects.filter(state="invoiced"), place)):
            self.attempt(banking.assign, source=paid_in, instalment=one, by=self.world.payers[0])

    @rule(source=places, amount=pennies, whole=st.booleans())
    def give_back(self, source, amount, whole):
        if one := self.one(LedgerTransaction.objects.filter(kind=TransactionKind.RECEIPT, lines__account="suspense"), source):
            amount = -one.lines.get(account="suspense").amount if whole else amount
            told = {"returned_on": self.today, "bank_reference": "BACK", "reason": "It was not meant for us"}
            self.attempt(banking.give_back, source=one, amount=amount, by=self.world.payers[0], **told)

    # What arrives of money that is pooled already.

    @rule(year=years, amount=sums, bank=banks, hand=hands)
    def receive_pooled(self, year, amount, bank, hand):
        source = self.fund.pooled_already.get()
        told = {"amount": amount or source.amount, "received_on": self.today, "bank_reference": f"BACS {bank}"}
        self.attempt(pooled.receive, source=source, year=year, by=self.world.payers[hand], **told)

    @rule(place=places, year=years)
    def assign_to_source(self, place, year):
        if one := self.one(LedgerTransaction.objects.filter(kind=TransactionKind.RECEIPT, lines__account="suspense"), place):
            source = self.fund.pooled_already.get()
            self.attempt(banking.assign_to_source, source=one, pooled=source, year=year, by=self.world.payers[0])

    @rule(place=places)
    def reverse_pooled(self, place):
        if one := self.one(PooledReceipt.objects.all(), place):
            self.attempt(pooled.reverse_receipt, receipt=one, reason=WHY, by=self.world.payers[0])

    # What moves between the pots.

    @rule(year=years, ways=st.permutations(["s75", "crime_grant", "partnership"]), amount=sums, hand=hands)
    def move(self, year, ways, amount, hand):
        amount = amount or rooms_of(self.fund).of(year, ways[0]).free
        told = {"from_pot": ways[0], "to_pot": ways[1], "amount": amount, "reason": WHY}
        if amount:
            self.attempt(transfers.move, fund=self.fund, year=year, by=self.world.payers[hand], decision_reference="Minute 3", **told)

    @rule(place=places, hand=hands, dropped=st.sampled_from([False, False, True]))
    def decide(self, place, hand, dropped):
        step, told = (transfers.drop, {"reason": WHY}) if dropped else (transfers.confirm, {})
        if one := self.one(PotTransfer.objects.filter(state="waiting"), place):
            self.attempt(step, transfer=one, by=self.world.payers[hand], version=one.version, **told)

    @rule(place=places)
    def reverse_transfer(self, place):
        if one := self.one(PotTransfer.objects.filter(state__in=["posted", "reversed"]), place):
            self.attempt(transfers.reverse_transfer, transfer=one, reason=WHY, by=self.world.payers[0])

    # What the host sets aside, commits and spends.

    @rule(year=years, pot=pots, amount=sums)
    def set_aside(self, year, pot, amount):
        key = (year, pot)
        amount = amount or secured_by_pot(self.fund).get(key, Decimal(0)) - allocated_by_pot(self.fund).get(key, Decimal(0))
        self.attempt(budget.allocate, line=self.line, year=year, pot=pot, amount=amount, reason=WHY, by=self.world.payers[0])

    @rule(year=years, pot=pots, amount=pennies)
    def take_back(self, year, pot, amount):
        self.attempt(budget.allocate, line=self.line, year=year, pot=pot, amount=-amount, reason=WHY, by=self.world.payers[0])

    @rule()
    def commit(self):
        self.attempt(budget.commit, contract=self.world.contract, line=self.line, by=self.world.signers[0])

    @rule()
    def release(self):
        self.attempt(budget.release, contract=self.world.contract, fund=self.fund, reason=WHY, by=self.world.signers[0])

    @rule(year=years, amount=sums, number=st.integers(1, 9))
    def send_invoice(self, year, amount, number):
        told = {"amount": amount or Decimal("2250.00"), "number": f"S-{number}", "services": "A quarter", "invoiced_on": self.today}
        self.attempt(spending.send_invoice, contract=self.world.contract, year=year, by=self.world.money.provider, **told)

    @rule(place=places, hand=st.integers(0, 3), returned=st.sampled_from([False, False, False, True]))
    def judge(self, place, hand, returned):
        step, told = (spending.return_invoice, {"reason": "The number is wrong"}) if returned else (spending.approve, {})
        if one := self.one(ProviderInvoice.objects.exclude(state__in=["paid", "returned"]), place):
            self.attempt(step, invoice=one, by=self.world.signers[hand], version=one.version, **told)

    @rule(place=places, hand=hands, bank=banks)
    def pay(self, place, hand, bank):
        if one := self.one(ProviderInvoice.objects.exclude(state="returned"), place):
            told = {"paid_on": self.today, "bank_reference": f"OUT {bank}", "version": one.version}
            self.attempt(spending.pay, invoice=one, by=self.world.payers[hand], **told)

    @rule(place=places)
    def reverse_payment(self, place):
        if one := self.one(Payment.objects.all(), place):
            self.attempt(spending.reverse_payment, payment=one, reason=WHY, by=self.world.payers[0])

    # What holds whatever they did.

    # How a year ends.

    @rule(choice=choices, hand=st.integers(0, 3))
    def end_year(self, choice, hand):
        """It is the 20th of April after the first year that is not closed: all that stands in the way is decided, and the year is closed."""
        year = next_year_to_close(self.fund)
        if year is None:
            return
        self.at = max(self.at, moment(f"{year + 1}-04-20 12:00"))
        self.decide_what_waits(year)
        self.prepare_year(0)
        self.close_year(choice, hand)

    def decide_what_waits(self, year):
        """Whatever waits for approval is returned, and whatever is agreed for the year is asked for."""
        for one in ProviderInvoice.objects.filter(fund=self.fund, year=year, state__in=["submitted", "halfway"]):
            told = {"reason": "The number is wrong", "by": self.world.signers[1]}
            self.attempt(spending.return_invoice, invoice=one, version=one.version, **told)
        for one in Contribution.objects.secured().filter(fund=self.fund, year=year, schedule=None):
            self.attempt(receipts.countersign, contribution=one, plan=1, by=self.world.payers[0])
        for one in Instalment.objects.filter(fund=self.fund, contribution__year=year, state="planned"):
            self.attempt(receipts.invoice, instalment=one, invoice_reference="INV", by=self.world.payers[0], version=one.version)

    @rule(hand=hands)
    def prepare_year(self, hand):
        self.attempt(year_end.prepare, fund=self.fund, by=self.world.payers[hand])

    @rule(choice=choices, hand=st.integers(0, 3))
    def close_year(self, choice, hand):
        if close := self.one(YearClose.objects.filter(state="prepared"), 0):
            pots = {one.pot: possible_of(one, self.fund) for one in pots_of(close)}
            chosen = {pot: choice if choice in possible else possible[0] for pot, possible in pots.items() if possible}
            told = {"decision_reference": "Board, minute 4", "choices": chosen, "version": close.version}
            self.attempt(year_end.confirm, close=close, by=self.world.closers[hand], **told)

    @rule(place=places, bank=banks, hand=hands)
    def pay_share(self, place, bank, hand):
        if one := self.one(SurplusShare.objects.select_related("fund").filter(pot__choice="return"), place):
            told = {"paid_on": self.today, "bank_reference": f"BACK {bank}"}
            self.attempt(year_end.pay_share, share=one, by=self.world.payers[hand], **told)

    @rule(place=places)
    def reverse_payout(self, place):
        if one := self.one(SharePayout.objects.select_related("fund"), place):
            self.attempt(year_end.reverse_payout, payout=one, reason=WHY, by=self.world.payers[0])

    @invariant()
    def everything_holds(self):
        if getattr(self, "changed", False):
            ask_the_database()
            assert {one.name: one.broken for one in verdicts() if one.broken} == {}
            self.accounts_add_up()
            self.what_was_posted_stands()
            self.states_follow_their_tables()
            self.closed_years_keep_what_they_had()
            self.changed = False

    def accounts_add_up(self):
        rows = LedgerLine.objects.filter(fund=self.fund).order_by().values_list("account").annotate(sum=Sum("amount"))
        balances = dict(rows)
        assert sum(balances.values()) == 0
        assert balances.get("bank", 0) >= 0

    def what_was_posted_stands(self):
        lines = list(LedgerLine.objects.filter(fund=self.fund).order_by("pk").values_list("pk", "account", "amount"))
        assert lines[: len(self.lines)] == self.lines
        self.lines = lines

    def closed_years_keep_what_they_had(self):
        """Nothing that is done later changes what is secured in a closed year; what was carried is secured in the next one."""
        now = secured_by_pot(self.fund)
        closed = ClosedYear.objects.filter(fund=self.fund).values_list("year", flat=True)
        kept = {(year, pot): amount for (year, pot), amount in now.items() if year in closed}
        assert {key: kept[key] for key in self.secured} == self.secured
        self.secured = kept

    def states_follow_their_tables(self):
        for place, (model, states, table) in enumerate(TABLES):
            now = dict(model.objects.filter(fund=self.fund).values_list("pk", "state"))
            for key, before in self.states[place].items():
                assert now[key] == before or can_move(states, table, states(before), states(now[key])), (model, before, now[key])
            self.states[place] = now


def post_all(bank_import, at):
    banking.post_rows(reference=bank_import.reference, progress=lambda done, total, message: None, at=at)


def ask_the_database():
    """Its own deferred rules, which it would ask at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class TestLifeOfTheMoney(TestCase, LifeOfTheMoney.TestCase):
    settings = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a life that breaks a rule is told as it was: shrinking takes minutes
    )

    @classmethod
    def setUpTestData(cls):
        LifeOfTheMoney.world = World()


pytestmark = pytest.mark.django_db

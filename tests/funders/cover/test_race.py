"""Two at the same moment: what a gate has read stays true until whoever passed it is done, and one override is signed once."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from commissioning.contracts.models import Contract
from commissioning.evaluation.actions.awarding import approve_award, propose_award
from commissioning.evaluation.models import Award
from commissioning.kernel.gates import GateShut
from commissioning.kernel.refusals import Refusal, StaleEdit
from commissioning.organisations.roles import Role
from commissioning.tenders.actions import publish
from commissioning.tenders.models import Tender
from funders.contributions.actions import withdraw
from funders.contributions.models import Contribution
from funders.cover.models import Override
from tests.commissioning.contracts.conftest import make_awarded
from tests.commissioning.evaluation.conftest import REASON, make_world
from tests.factories import make_contribution, make_seat, make_tender
from tests.funders.contributions.test_race import at_once

PATIENCE = 20  # seconds; a wait that ends well costs nothing
SHUT = "is missing. £100,000.00 is needed and £0.00 is pooled or agreed."


@pytest.fixture
def agreed(transactional_db, fund, partner):
    """£100,000 agreed for each year of the tender's term that lies in the fund, and nothing else: one tender needs it all."""
    fund.pooled_already.update(amount=0)
    told = {"fund": fund, "by": partner.officer, "amount": "100000.00", "agreed_by": partner.approver}
    return {year: make_contribution(year=year, **told) for year in (2027, 2028)}


def take_back(agreed, partner):
    told = {"reason": "The grant was cut at short notice.", "by": partner.approver, "version": 1, "at": timezone.now()}
    return withdraw(contribution=agreed[2028], **told)


def is_waiting_for_us():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return cursor.fetchone()[0]


def while_not_committed(first, second):
    """`first` is done and not committed when `second` begins. What `second` came to, and whether it waited."""

    def run():
        try:
            return second()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        first()
        begun: Future = pool.submit(run)
        deadline = time.monotonic() + PATIENCE
        while not (waited := is_waiting_for_us()) and not begun.done() and time.monotonic() < deadline:
            time.sleep(0.02)
    return SimpleNamespace(outcome=begun.result(PATIENCE), waited=waited)


@pytest.fixture
def proposed(agreed):
    """An award that waits for its approval, of a tender that the fund pays; `approve()` by the lead officer of a partner."""
    world = make_world(fund_code="pool", term_months=24).moderate(A=(4, 4), B=(3, 3))
    award = propose_award(lot=world.lot, award_to_first=True, reason=REASON, by=world.officer, now=timezone.now())
    return SimpleNamespace(award=award, approve=lambda: approve_award(award=award, by=world.lead, now=timezone.now()))


def test_an_award_waits_for_a_withdrawal_and_is_then_refused(agreed, partner, proposed):
    found = while_not_committed(lambda: take_back(agreed, partner), proposed.approve)
    assert found.waited
    assert isinstance(found.outcome, GateShut)
    assert SHUT in str(found.outcome)
    assert Award.objects.get(pk=proposed.award.pk).state == "proposed"


def test_a_withdrawal_waits_until_the_award_that_rests_on_the_money_is_approved(agreed, partner, proposed):
    found = while_not_committed(proposed.approve, lambda: take_back(agreed, partner))
    assert found.waited
    assert isinstance(found.outcome, Contribution)
    assert Award.objects.get(pk=proposed.award.pk).state == "approved"


@pytest.fixture
def drawn_up(agreed):
    """A contract that the provider has signed; `sign()` for the commissioner."""
    awarded = make_awarded(fund_code="pool", term_months=24)
    contract = awarded.sign(awarded.make(), awarded.provider)
    return SimpleNamespace(contract=contract, sign=lambda: awarded.sign(contract, awarded.signatory))


def test_a_signature_waits_for_a_withdrawal_and_is_then_refused(agreed, partner, drawn_up):
    found = while_not_committed(lambda: take_back(agreed, partner), drawn_up.sign)
    assert found.waited
    assert isinstance(found.outcome, GateShut)
    assert SHUT in str(found.outcome)
    assert Contract.objects.get(pk=drawn_up.contract.pk).commissioner_signed_at is None


def test_a_withdrawal_waits_until_the_contract_that_rests_on_the_money_is_signed(agreed, partner, drawn_up):
    found = while_not_committed(drawn_up.sign, lambda: take_back(agreed, partner))
    assert found.waited
    assert isinstance(found.outcome, Contribution)
    assert Contract.objects.get(pk=drawn_up.contract.pk).state == "mobilising"


def test_a_publication_waits_for_a_withdrawal_and_then_names_the_year(agreed, partner, fund):
    lead = make_seat(Role.LEAD_OFFICER, organisation=fund.host)
    tender = make_tender(by=lead, fund_code="pool", term_months=24)
    told = {"tender": tender, "version": tender.version, "by": lead}
    found = while_not_committed(lambda: take_back(agreed, partner), lambda: publish(now=timezone.now(), **told))
    assert found.waited
    assert f"Money: 2028/29: £100,000.00 {SHUT}" in str(found.outcome)
    assert Tender.objects.get(pk=tender.pk).state == "draft"


def test_of_two_who_confirm_an_override_at_once_one_signs_and_the_others_are_told(transactional_db, case, other):
    override = case.propose()
    seats = [case.partner.approver, other.approver] * 2
    outcomes = at_once(lambda number: case.confirm(override, by=seats[number]), times=4)
    signed = [one for one in outcomes if isinstance(one, Override)]
    refused = [one for one in outcomes if isinstance(one, StaleEdit)]
    assert (len(signed), len(refused)) == (1, 3)
    kept = Override.objects.get(pk=override.pk)
    assert (kept.state, kept.version, kept.confirmed_by) == ("confirmed", 2, signed[0].confirmed_by)
    (sentence,) = {str(one) for one in refused}
    assert sentence.startswith(f"{kept.confirmed_by} changed this on ")
    assert sentence.endswith("after you opened the page. Read it again below, then send your answer once more.")

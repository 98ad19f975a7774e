"""Two at the same moment: the fund is held, and they come one after the other."""

from decimal import Decimal

import pytest

from funders.calls.models import Call, CallPayment, CallShare
from funders.calls.queries import sums_of
from tests.funders.contributions.test_race import at_once


@pytest.mark.django_db(transaction=True)
def test_last_answers_at_once_close_the_call_once_and_payments_at_once_stay_within_what_came_in(case):
    call = case.ask()
    outcomes = at_once(lambda number: case.answer(call, case.partners[number % 3]))
    assert sum(isinstance(one, CallShare) for one in outcomes) == 3
    call = Call.objects.get(pk=call.pk)
    assert (call.state, call.version) == ("closed", 3)
    case.receive(call, case.health)
    outcomes = at_once(lambda number: case.pay(call, "300.00", f"PAY {number}"))
    assert sum(isinstance(one, CallPayment) for one in outcomes) == 2
    assert sums_of(call).left == Decimal("100.00")

"""Two at the same moment: the database lets one through."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from commissioning.kernel.refusals import Refusal, StaleEdit
from commissioning.organisations.roles import Role
from funders.contributions import actions
from funders.contributions.models import Contribution, Pledge
from tests.factories import make_contribution, make_fund, make_seat, moment

NOON = moment("2026-11-22 12:00")


def at_once(deed, times=6):
    """What each of several threads got: its result, or the refusal that stopped it."""
    start = Barrier(times)

    def run(number):
        start.wait()
        try:
            return deed(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_of_pledges_at_the_same_moment_one_stands_and_of_changes_one_is_made():
    fund, officer = make_fund(), make_seat(Role.FUNDER_OFFICER)
    told = {"fund": fund, "funder": officer.organisation, "conditions": "", "by": officer, "at": NOON}
    outcomes = at_once(lambda number: actions.pledge(amounts={2026: Decimal(number + 1)}, **told))
    assert sum(isinstance(one, Pledge) for one in outcomes) == 1
    assert Contribution.objects.count() == 1

    contribution = make_contribution(fund=fund, by=officer, year=2027, amount="100.00")
    change = {"contribution": contribution, "reason": "All at once.", "by": officer, "version": 1, "at": NOON}
    outcomes = at_once(lambda number: actions.change_amount(amount=Decimal(number + 1), **change))
    assert sum(isinstance(one, Contribution) for one in outcomes) == 1
    assert sum(isinstance(one, StaleEdit) for one in outcomes) == 5
    contribution.refresh_from_db()
    assert (contribution.version, contribution.events.count()) == (2, 2)
